// Search: a dialog with results from the site's own index (hortus.site.search). Loaded when search is first opened; the
// parts of the index are loaded when needed, as scripts, so that search also works from file://.
(() => {
  const root = new URL("..", document.currentScript.src);
  const opener = document.querySelector("[data-key='/']");
  const given = new URLSearchParams(location.search);
  const PAGE = 4, HEADINGS = 3, FILTERS = 12, EXCERPT = 170, COMPLETIONS = 12, ENDING = 5;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // --- words, split and folded as in hortus.site.search.words ---

  const SOFT = "\\u00ad\\u200b\\u200c\\u200d\\u2060\\u0640", JOINS = "_.'’‐‑·\\-";
  const SOLID = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}";
  const RUN = new RegExp(`[\\p{L}\\p{N}\\p{M}${SOFT}${JOINS}]+(?:\\+\\+|#)?`, "gu");
  const PIECE = new RegExp(`[${SOLID}]+|[^${SOLID}${JOINS}+#]+`, "gu");
  const WORD = new RegExp(`[${SOLID}]+|(?:(?![${SOLID}])[\\p{L}\\p{N}\\p{M}${SOFT}])+`, "gu");
  const IS_SOLID = new RegExp(`[${SOLID}]`, "u");
  const SOFTS = new RegExp(`[${SOFT}]`, "gu");
  const ACCENTS = /(?<![иИ])[\u0300-\u036f]+|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+/gu;

  const ARTICLE = /^(?:[وفبك]?ال|لل)(?=.{2})/; // of Arabic

  const fold = (word) => word.replace(SOFTS, "").normalize("NFKD").replace(ACCENTS, "").normalize("NFC").toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
  const camel = (word) => word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+/g) ?? [];
  const pairs = (run) => { const signs = [...run.normalize("NFKC")]; return signs.length < 2 ? signs : signs.slice(1).map((sign, at) => signs[at] + sign); };

  // The alternatives for a token, each a list of words: the first whose words are all in the index is used.
  function ways(token) {
    const pieces = token.match(PIECE) ?? [];
    if (!pieces.length) return [];
    if (/[+#]$/.test(token)) return [[fold(pieces.at(-1) + token.match(/[+#]+$/)[0])], pieces.map(fold)];
    const found = [pieces.flatMap((piece) => IS_SOLID.test(piece) ? pairs(piece) : [fold(piece)])];
    if (/^[\uac00-\ud7af]{3,}$/.test(token)) return [...found, found[0].slice(0, -1)]; // before another particle
    if (IS_SOLID.test(token)) return found;
    if (ARTICLE.test(found[0][0])) found.push([found[0][0].replace(ARTICLE, "")]);
    if (pieces.length > 1) return [[fold(pieces.join(""))], ...found];
    const parts = camel(pieces[0]).filter((part) => part.length > 1);
    return parts.length > 1 ? [...found, parts.map(fold)] : found;
  }

  // --- the query: words, "phrases", -not, #tag, tag:, path: ---

  const CLAUSE = /(-?)(?:(tag|path):\s*)?(?:"([^"]*)"?|(#?)(\S+))/giu;

  function parse(text) {
    const clauses = [];
    for (const [, minus, named, quoted, hash, bare = ""] of text.normalize("NFC").matchAll(CLAUSE)) {
      const kind = named?.toLowerCase() ?? (hash && bare ? "tag" : quoted === undefined ? "word" : "phrase");
      const said = (quoted ?? bare).trim();
      if (kind === "tag" || kind === "path") {
        if (said) clauses.push({ kind, not: !!minus, key: kind === "tag" ? `#${fold(said.replace(/^#/, ""))}` : `/${fold(said.replace(/^\//, "").replace(/\.md$/i, ""))}` });
        continue;
      }
      const tokens = (said.match(RUN) ?? []).map((raw) => [raw, ways(raw)]).filter(([, one]) => one.length);
      if (kind === "phrase" && tokens.length) clauses.push({ kind, not: !!minus, said, tokens: tokens.map(([, one]) => one) });
      else for (const [raw, token] of tokens) clauses.push({ kind, not: !!minus, said: raw, tokens: [token] });
    }
    return clauses;
  }

  // --- the index: each part is loaded once ---

  const arrived = new Map(), fetching = new Map();
  window.hortusSearch = (name, content) => arrived.set(name, content);

  function fetchPart(name, query = "") {
    if (!fetching.has(name)) {
      fetching.set(name, new Promise((done, fail) => {
        const script = make("script", { src: new URL(`assets/search/${name}.js${query}`, root) });
        script.onload = () => (arrived.has(name) ? done(arrived.get(name)) : fail(new Error(name)));
        script.onerror = () => { fetching.delete(name); fail(new Error(name)); };
        document.head.append(script);
        script.addEventListener("load", () => script.remove());
      }));
    }
    return fetching.get(name);
  }

  let index = null, asked = 0;

  // The list of all parts; *fresh*: load it again, because a part is gone since it was loaded.
  async function begin(fresh) {
    if (index && !fresh) return index;
    fetching.delete("index");
    const listed = await fetchPart("index", asked++ ? `?${Date.now()}` : "");
    if (index?.version === listed.version && !fresh) return index;
    const tables = {};
    for (const kind of ["postings", "words", "endings", "unwritten"]) {
      const [firsts, names] = listed[kind];
      tables[kind] = { firsts: firsts ? firsts.split("\t") : [], names: names.match(/.{6}/g) ?? [] };
    }
    index = { ...listed, tables };
    lines.clear();
    return index;
  }

  const lines = new Map(); // part -> key -> line

  function place(kind, key) { // of the part that contains a key
    const { firsts } = index.tables[kind];
    let low = 0, high = firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (firsts[middle] <= key) low = middle + 1; else high = middle;
    }
    return Math.max(0, low - 1);
  }

  async function part(kind, at) {
    const name = kind[0] + index.tables[kind].names[at];
    if (!lines.has(name)) {
      const text = await fetchPart(name);
      lines.set(name, new Map(text.split("\n").map((line) => [line.split("\t", 1)[0], line.split("\t").slice(1)])));
    }
    return lines.get(name);
  }

  const line = async (kind, key) => (index.tables[kind].names.length ? (await part(kind, place(kind, key))).get(key) : undefined);

  async function beginning(kind, start, most = 3) { // all lines whose key begins with *start*
    const found = [];
    if (!index.tables[kind].names.length) return found;
    for (let at = place(kind, start), last = Math.min(place(kind, `${start}\uffff`), at + most - 1); at <= last; at++)
      for (const [key, rest] of await part(kind, at)) if (key.startsWith(start)) found.push([key, rest]);
    return found;
  }

  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUES = new Uint8Array(128);
  [...DIGITS].forEach((sign, value) => { VALUES[sign.charCodeAt(0)] = value; });

  function eachPosting(text, visit) {
    for (let at = 0, note = 0; at < text.length;) {
      let shift = 0, digit;
      do {
        digit = VALUES[text.charCodeAt(at++)];
        note += (digit & 31) << shift;
        shift += 5;
      } while (digit > 31);
      visit(note, VALUES[text.charCodeAt(at++)]);
    }
  }

  // --- matching: a map from note number to score, and the words that were found ---

  async function group(stem, weigh, found, isForm = true) { // all words of a stem
    const parts = (await line("postings", stem)) ?? [];
    for (let at = 0; at < parts.length; at += 2) {
      const word = parts[at] || stem, weight = weigh(word);
      if (!weight) continue;
      if (isForm) found.forms.add(word);
      eachPosting(parts[at + 1], (note, digit) => {
        const text = Math.floor(digit / 10), heading = (digit % 10) > 4, title = digit % 5;
        const score = weight * (text / 5 + 0.5 * heading + [0, 1, 1.2, 1.5, 2][title]);
        const before = found.notes.get(note);
        if (!before || before.score < score) found.notes.set(note, { score, title: title * (weight > 0.5), exact: Math.max(weight, before?.exact ?? 0) });
      });
    }
  }

  async function findWord(word, typing, strict) {
    const found = { notes: new Map(), forms: new Set(), word };
    const own = await line("words", word);
    const stems = own ? (own.length > 1 ? own.slice(1) : [word]) : [];
    for (const stem of stems) await group(stem, (other) => (other === word ? 1 : strict ? 0 : 0.75), found);
    if (typing) {
      const longer = (await beginning("words", word, 2)).filter(([other]) => other !== word).sort((a, b) => b[1][0] - a[1][0]).slice(0, COMPLETIONS);
      const wanted = new Set(longer.map(([other]) => other));
      for (const stem of new Set(longer.flatMap(([other, rest]) => (rest.length > 1 ? rest.slice(1) : [other]))))
        await group(stem, (other) => (wanted.has(other) && !found.forms.has(other) ? (own ? 0.2 : 0.4) : 0), found, !own);
    }
    return found;
  }

  function both(first, second) { // intersection of two matches
    const notes = new Map();
    for (const [note, one] of first.notes) {
      const two = second.notes.get(note);
      if (two) notes.set(note, { score: one.score + two.score, title: Math.min(one.title, two.title), exact: Math.min(one.exact, two.exact) });
    }
    return { notes, forms: new Set([...first.forms, ...second.forms]) };
  }

  function either(first, second) {
    for (const [note, one] of second.notes) if (!(first.notes.get(note)?.score >= one.score)) first.notes.set(note, one);
    for (const form of second.forms) first.forms.add(form);
    return first;
  }

  async function findToken(token, typing, strict) {
    let found = null;
    for (const words of token) {
      const solid = IS_SOLID.test(words[0]);
      const all = await Promise.all(words.map((word, at) => findWord(word, solid ? [...word].length < 2 : typing && at === words.length - 1, strict)));
      const these = all.reduce(both);
      found = found ? either(found, these) : these;
    }
    return found;
  }

  const cached = new Map();
  async function find(clause, typing) {
    const key = JSON.stringify([index.version, clause.kind, clause.key ?? clause.tokens, typing]);
    if (!cached.has(key)) cached.set(key, await findNow(clause, typing));
    return cached.get(key);
  }

  async function findNow(clause, typing) {
    if (clause.kind === "tag" || clause.kind === "path") {
      const found = { notes: new Map(), forms: new Set() };
      for (const [, rest] of await beginning("postings", clause.key, 40)) eachPosting(rest[1], (note, digit) => found.notes.set(note, { score: 0, rank: digit }));
      return found;
    }
    return (await Promise.all(clause.tokens.map((token) => findToken(token, typing, clause.kind === "phrase")))).reduce(both);
  }

  // --- spelling suggestions for words that are not in the index ---

  function isNear(one, other) { // one letter inserted, deleted or replaced, or two neighbours swapped
    if (Math.abs(one.length - other.length) > 1) return false;
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    const [a, b] = [one.slice(at), other.slice(at)];
    return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
  }

  async function meant(word) { // best first
    if (word.length < 3 || IS_SOLID.test(word)) return [];
    const reversed = [...word].reverse().join(""), half = Math.max(2, (word.length - 1) >> 1);
    const known = new Map();
    for (const [other, rest] of await beginning("words", word.slice(0, half), 4)) known.set(other, +rest[0]);
    if (word.length >= ENDING) for (const [other, rest] of await beginning("endings", reversed.slice(0, half), 4)) known.set([...other].reverse().join(""), +rest[0]);
    const shared = (other) => { let at = 0; while (at < word.length && word[at] === other[at]) at++; return at; };
    const isForm = (other) => { const same = shared(other); return same >= Math.max(4, word.length - 3) && other.length - same <= 3; };
    const near = (other) => (word.length >= ENDING && isNear(word, other) ? 2 : isForm(other) ? 1 : 0);
    const split = [];
    for (let at = word.length - 3; at > 2 && !split.length; at--)
      if ((await line("words", word.slice(0, at)))?.[0] > 0 && (await line("words", word.slice(at)))?.[0] > 0) split.push(`${word.slice(0, at)} ${word.slice(at)}`);
    const found = [...known].filter(([other, size]) => size && /^\p{L}/u.test(other) && near(other))
      .sort(([a, n], [b, m]) => near(b) - near(a) || (near(a) === 1 ? shared(b) - shared(a) : 0) || m - n || (a < b ? -1 : 1)).map(([other]) => other);
    return found.length && near(found[0]) === 2 ? found : [...split, ...found];
  }

  // --- a whole query: matching notes, ranked ---

  async function answer(text) {
    const clauses = parse(text), typing = !/[\s"]$/.test(text);
    const words = clauses.filter((one) => !one.not && (one.kind === "word" || one.kind === "phrase"));
    const filters = clauses.filter((one) => one.kind === "tag" || one.kind === "path");
    const replaced = [], found = [];
    for (const clause of words) {
      let one = await find(clause, typing && clause === words.at(-1));
      if (!one.notes.size && clause.kind === "word") {
        const others = await meant(clause.tokens[0][0].join(""));
        if (others.length) {
          replaced.push({ said: clause.said, others: others.slice(0, 4) });
          one = await find({ ...clause, tokens: [[others[0].split(" ")]] }, false);
        }
      }
      found.push(one);
    }
    for (let at = 1; at < words.length; at++) { // "hot keys" is "hotkeys" too
      const joined = [words[at - 1], words[at]].map((one) => one.tokens[0][0]).flat();
      if (words[at - 1].kind !== "word" || words[at].kind !== "word" || joined.length !== 2 || !(await line("words", joined.join("")))) continue;
      const whole = await findToken([[joined.join("")]], false, false);
      [found[at - 1], found[at]] = [found[at - 1], found[at]].map((one) => either({ notes: new Map(one.notes), forms: new Set(one.forms) }, whole));
    }
    const limits = await Promise.all(filters.map(async (one) => ({ not: one.not, notes: (await find(one)).notes })));
    for (const one of clauses) if (one.not && one.kind === "word") limits.push({ not: true, notes: (await findToken(one.tokens[0], false, true)).notes });
    const fits = (note) => limits.every(({ not, notes }) => notes.has(note) !== not);
    const { ranked, partial } = words.length ? rank(found, fits) : { ranked: limited(limits, fits), partial: false };
    const forms = new Set(found.flatMap((one) => [...one.forms]));
    for (const clause of words) for (const token of clause.tokens) if (IS_SOLID.test(token[0].join(""))) (clause.said.match(WORD) ?? []).filter((run) => IS_SOLID.test(run)).forEach((run) => forms.add(run));
    return { ranked, partial, replaced, forms, words, phrases: clauses.filter((one) => one.kind === "phrase"), isEmpty: !clauses.length };
  }

  function limited(limits, fits) { // filters only: roughly in order of titles
    const first = limits.find((one) => !one.not);
    return first ? [...first.notes].filter(([note]) => fits(note)).sort((a, b) => a[1].rank - b[1].rank).map(([note]) => note) : [];
  }

  function rank(found, fits) {
    const weights = found.map(({ notes }) => Math.log(1 + index.notes / (notes.size + 0.5)));
    const total = weights.reduce((sum, one) => sum + one ** 2, 0);
    const seen = new Map();
    found.forEach(({ notes }, at) => {
      for (const [note, one] of notes) {
        const sum = seen.get(note) ?? { score: 0, covered: 0, count: 0, title: 5 };
        sum.score += weights[at] * one.score;
        sum.covered += weights[at] ** 2;
        sum.title = Math.min(sum.title, one.title);
        sum.count += 1;
        seen.set(note, sum);
      }
    });
    const all = [...seen].filter(([note]) => fits(note));
    const whole = all.filter(([, one]) => one.count === found.length);
    for (const [, one] of whole) if (one.title) one.score = one.score * 1.5 + 2 + (one.title === 5 - found.length ? 4 : 0);
    const some = whole.length ? [] : all.filter(([, one]) => one.covered >= total * 0.5);
    const order = ([a, one], [b, two]) => two.covered - one.covered || two.score - one.score || a - b;
    return { ranked: (whole.length ? whole : some).sort(order).map(([note]) => note), partial: !whole.length && found.length > 1 };
  }

  async function documentOf(note) {
    const name = `n${Math.floor(note / index.pack).toString(16)}`, key = `${name} ${index.version}`;
    if (!lines.has(key)) {
      const text = await fetchPart(name, `?${index.version}`);
      lines.set(key, new Map(text.split("\n").map((row) => JSON.parse(row)).map(([number, document]) => [number, document])));
    }
    const [title, url, path, , aliases, tags, sections] = lines.get(key).get(note);
    return { title, url, path, aliases, tags, sections: sections.map(([anchor, heading, text]) => ({ anchor, heading, text })) };
  }

  const even = (text) => text.normalize("NFC").toLowerCase().replace(/\s+/g, " ");
  function isSaid({ said }, one) {
    const texts = [one.title, ...one.aliases, ...one.sections.flatMap(({ heading, text }) => [heading, text])];
    return texts.some((text) => even(text).includes(even(said)));
  }

  // --- highlights: positions of words in a text ---

  function places(text, forms) {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      if (IS_SOLID.test(match[0])) {
        for (const form of forms) for (let at = match[0].indexOf(form); form && at >= 0; at = match[0].indexOf(form, at + form.length)) found.push([match.index + at, match.index + at + form.length, form]);
        continue;
      }
      if (forms.has(fold(match[0]))) { found.push([match.index, match.index + match[0].length, fold(match[0])]); continue; }
      let at = match.index;
      for (const piece of camel(match[0])) {
        if (piece.length > 1 && piece.length < match[0].length && forms.has(fold(piece))) found.push([at, at + piece.length, fold(piece)]);
        at += piece.length;
      }
    }
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    return found.filter(([start], at) => !at || start >= found[at - 1][1]);
  }

  function marked(text, found, start, end) {
    const pieces = [];
    let at = start;
    for (const [from, to] of found) {
      if (from < at || to > end) continue;
      pieces.push(text.slice(at, from), make("mark", {}, text.slice(from, to)));
      at = to;
    }
    return [start ? "…" : "", ...pieces, text.slice(at, end), end < text.length ? "…" : ""].filter(Boolean);
  }

  function excerpt(text, forms) { // the passage with most of the words
    const found = places(text, forms);
    let best = 0, most = 0;
    for (let at = 0; at < found.length && at < 200; at++) {
      const kinds = new Set(found.slice(at, at + 20).filter(([start]) => start < found[at][0] + EXCERPT - 40).map(([, , form]) => form)).size;
      if (kinds > most) [best, most] = [found[at][0], kinds];
    }
    let start = Math.max(0, best - 40);
    if (start) start = Math.min(best, text.indexOf(" ", start) + 1 || best);
    let end = Math.min(text.length, start + EXCERPT);
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), best + 20, end - 20);
    return { kinds: new Set(found.map(([, , form]) => form)), most, pieces: marked(text, found, start, end) };
  }

  // --- on the opened page: highlights of the search words, until dismissed ---

  function arrive(words) {
    const forms = new Set(words), main = document.querySelector("#content");
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest("math, svg, script, style, textarea, .scripted") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const found = places(text.data, forms);
      if (found.length) text.replaceWith(...marked(text.data, found, 0, text.data.length).map((piece) => { piece.className = "found"; return piece; }));
    }
    if (!main.querySelector("mark.found")) return setQuery("mark", "");
    const button = make("button", { type: "button", class: "search-dismiss" }, "Hide highlights ", make("kbd", {}, "Esc"));
    function dismiss() {
      for (const mark of main.querySelectorAll("mark.found")) { mark.replaceWith(...mark.childNodes); }
      main.normalize();
      button.remove();
      removeEventListener("keydown", escape);
      setQuery("mark", "");
    }
    const escape = (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && dismiss();
    addEventListener("keydown", escape);
    button.addEventListener("click", dismiss);
    document.body.append(button);
  }

  function setQuery(name, value) { // in the page's address, so that a search can be shared and reopened
    const url = new URL(location.href);
    if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    try { if (url.href !== location.href) history.replaceState(history.state, "", url); } catch { /* too often, or a disk */ }
  }

  // --- the dialog ---

  const input = make("input", {
    type: "search", id: "search-words", role: "combobox", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "search-results",
    "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: "Search notes",
  });
  const status = make("p", { class: "search-status", role: "status" });
  const filters = make("div", { class: "search-tags", role: "group", "aria-label": "Filter by tag or folder" });
  const results = make("div", { class: "search-results", id: "search-results", role: "listbox", "aria-label": "Results" });
  const more = make("button", { type: "button", class: "search-more" }, "More results");
  const other = make("div", { class: "search-other" });
  const corrections = make("div", { class: "search-other" });
  const scroll = make("div", { class: "search-scroll" }, corrections, results, more, other);
  const close = make("button", { type: "button" }, "Close");
  const dialog = make("dialog", { class: "search", "aria-label": "Search" }, make("div", { class: "search-head" }, input, close), filters, status, scroll);
  const options = () => [...results.querySelectorAll("[role=option]")];
  let asking = 0, current = null, shown = 0, active = -1, seen = new Map();

  async function search(again = false) {
    const mine = ++asking, text = input.value;
    setQuery("q", text.trim());
    try {
      await begin(again === true);
      const found = await answer(text);
      const next = found.isEmpty ? [] : await take(found, PAGE);
      if (mine !== asking) return;
      current = found;
      clear();
      say(next);
      add(next);
      showFilters();
      if (!found.isEmpty) showOthers(await wantedLike(), mine);
      if (next.length) activate(0);
      dialog.dataset.answers = text;
    } catch (fault) {
      if (mine !== asking) return;
      if (again !== true && index) return search(true); // the site was rebuilt meanwhile
      clear();
      status.textContent = "The search index could not be read.";
      other.append(make("p", {}, "See ", make("a", { href: new URL("all-notes.html", root) }, "the list of all notes"), "."));
    }
  }

  // The next results; phrases are checked in their texts.
  async function take(found, count) {
    const taken = [];
    found.at ??= 0;
    while (taken.length < count && found.at < found.ranked.length) {
      const some = found.ranked.slice(found.at, found.at + count - taken.length);
      found.at += some.length;
      const documents = await Promise.all(some.map(documentOf));
      taken.push(...documents.filter((one) => found.phrases.every((phrase) => isSaid(phrase, one) !== phrase.not)));
    }
    return taken;
  }

  function clear() {
    for (const part of [corrections, results, other, filters]) part.replaceChildren();
    results.hidden = more.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    scroll.scrollTop = shown = 0;
    active = -1;
    seen = new Map();
  }

  function say(documents) {
    const { ranked, partial, isEmpty, phrases, replaced } = current;
    const count = `${ranked.length}${phrases.length ? " at most" : ""} ${ranked.length === 1 ? "note" : "notes"}`;
    status.textContent = isEmpty ? "" : !documents.length ? "Nothing found" : partial ? `No note has all of these words; ${count} with most of them` : count;
    for (const { said, others } of replaced) {
      const choose = (word) => { const button = make("button", { type: "button" }, word); button.addEventListener("click", () => ask(input.value.replace(said, word))); return button; };
      corrections.append(make("p", { class: "search-meant" }, `No note says “${said}”. Did you mean `, ...others.flatMap((word, at) => [at ? ", " : "", choose(word)]), "?"));
    }
  }

  function ask(text) {
    input.value = text;
    input.focus();
    return search();
  }

  const addressOf = (url, forms, anchor) => {
    const address = new URL(url.split("/").map(encodeURIComponent).join("/"), root);
    if (forms.size) address.searchParams.set("mark", [...forms].slice(0, 12).join(" "));
    if (anchor) address.hash = encodeURIComponent(anchor);
    return address;
  };

  function add(documents) {
    for (const one of documents) {
      results.append(group_(one));
      for (const tag of one.tags) seen.set(`#${tag}`, (seen.get(`#${tag}`) ?? 0) + 1);
      const folder = one.path.split("/").slice(0, -1).join("/");
      if (folder && !one.url.startsWith("figures/")) seen.set(pathFilter(folder), (seen.get(pathFilter(folder)) ?? 0) + 1);
    }
    options().forEach((option, at) => { option.id = `search-option-${at}`; });
    shown += documents.length;
    more.hidden = !shown || current.at >= current.ranked.length;
    results.hidden = !shown;
    input.setAttribute("aria-expanded", shown > 0);
  }

  function group_({ title, url, path, aliases, sections }) {
    const { forms } = current;
    const parts = sections.map(({ anchor, heading, text }) => ({ anchor, heading, ...excerpt(text, forms), named: places(heading, forms) }));
    const matching = parts.filter((one) => one.most || one.named.length);
    const top = parts.filter((one) => !one.anchor && one.most).sort((a, b) => b.most - a.most)[0];
    const fullest = Math.max(...matching.map((one) => one.most));
    const below = matching.filter((one) => one.anchor && (one.named.length || one.most === fullest)).sort((a, b) => b.most + 2 * b.named.length - a.most - 2 * a.named.length).slice(0, HEADINGS);
    const all = new Set([...matching.flatMap((one) => [...one.kinds, ...one.named.map(([, , form]) => form)]), ...places(title, forms).map(([, , form]) => form)]);
    const option = (kind, anchor, name, pieces, also = "") => make("a", { class: kind, role: "option", tabindex: "-1", "aria-selected": "false", href: addressOf(url, all, anchor) },
      make("span", { class: "search-title" }, ...marked(name, places(name, forms), 0, name.length)), also && make("span", { class: "search-also" }, also),
      ...(pieces.length ? [make("span", { class: "search-excerpt" }, ...pieces)] : []));
    const named = aliases.filter((one) => places(one, forms).length).join(", ");
    const where = path.includes("/") && !url.startsWith("figures/") ? path.split("/").slice(0, -1).join(" / ") : "";
    return make("div", { role: "group", "aria-label": title },
      option("search-note", "", title, top?.pieces ?? (below.length ? [] : parts[0]?.pieces ?? []), [named && `also ${named}`, where].filter(Boolean).join(" · ")),
      ...below.map((one) => option("search-heading", one.anchor, one.heading || "…", one.most ? one.pieces : [])));
  }

  // --- tags and folders: a click adds them to the query, so that they are in the address too ---

  const pathFilter = (folder) => (/\s/.test(folder) ? `path:"${folder}/"` : `path:${folder}/`);

  function showFilters() {
    const chosen = (name) => input.value.toLowerCase().includes(name.toLowerCase());
    const offered = current.isEmpty ? [...index.tags.map(([tag, count]) => [`#${tag}`, count]), ...index.folders.map(([folder, count]) => [pathFilter(folder), count])] : [...seen].sort((a, b) => b[1] - a[1]);
    for (const [name, count] of offered.sort((a, b) => chosen(b[0]) - chosen(a[0])).slice(0, FILTERS)) {
      const button = make("button", { type: "button", "aria-pressed": chosen(name) }, name.replace(/^path:"?([^"]*)"?$/, "$1"), ...(current.isEmpty ? [" ", make("span", {}, count)] : []));
      button.addEventListener("click", () => {
        const at = input.value.toLowerCase().indexOf(name.toLowerCase());
        ask((at < 0 ? `${input.value.trim()} ${name}` : input.value.slice(0, at) + input.value.slice(at + name.length)).replace(/\s+/g, " ").trim());
      });
      filters.append(button);
    }
  }

  // --- missing notes, listed separately ---

  async function wantedLike() {
    const words = current.words.flatMap((one) => one.tokens[0].at(-1));
    if (!words.length || !index.tables.unwritten.names.length) return [];
    const longest = words.reduce((one, two) => (two.length > one.length ? two : one));
    const rows = new Map();
    for (const [, rest] of await beginning("unwritten", longest, 1)) for (let at = 0; at < rest.length; at += 2) rows.set(rest[at + 1], rest[at]);
    return [...rows].filter(([, title]) => words.every((word) => fold(title).includes(word)));
  }

  function showOthers(rows, mine) {
    if (mine !== asking || !rows.length) return;
    const items = rows.slice(0, FILTERS).map(([url, title]) => make("li", {}, make("a", { class: "missing", href: addressOf(url, new Set()) }, title)));
    other.append(make("p", {}, "Linked but not written yet:"), make("ul", {}, ...items));
  }

  // --- keys ---

  function activate(at) {
    const all = options();
    if (!all.length) return;
    all[active]?.setAttribute("aria-selected", "false");
    active = (at + all.length) % all.length;
    all[active].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }

  async function continueList(selecting) {
    const mine = asking, next = options().length;
    if (more.disabled || more.hidden) return;
    more.disabled = true;
    const documents = await take(current, PAGE).catch(() => []);
    more.disabled = false;
    if (mine !== asking) return;
    add(documents);
    if (selecting && documents.length) activate(next);
  }

  more.addEventListener("click", () => { continueList(true); input.focus(); });
  new IntersectionObserver((entries) => entries.at(-1).isIntersecting && continueList(false), { root: scroll }).observe(more);
  input.addEventListener("input", (event) => event.isComposing || search());
  input.addEventListener("compositionend", search);
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the key belongs to an input method
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === 1 && !more.hidden && active === options().length - 1) continueList(true);
    else if (step) activate(active + step);
    else if (event.key === "Enter" && event.target === input) options()[Math.max(active, 0)]?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  });
  results.addEventListener("pointermove", (event) => {
    const at = options().indexOf(event.target.closest("[role=option]"));
    if (at >= 0 && at !== active) activate(at);
  });
  addEventListener("pageshow", (event) => { if (event.persisted && dialog.open) input.value = new URLSearchParams(location.search).get("q") ?? ""; });
  addEventListener("hashchange", () => dialog.open && dialog.close());
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => setQuery("q", ""));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  async function show() {
    if (dialog.open) return;
    dialog.showModal();
    input.focus();
    input.select();
    if (asked) await begin(true).catch(() => {}); // in the preview, notes may have changed meanwhile
    if (dialog.open) search();
  }

  const style = make("link", { rel: "stylesheet", href: new URL("assets/search.css", root) });
  style.onload = style.onerror = () => {
    document.body.append(dialog);
    opener.addEventListener("click", show);
    if (given.get("mark")) arrive(given.get("mark").split(" "));
    if (given.has("q") || !given.get("mark")) {
      input.value = given.get("q") ?? "";
      show();
    }
  };
  document.head.append(style);
})();
