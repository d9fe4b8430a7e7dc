// Search: a dialog with results from the site's own index (hortus.site.search). Loaded when search is first opened; the
// parts of the index are loaded when needed, as scripts, so that search also works from file://.
(() => {
  const root = new URL("..", document.currentScript.src);
  const opener = document.querySelector("[data-key='/']");
  const PAGE = 4, HEADINGS = 3, FILTERS = 12, EXCERPT = 170, COMPLETIONS = 8, SHORTEST = 5;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // --- words, cut and folded as in hortus.site.search.words ---

  const SOFT = "\\u00ad\\u200b\\u200c\\u200d\\u2060\\u0640", JOINS = "_.'’‐‑·\\-";
  const SOLID = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff"
    + "\\uac00-\\ud7af\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}";
  const RUN = new RegExp(`[\\p{L}\\p{N}\\p{M}${SOFT}${JOINS}]+(?:\\+\\+|#)?`, "gu");
  const PIECE = new RegExp(`[${SOLID}]+|[^${SOLID}${JOINS}+#]+`, "gu");
  const WORD = new RegExp(`[${SOLID}]+|\\p{Sm}|(?:(?![${SOLID}])[\\p{L}\\p{N}\\p{M}${SOFT}])+`, "gu");
  const IS_SOLID = new RegExp(`[${SOLID}]`, "u");
  const SOFTS = new RegExp(`[${SOFT}]`, "gu");
  const ACCENTS = /(?<![иИ])[\u0300-\u036f]+|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+/gu;
  const ARTICLE = /^(?:[وفبك]?ال|لل)(?=.{2})/; // of Arabic

  function fold(word) {
    if (/^[\0-\x7f]*$/.test(word)) return word.toLowerCase();
    const plain = word.replace(SOFTS, "").normalize("NFKD").replace(ACCENTS, "").normalize("NFC");
    return plain.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
  }

  const camel = (word) => word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+/g) ?? [];

  function pairs(run) {
    const signs = [...run.normalize("NFKC")];
    return signs.length < 2 ? signs : signs.slice(1).map((sign, at) => signs[at] + sign);
  }

  // The ways to find a token, each a list of words that a note must have.
  function ways(token) {
    const pieces = token.match(PIECE) ?? [];
    if (!pieces.length) return [];
    if (/[+#]$/.test(token)) return [[fold(pieces.at(-1) + token.match(/[+#]+$/)[0])], pieces.map(fold)];
    const words = pieces.flatMap((piece) => (IS_SOLID.test(piece) ? pairs(piece) : [fold(piece)]));
    if (/^[\uac00-\ud7af]{3,}$/.test(token)) return [words, words.slice(0, -1)]; // Korean, before another particle
    if (IS_SOLID.test(token)) return [words];
    if (ARTICLE.test(words[0])) return [words, [words[0].replace(ARTICLE, "")]];
    if (pieces.length > 1) return [[fold(pieces.join(""))], words];
    const parts = camel(pieces[0]).filter((part) => part.length > 1);
    return parts.length > 1 ? [words, parts.map(fold)] : [words];
  }

  // --- the query: words, "phrases", -not, #tag, tag:, path: ---

  const CLAUSE = /(-?)(?:(tag|path):\s*)?(?:"([^"]*)"?|(#?)(\S+))/giu;

  function parse(text) {
    const clauses = [];
    for (const [, minus, named, quoted, hash, bare = ""] of text.normalize("NFC").matchAll(CLAUSE)) {
      const kind = named?.toLowerCase() ?? (hash && bare ? "tag" : quoted === undefined ? "word" : "phrase");
      const said = (quoted ?? bare).trim(), not = !!minus;
      if (kind === "tag") clauses.push({ kind, not, key: `#${fold(said.replace(/^#/, ""))}` });
      else if (kind === "path") clauses.push({ kind, not, key: `/${fold(said.replace(/^\//, "").replace(/\.md$/i, ""))}` });
      else {
        const tokens = (said.match(RUN) ?? []).map((raw) => ({ raw, ways: ways(raw) })).filter((one) => one.ways.length);
        if (kind === "phrase" && tokens.length) clauses.push({ kind, not, said, tokens });
        else clauses.push(...tokens.map((one) => ({ kind, not, said: one.raw, tokens: [one] })));
      }
    }
    return clauses;
  }

  // --- the index ---

  const arrived = new Map(), loading = new Map();
  let index = null;
  window.hortusSearch = (name, content) => arrived.set(name, content);

  function load(name, query = "") { // once
    const address = `${name}.js${query}`;
    if (!loading.has(address)) {
      loading.set(address, new Promise((done, fail) => {
        const script = make("script", { src: new URL(`assets/search/${address}`, root) });
        script.onload = () => { script.remove(); done(arrived.get(name)); };
        script.onerror = () => { script.remove(); loading.delete(address); fail(new Error(name)); };
        document.head.append(script);
      }));
    }
    return loading.get(address);
  }

  async function begin(again) { // *again*: notes have changed, or a part is gone
    if (index && !again) return;
    const { firsts, names, ...rest } = await load("index", again ? `?${Date.now()}` : "");
    index = { ...rest, firsts: firsts.split("\n"), names: names.match(/.{6}/g) ?? [] };
  }

  function place(key) { // of the part that has a key
    let low = 0, high = index.firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index.firsts[middle] <= key) low = middle + 1; else high = middle;
    }
    return Math.max(0, low - 1);
  }

  // The lines that begin with *start*, in columns, without the letter of their kind; of so many parts at most.
  async function lines(start, most = 40) {
    const first = place(start), end = Math.min(place(`${start}\uffff`) + 1, first + most);
    const parts = await Promise.all(index.names.slice(first, end).map((name) => load(`p${name}`)));
    const found = parts.flatMap((text) => text.split("\n").filter((line) => line.startsWith(start)));
    return found.map((line) => line.slice(1).split("\t"));
  }

  async function documentOf(note) {
    const [title, url, path, , aliases, tags, sections] = await load(`n${note.toString(16)}`, `?${index.version}`);
    return { title: readable(title), url, path, aliases, tags, sections: sections.map(([anchor, heading, text]) => ({ anchor, heading: readable(heading), text: readable(text) })) };
  }

  // --- matching: scores and parts of titles by note number, and the words that were found ---

  const WEIGHTS = String.fromCharCode(...Array.from({ length: 94 }, (_, at) => at + 33)).replace(/[\d"\\]/g, ""), TITLES = [0, 1, 1.2, 1.5, 2];
  const nothing = () => ({ notes: new Map(), titles: new Map(), forms: new Set() });

  function* postingsIn(text) { // notes, and the weight in each
    let note = 0;
    for (const [, step, sign] of text.matchAll(/(\d+)(\D)/g)) yield [note += +step, WEIGHTS.indexOf(sign)];
  }

  async function addStem(found, stem, weigh) { // all words of a stem
    for (const [, rest, postings] of await lines(`p${stem}\t`)) {
      const word = rest || stem, weight = weigh(word);
      if (weight > 0.2) found.forms.add(word);
      for (const [note, digit] of weight ? postingsIn(postings) : []) {
        const title = digit % 5, score = weight * (Math.floor(digit / 10) / 7 + (digit % 10 > 4 ? 0.5 : 0) + TITLES[title]);
        if (!(found.notes.get(note) >= score)) found.notes.set(note, score);
        if (title && weight > 0.5) found.titles.set(note, title);
      }
    }
  }

  // The notes with a word, with others of its stem unless *strict*, and with longer ones while it is being typed.
  async function findWord(word, typing, strict) {
    const found = nothing(), own = await lines(`w${word}\t`);
    const stems = (words) => [...new Set(words.map(([other, stem]) => stem || other))];
    await Promise.all(stems(own).map((stem) => addStem(found, stem, (other) => (other === word ? 1 : strict ? 0 : 0.75))));
    if (typing) {
      const longer = (await lines(`w${word}`, 2)).filter(([other]) => other !== word && !found.forms.has(other));
      const likely = longer.sort((a, b) => b[2] - a[2]).slice(0, COMPLETIONS), words = new Set(likely.map(([other]) => other));
      const weight = own.length ? 0.2 : 0.4;
      await Promise.all(stems(likely).map((stem) => addStem(found, stem, (other) => (words.has(other) ? weight : 0))));
    }
    return found;
  }

  const rarity = ({ notes }) => Math.log(1 + index.notes / (notes.size + 0.5));

  function both(first, second) { // what is rarer counts more
    const found = { ...nothing(), forms: new Set([...first.forms, ...second.forms]) }, rare = rarity(first), other = rarity(second);
    for (const [note, score] of first.notes) {
      if (!second.notes.has(note)) continue;
      found.notes.set(note, (score * rare + second.notes.get(note) * other) / (rare + other));
      found.titles.set(note, Math.min(first.titles.get(note) ?? 0, second.titles.get(note) ?? 0));
    }
    return found;
  }

  function either(first, second) {
    const found = { notes: new Map(first.notes), titles: new Map([...second.titles, ...first.titles]), forms: new Set([...first.forms, ...second.forms]) };
    for (const [note, score] of second.notes) found.notes.set(note, Math.max(score, found.notes.get(note) ?? 0));
    return found;
  }

  async function findToken({ ways }, typing, strict) {
    const found = ways.map(async (words) => {
      const isTyped = (word, at) => (IS_SOLID.test(word) ? [...word].length < 2 : typing && at === words.length - 1);
      return (await Promise.all(words.map((word, at) => findWord(word, isTyped(word, at), strict)))).reduce(both);
    });
    return (await Promise.all(found)).reduce(either);
  }

  const findAll = async ({ tokens, kind }, typing) => (await Promise.all(tokens.map((one) => findToken(one, typing, kind === "phrase")))).reduce(both);

  const findFilter = async ({ key }) => new Map((await lines(`p${key}`)).flatMap(([, , postings]) => [...postingsIn(postings)]));

  // --- words to search for instead of one that no note has ---

  function isNear(one, other) { // one letter inserted, deleted or replaced, or two neighbours swapped
    if (Math.abs(one.length - other.length) > 1) return false;
    const at = shared(one, other), [a, b] = [one.slice(at), other.slice(at)];
    return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
  }

  function shared(one, other) {
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    return at;
  }

  const reversed = (word) => [...word].reverse().join("");

  async function meant(word) { // best first
    if (word.length < SHORTEST || IS_SOLID.test(word)) return [];
    const half = (word.length - 1) >> 1, known = new Map();
    for (const [other, , size] of await lines(`w${word.slice(0, half)}`, 6)) known.set(other, +size);
    for (const [other, , size] of await lines(`e${reversed(word).slice(0, half)}`, 6)) known.set(reversed(other), +size);
    const isForm = (other) => shared(word, other) >= Math.max(4, word.length - 3, other.length - 3);
    const near = (other) => (isNear(word, other) ? 2 : isForm(other) ? 1 : 0);
    const likely = (other) => near(other) * 1000 + (near(other) === 1 ? shared(word, other) * 40 : 0) + known.get(other);
    const others = [...known.keys()].filter((other) => /^\p{L}/u.test(other) && near(other)).sort((a, b) => likely(b) - likely(a)).slice(0, 4);
    const isWord = async (part) => (await lines(`w${part}\t`)).length > 0;
    for (let at = word.length - 3; at > 2 && !(others.length && near(others[0]) > 1); at--) // two words in one
      if (await isWord(word.slice(0, at)) && await isWord(word.slice(at))) return [`${word.slice(0, at)} ${word.slice(at)}`, ...others];
    return others;
  }

  // --- a whole query ---

  async function answer(text) {
    const clauses = parse(text), typing = !/[\s"]$/.test(text);
    const words = clauses.filter((one) => !one.not && one.tokens), replaced = [];
    const found = await Promise.all(words.map(async (clause) => {
      const one = await findAll(clause, typing && clause === words.at(-1));
      const others = one.notes.size || clause.kind === "phrase" ? [] : await meant(clause.tokens[0].ways[0].join(""));
      if (!others.length) return one;
      replaced.push({ said: clause.said, others });
      return findToken({ ways: [others[0].split(" ")] }, false, false);
    }));
    const limits = await Promise.all(clauses.filter((one) => one.key || (one.not && one.kind === "word")).map(async (one) => (
      { not: one.not, notes: one.key ? await findFilter(one) : (await findToken(one.tokens[0], false, true)).notes })));
    const fits = ([note]) => limits.every(({ not, notes }) => notes.has(note) !== not);
    const byTitle = [...limits.find((one) => !one.not)?.notes ?? []].filter(fits).sort((a, b) => a[1] - b[1]);
    const { ranked, partial } = words.length ? rank(found, fits) : { ranked: byTitle };
    const forms = new Set(found.flatMap((one) => [...one.forms]));
    for (const { raw } of words.flatMap((one) => one.tokens)) for (const run of raw.match(WORD)) if (IS_SOLID.test(run)) forms.add(run);
    const phrases = clauses.filter((one) => one.kind === "phrase");
    return { notes: ranked.map(([note]) => note), partial, replaced, forms, words, phrases, isEmpty: !clauses.length, at: 0 };
  }

  // The notes with all words; where there is none, those with most of what is rare among them.
  function rank(found, fits) {
    const weights = found.map(rarity);
    const total = weights.reduce((sum, one) => sum + one ** 2, 0), seen = new Map();
    found.forEach(({ notes, titles }, at) => {
      for (const [note, score] of notes) {
        const sum = seen.get(note) ?? { score: 0, covered: 0, count: 0, title: 5 };
        sum.score += weights[at] * score;
        sum.covered += weights[at] ** 2;
        sum.title = Math.min(sum.title, titles.get(note) ?? 0);
        sum.count += 1;
        seen.set(note, sum);
      }
    });
    const all = [...seen].filter(fits), whole = all.filter(([, one]) => one.count === found.length);
    for (const [, one] of whole) if (one.title) one.score = one.score * 1.5 + 2 + (one.title === 5 - found.length ? 4 : 0);
    const some = whole.length ? whole : all.filter(([, one]) => one.covered >= total * 0.5);
    some.sort(([a, one], [b, two]) => two.covered - one.covered || two.score - one.score || a - b);
    return { ranked: some, partial: !whole.length && found.length > 1 };
  }

  const even = (text) => text.normalize("NFC").toLowerCase().replace(/\s+/g, " ");

  function isSaid({ said }, one) {
    const texts = [one.title, ...one.aliases, ...one.sections.flatMap(({ heading, text }) => [heading, text])];
    return texts.some((text) => even(text).includes(even(said)));
  }

  // --- formulas, in which signs replace TeX ---

  const SIGNS = { cdot: "·", dots: "…", ldots: "…", cdots: "⋯", infty: "∞", to: "→", neq: "≠", sqrt: "√", lVert: "‖", rVert: "‖", vert: "|", circ: "∘", partial: "∂", Pr: "Pr", quad: " ", qquad: " ", middle: "", left: "", right: "" };
  const entity = make("textarea"), names = new Map(); // names: TeX's of the signs that were shown

  function sign(name) { // most of TeX's names are HTML's
    if (!(name in SIGNS)) {
      entity.innerHTML = `&${name};`;
      SIGNS[name] = [...entity.value].length > 1 ? ` ${name} ` : entity.value;
    }
    names.set(SIGNS[name], name.toLowerCase());
    return SIGNS[name];
  }

  const ACCENT = { hat: "\u0302", bar: "\u0304", tilde: "\u0303", dot: "\u0307", vec: "\u20d7" };
  const grouped = (text) => ([...text.trim()].length > 1 ? `(${text.trim()})` : text.trim());

  function readableFormula(tex) {
    let text = tex.replace(/\\(?:begin|end)\s*\{[^{}]*\}(?:\{[lcr|]*\})?|\\[dt]?(?:math\w+|text\w*|operatorname\*?|boldsymbol|displaystyle|[bB]igg?[lr]?)(?![a-z])/g, "")
      .replace(/\\(?:wide|over)?(hat|bar|tilde|dot|vec)\s*\{?(\w)\}?/g, (_, name, letter) => letter + ACCENT[name])
      .replace(/\\(?![dt]?frac)([A-Za-z]+)/g, (_, name) => sign(name)).replace(/\\\\/g, "; ").replace(/\\[,;:! ]|[&~]/g, " ").replace(/\\([^A-Za-z])/g, "$1");
    for (let before = ""; before !== text;) {
      before = text;
      text = text.replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, (_, a, b) => `${grouped(a)}/${grouped(b)}`).replace(/([_^√])\{([^{}]*)\}/g, (_, before_, inner) => before_ + grouped(inner));
    }
    return text.replace(/[{}]/g, "").replace(/\s+/g, " ").trim();
  }

  const readable = (text) => text.replace(/\u2063([^\u2063]*)\u2063/g, (_, tex) => readableFormula(tex));

  // --- marks: the places of words in a text ---

  function places(text, forms) {
    const found = [];
    const add = (at, word, form) => forms.has(form) && found.push({ at, end: at + word.length, form });
    for (const { 0: word, index: at } of text.matchAll(WORD)) {
      if (IS_SOLID.test(word)) {
        for (const form of forms) for (let from = word.indexOf(form); from >= 0; from = word.indexOf(form, from + 1)) add(at + from, form, form);
      } else if (!add(at, word, fold(word)) && !add(at, word, names.get(word))) {
        let from = at;
        for (const part of camel(word)) { add(from, part, fold(part)); from += part.length; }
      }
    }
    found.sort((a, b) => a.at - b.at || b.end - a.end);
    return found.filter(({ at }, one) => !one || at >= found[one - 1].end);
  }

  function marked(text, found, start = 0, end = text.length) {
    const pieces = [];
    let before = start;
    for (const one of found) {
      if (one.at < before || one.end > end) continue;
      pieces.push(text.slice(before, one.at), make("mark", {}, text.slice(one.at, one.end)));
      before = one.end;
    }
    return [start ? "…" : "", ...pieces, text.slice(before, end), end < text.length ? "…" : ""].filter(Boolean);
  }

  function excerpt(text, forms) { // the passage with most of the words
    const found = places(text, forms), kindsFrom = (one) => new Set(found.filter(({ at }) => at >= one.at && at < one.at + EXCERPT - 40).map(({ form }) => form)).size;
    let best = { at: 0 }, most = 0;
    for (const one of found.slice(0, 50)) if (kindsFrom(one) > most) [best, most] = [one, kindsFrom(one)];
    const early = Math.max(0, best.at - 40), start = early && Math.min(best.at, text.indexOf(" ", early) + 1 || best.at);
    const late = Math.min(text.length, start + EXCERPT);
    const end = late < text.length ? Math.max(text.lastIndexOf(" ", late), best.at + 20, late - 20) : late;
    return { most, forms: new Set(found.map(({ form }) => form)), pieces: marked(text, found, start, end) };
  }

  // --- on the page that was found: words are marked until dismissed ---

  function arrive(forms) {
    const main = document.querySelector("#content"), texts = [];
    const isText = (node) => (node.parentElement.closest("math, svg, script, style, textarea, .scripted") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT, isText);
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const found = places(text.data, forms);
      if (found.length) text.replaceWith(...marked(text.data, found));
    }
    const marks = main.querySelectorAll("mark:not([class])");
    marks.forEach((mark) => mark.classList.add("found"));
    const button = make("button", { type: "button", class: "search-dismiss" }, "Hide highlights ", make("kbd", {}, "Esc"));
    function dismiss() {
      for (const mark of main.querySelectorAll("mark.found")) mark.replaceWith(...mark.childNodes);
      main.normalize();
      button.remove();
      removeEventListener("keydown", escape);
      setQuery("mark", "");
    }
    const escape = (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && dismiss();
    addEventListener("keydown", escape);
    button.addEventListener("click", dismiss);
    if (marks.length) document.body.append(button);
    else dismiss();
  }

  function setQuery(name, value) { // in the page's address, so that a search can be shared and gone back to
    const url = new URL(location.href);
    if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    try { if (url.href !== location.href) history.replaceState(history.state, "", url); } catch { /* too often, or file:// */ }
  }

  // --- the dialog ---

  const input = make("input", {
    type: "search", id: "search-words", dir: "auto", role: "combobox", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "search-results",
    "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: "Search notes",
  });
  const status = make("p", { class: "search-status", role: "status" });
  const filters = make("div", { class: "search-tags", role: "group", "aria-label": "Filter by tag or folder" });
  const results = make("div", { class: "search-results", id: "search-results", role: "listbox", "aria-label": "Results" });
  const more = make("button", { type: "button", class: "search-more" }, "More results");
  const corrections = make("div", { class: "search-other" }), other = make("div", { class: "search-other" });
  const scroll = make("div", { class: "search-scroll" }, corrections, results, more, other);
  const close = make("button", { type: "button" }, "Close");
  const dialog = make("dialog", { class: "search", "aria-label": "Search" }, make("div", { class: "search-head" }, input, close), filters, status, scroll);
  const options = () => [...results.querySelectorAll("[role=option]")];
  let asked = 0, current = null, active = -1, offered = new Map();

  async function search(again) {
    const mine = ++asked, text = input.value;
    try {
      await begin(again);
      const found = await answer(text);
      if (mine !== asked) return;
      current = found;
      clear();
      await showMore(mine);
      showUnwritten(await unwritten(), mine);
    } catch {
      if (mine !== asked) return;
      if (!again && index) return search(true); // the site was built again meanwhile
      clear();
      status.textContent = "The search index could not be read.";
      other.append(make("p", {}, "See ", make("a", { href: new URL("all-notes.html", root) }, "the list of all notes"), "."));
    }
    if (mine !== asked) return;
    dialog.dataset.answers = text;
    input.defaultValue = text; // WebKit resets the field when the reader goes back to the page
    if (dialog.open) setQuery("q", text.trim()); // last, since browsers then ask for the page's icon again
  }

  function clear() {
    for (const part of [corrections, results, other, filters]) part.replaceChildren();
    results.hidden = more.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    scroll.scrollTop = 0;
    active = -1;
    offered = new Map();
  }

  // Show the next results, the first as soon as its text is there; phrases are looked for in texts.
  async function showMore(mine) {
    const { notes, phrases } = current, before = results.children.length;
    while (results.children.length < before + PAGE && current.at < notes.length) {
      const some = notes.slice(current.at, current.at + PAGE - (results.children.length - before)).map(documentOf);
      for (const one of some) {
        const document_ = await one;
        if (mine !== asked) return;
        current.at += 1;
        if (phrases.every((phrase) => isSaid(phrase, document_) !== phrase.not)) addResult(document_);
      }
    }
    say();
    more.hidden = !results.children.length || current.at >= notes.length;
    showFilters();
  }

  function say() {
    const { notes, partial, isEmpty, phrases, replaced } = current;
    const count = `${notes.length}${phrases.length ? " at most" : ""} ${notes.length === 1 ? "note" : "notes"}`;
    status.textContent = isEmpty ? "" : !results.children.length ? "Nothing found" : partial ? `No note has all of these words; ${count} with most of them` : count;
    const choices = (said, word) => {
      const button = make("button", { type: "button" }, word);
      button.addEventListener("click", () => ask(input.value.replace(said, word)));
      return button;
    };
    corrections.replaceChildren(...replaced.map(({ said, others }) => make("p", { class: "search-meant" },
      `No note says “${said}”. Did you mean `, ...others.flatMap((word, at) => [at ? ", " : "", choices(said, word)]), "?")));
  }

  function ask(text) {
    input.value = text;
    input.focus();
    return search();
  }

  function addressOf(url, forms = new Set(), anchor = "") {
    const address = new URL(url.split("/").map(encodeURIComponent).join("/"), root);
    if (forms.size) address.searchParams.set("mark", [...forms].slice(0, 12).join(" "));
    if (anchor) address.hash = encodeURIComponent(anchor);
    return address;
  }

  function addResult({ title, url, path, aliases, tags, sections }) {
    const { forms } = current, folder = path.split("/").slice(0, -1);
    const parts = sections.map(({ anchor, heading, text }) => ({ anchor, heading, ...excerpt(text, forms), named: places(heading, forms).length }));
    const best = (some) => some.filter((one) => one.most || one.named).sort((a, b) => b.most + 2 * b.named - a.most - 2 * a.named);
    const fullest = Math.max(...parts.map((one) => one.most));
    const top = best(parts.filter((one) => !one.anchor))[0];
    const below = best(parts.filter((one) => one.anchor && (one.named || one.most === fullest))).slice(0, HEADINGS);
    const said = new Set(parts.flatMap((one) => [...one.forms]).concat(places([title, ...parts.map((one) => one.heading)].join(" "), forms).map((one) => one.form)));
    const named = aliases.filter((one) => places(one, forms).length).join(", ");
    const also = [named && `also ${named}`, folder.join(" / ")].filter(Boolean).join(" · ");
    function option(kind, anchor, name, pieces, below_ = "") {
      const link = make("a", { class: kind, role: "option", tabindex: "-1", "aria-selected": "false", href: addressOf(url, said, anchor) },
        make("span", { class: "search-title", dir: "auto" }, ...marked(name, places(name, forms))),
        below_ && make("span", { class: "search-also" }, below_), ...(pieces?.length ? [make("span", { class: "search-excerpt", dir: "auto" }, ...pieces)] : []));
      link.id = `search-option-${options().length + shown++}`;
      return link;
    }
    let shown = 0;
    results.append(make("div", { role: "group", "aria-label": title }, option("search-note", "", title, (top ?? (below.length ? null : parts[0]))?.pieces, also),
      ...below.map((one) => option("search-heading", one.anchor, one.heading || "…", one.most && one.pieces))));
    for (const name of [...tags.map((tag) => `#${tag}`), ...(folder.length ? [pathFilter(folder.join("/"))] : [])]) offered.set(name, (offered.get(name) ?? 0) + 1);
    results.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (active < 0) activate(0, false);
  }

  // --- tags and folders: a click adds them to the query, so that they are in the address too ---

  const pathFilter = (folder) => (/\s/.test(folder) ? `path:"${folder}/"` : `path:${folder}/`);

  function showFilters() {
    const place_ = (name) => input.value.toLowerCase().indexOf(name.toLowerCase());
    const likely = [...offered].sort((a, b) => (place_(b[0]) >= 0) - (place_(a[0]) >= 0) || b[1] - a[1]).slice(0, FILTERS);
    filters.replaceChildren(...likely.map(([name]) => {
      const at = place_(name), text = input.value;
      const button = make("button", { type: "button", "aria-pressed": at >= 0 }, name.replace(/^path:"?([^"]*)"?$/, "$1"));
      button.addEventListener("click", () => ask((at < 0 ? `${text} ${name}` : text.slice(0, at) + text.slice(at + name.length)).replace(/\s+/g, " ").trim()));
      return button;
    }));
  }

  // --- notes that are linked and not written, listed apart ---

  async function unwritten() {
    const words = current.words.flatMap((one) => one.tokens.flatMap(({ ways }) => ways.at(-1)));
    const longest = words.reduce((one, two) => (two.length > one.length ? two : one), "");
    const rows = longest ? await lines(`u${longest}`, 1) : [];
    return new Map(rows.filter(([, , title]) => words.every((word) => fold(title).includes(word))).map(([, url, title]) => [url, title]));
  }

  function showUnwritten(titles, mine) {
    if (mine !== asked || !titles.size) return;
    const items = [...titles].slice(0, FILTERS).map(([url, title]) => make("li", {}, make("a", { class: "missing", href: addressOf(url) }, title)));
    other.append(make("p", {}, "Linked but not written yet:"), make("ul", {}, ...items));
  }

  // --- keys ---

  function activate(at, moved = true) {
    const all = options();
    if (!all.length) return;
    all[active]?.setAttribute("aria-selected", "false");
    active = (at + all.length) % all.length;
    all[active].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", all[active].id);
    if (moved) all[active].scrollIntoView({ block: "nearest" }); // a first result is in view, and layout costs time
  }

  async function continueList() {
    const next = options().length;
    more.hidden = true;
    await showMore(asked).catch(() => {});
    if (options().length > next) activate(next);
  }

  more.addEventListener("click", () => { continueList(); input.focus(); });
  input.addEventListener("input", (event) => event.isComposing || search());
  input.addEventListener("compositionend", () => search());
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the key belongs to an input method
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === 1 && !more.hidden && active === options().length - 1) continueList();
    else if (step) activate(active + step);
    else if (event.key === "Enter" && event.target === input) options()[active]?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  });
  addEventListener("pageshow", (event) => { if (event.persisted && dialog.open) input.value = new URLSearchParams(location.search).get("q") ?? ""; });
  addEventListener("hashchange", () => dialog.open && dialog.close());
  document.addEventListener("hortus:saved", () => (dialog.open ? search(true) : begin(true).catch(() => {}))); // in the preview
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => setQuery("q", ""));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  function show() {
    if (dialog.open) return;
    dialog.showModal();
    input.focus();
    input.select();
    search();
  }

  const style = make("link", { rel: "stylesheet", href: new URL("assets/search.css", root) });
  style.onload = style.onerror = () => {
    const given = new URLSearchParams(location.search), marks = given.get("mark");
    document.body.append(dialog);
    opener.addEventListener("click", show);
    if (marks) arrive(new Set(marks.split(" ")));
    if (marks && !given.has("q")) return;
    input.value = given.get("q") ?? "";
    show();
  };
  document.head.append(style);
})();
