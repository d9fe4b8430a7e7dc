// Search: a dialog with results from the site's own index (hortus.site.search). Loaded when search is first opened; the
// parts of the index are loaded when needed, as scripts, so that search also works from file://.
(() => {
  const root = new URL("..", document.currentScript.src);
  const opener = document.querySelector("[data-key='/']");
  const PAGE = 3, HEADINGS = 3, FILTERS = 12, EXCERPT = 170, SHORTEST = 5;
  const LOOKED_UP = 8, CORRECTED = 2, COMPLETIONS = 8, POSTINGS = 2000; // at most: words, words, words, notes with them

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
  const IS_SOLID = new RegExp(`[${SOLID}]`, "u"), SOFTS = new RegExp(`[${SOFT}]`, "gu");
  const ACCENTS = /(?<![иИ])[\u0300-\u036f]+|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+/gu;
  const ARTICLE = /^(?:[وفبك]?ال|لل)(?=.{2})/; // of Arabic

  function fold(word) {
    if (/^[\0-\x7f]*$/.test(word)) return word.toLowerCase();
    const plain = word.replace(SOFTS, "").normalize("NFKD").replace(ACCENTS, "").normalize("NFC");
    return plain.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
  }

  const camel = (word) => (/^[\0-\x7f]*$/.test(word) && word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g)) || [word];

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
      const tokens = (said.match(RUN) ?? []).map((raw) => ({ raw, ways: ways(raw) })).filter((one) => one.ways.length);
      if (kind === "tag") clauses.push({ not, key: `#${fold(said.replace(/^#/, ""))}` });
      else if (kind === "path") clauses.push({ not, key: `/${fold(said.replace(/^\/|\.md$/gi, ""))}` });
      else if (kind === "word") clauses.push(...tokens.map((one) => ({ not, said: one.raw, tokens: [one] })));
      else if (tokens.length) clauses.push({ not, said, tokens, isPhrase: true });
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
    index = { ...rest, firsts: firsts.split("\n"), names: names.match(/.{9}/g) ?? [] };
  }

  function place(key) { // of the part that has a key
    let low = 0, high = index.firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index.firsts[middle] <= key) low = middle + 1; else high = middle;
    }
    return Math.max(0, low - 1);
  }

  // The lines that begin with *start*, in columns; of so many parts at most. Those with one first column are together.
  async function lines(start, most = 40) {
    const first = place(start[0] === "!" ? start : `${start.split("\t")[0]}\t\uffff`);
    const end = Math.min(place(`${start}\uffff`) + 1, first + most);
    const parts = await Promise.all(index.names.slice(first, end).map((name) => load(name)));
    const found = parts.flatMap((text) => text.split("\n").filter((line) => line.startsWith(start)));
    return found.map((line) => line.split("\t"));
  }

  // The words that begin with *start*: each with its stem, and in how many notes it is, as a number of bits.
  async function wordsFrom(start, most) {
    const rows = (await lines(start, most)).filter(([, other]) => !other || other[0] === ">");
    return rows.map(([word, other, rest]) => (
      { word, stem: other.slice(1) || word, size: other ? +rest : Math.log2(rest.length) }));
  }

  async function documentOf(note) {
    const [title, url, path, , aliases, tags, rows] = await load(`n${note.toString(16)}`, `?${index.version}`);
    const sections = rows.map(([anchor, heading, text]) => (
      { anchor, heading: readable(heading), text: readable(text) }));
    return { title: readable(title), url, path, aliases, tags, sections };
  }

  // --- matching: what is found is a score and a part of the title, by note number ---

  const FIRST = 35, SCORES = Array.from({ length: 100 }, (_, weight) => (
    Math.floor(weight / 10) / 7 + (weight % 10 > 4 ? 0.5 : 0) + [0, 1, 1.2, 1.5, 2][weight % 5]));
  const nothing = () => ({ scores: new Float64Array(index.space), titles: new Uint8Array(index.space), size: 0 });

  function put(found, note, score, title) {
    if (found.scores[note] >= score) return;
    if (!found.scores[note]) found.size += 1;
    found.scores[note] = score;
    found.titles[note] = title;
  }

  function postings(text, use) { // notes, and the weight in each, as `postings_text` writes them
    const half = text.length / 2;
    for (let at = 0, note = 0; at < half; at++) {
      const weight = text.charCodeAt(half + at) - FIRST;
      note += text.charCodeAt(at) - FIRST;
      if (weight) use(note, weight);
    }
  }

  async function addStem(found, forms, stem, worthOf) { // all words of a stem
    for (const [, other, text] of await lines(`${stem}\t`)) {
      const word = other || stem, worth = worthOf(word);
      if (!worth || other[0] === ">") continue;
      if (worth > 0.2) forms.add(word);
      postings(text, (note, weight) => put(found, note, worth * SCORES[weight], worth > 0.5 ? weight % 5 : 0));
    }
  }

  // The notes with a word, with others of its stem unless *strict*, and with longer ones while it is being typed: the
  // most frequent ones, but not so many that there is much to fetch.
  async function findWord(word, { typing, strict, forms }) {
    const found = nothing(), own = await wordsFrom(`${word}\t`);
    const add = ({ stem }, worthOf) => addStem(found, forms, stem, worthOf);
    await Promise.all(own.map((one) => add(one, (other) => (other === word ? 1 : strict ? 0 : 0.75))));
    if (typing) {
      let room = POSTINGS;
      const longer = (await wordsFrom(word, 2)).filter((one) => one.word !== word && !forms.has(one.word));
      const likely = longer.sort((one, two) => two.size - one.size).slice(0, COMPLETIONS);
      const some = likely.filter(({ size }, at) => (room -= 2 ** size) > 0 || !at);
      await Promise.all(some.map((one) => add(one, (other) => (other !== one.word ? 0 : own.length ? 0.2 : 0.4))));
    }
    return found;
  }

  const rarity = ({ size }) => Math.log(1 + index.notes / (size + 0.5));

  function both(one, two) { // what is rarer counts more
    const found = nothing(), first = rarity(one), second = rarity(two), whole = first + second;
    one.scores.forEach((score, note) => {
      const other = two.scores[note], title = Math.min(one.titles[note], two.titles[note]);
      if (score && other) put(found, note, (score * first + other * second) / whole, title);
    });
    return found;
  }

  function either(one, two) {
    two.scores.forEach((score, note) => score && put(one, note, score, two.titles[note]));
    return one;
  }

  async function findToken({ ways }, { typing, ...how }) {
    const isOpen = (word, at, words) => (IS_SOLID.test(word) ? [...word].length < 2 : typing && at === words.length - 1);
    const find = (word, ...where) => findWord(word, { ...how, typing: isOpen(word, ...where) });
    const found = ways.map(async (words) => (await Promise.all(words.slice(0, LOOKED_UP).map(find))).reduce(both));
    return (await Promise.all(found)).reduce(either);
  }

  async function findFilter(key) {
    const found = new Map();
    for (const [, , text] of await lines(key)) postings(text, (note, rank) => found.set(note, rank));
    return found;
  }

  // --- words to search for instead of one that no note has ---

  function shared(one, other) {
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    return at;
  }

  function isNear(one, other) { // one letter inserted, deleted or replaced, or two neighbours swapped
    const at = shared(one, other), a = one.slice(at), b = other.slice(at);
    return [a.slice(1), a].includes(b) || a === b.slice(1) || a.slice(1) === b.slice(1)
      || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
  }

  const reversed = (word) => [...word].reverse().join("");

  async function meant(word) { // best first
    if (word.length < SHORTEST || IS_SOLID.test(word)) return [];
    const half = (word.length - 1) >> 1, likely = new Map();
    const endings = await lines(`~${reversed(word).slice(0, half)}`, 6);
    const known = endings.map(([back, , size]) => ({ word: reversed(back.slice(1)), size: +size }));
    for (const { word: other, size } of [...known, ...await wordsFrom(word.slice(0, half), 6)]) {
      const alike = shared(word, other);
      if (isNear(word, other)) likely.set(other, 2000 + size);
      else if (alike >= Math.max(4, word.length - 3, other.length - 3)) likely.set(other, 40 * alike + size);
    }
    const others = [...likely.keys()].sort((one, two) => likely.get(two) - likely.get(one)).slice(0, 4);
    if (likely.get(others[0]) >= 2000) return others;
    for (let at = word.length - 3; at > 2; at--) { // two words in one
      const halves = [word.slice(0, at), word.slice(at)];
      const found = await Promise.all(halves.map((part) => wordsFrom(`${part}\t`)));
      if (found.every((rows) => rows.length)) return [halves.join(" "), ...others];
    }
    return others;
  }

  // --- a whole query ---

  async function answer(text) {
    const clauses = parse(text), typing = !/[\s"]$/.test(text), forms = new Set(), replaced = [];
    const words = clauses.filter((one) => !one.not && one.tokens), phrases = clauses.filter((one) => one.isPhrase);
    const sought = longest(words);
    const found = await Promise.all(sought.map(async (one) => {
      const how = { typing: typing && one === words.at(-1), strict: one.isPhrase, forms };
      return (await Promise.all(longest(one.tokens).map((token) => findToken(token, how)))).reduce(both);
    }));
    const unknown = [...found.keys()].filter((at) => !found[at].size && !sought[at].isPhrase).slice(0, CORRECTED);
    await Promise.all(unknown.map(async (at) => {
      const others = await meant(sought[at].tokens[0].ways[0].join(""));
      if (!others.length) return;
      replaced.push({ said: sought[at].said, others });
      found[at] = await findToken({ ways: [others[0].split(" ")] }, { forms });
    }));
    const limits = await Promise.all(clauses.filter((one) => one.key || (one.not && !one.isPhrase)).map(
      async ({ key, not, tokens }) => (
        { not, notes: await (key ? findFilter(key) : notesOf(tokens[0])) })));
    const fits = (note) => limits.every(({ not, notes }) => notes.has(note) !== not);
    const named = limits.find((one) => !one.not)?.notes ?? new Map();
    const byTitle = () => [...named.keys()].filter(fits).sort((a, b) => named.get(a) - named.get(b));
    const { ranked, partial } = words.length ? rank(found, fits) : { ranked: byTitle() };
    for (const { raw } of words.flatMap((one) => one.tokens)) {
      for (const run of raw.match(WORD)) if (IS_SOLID.test(run)) forms.add(run);
    }
    return { notes: ranked, partial, replaced, forms, words, phrases, isEmpty: !clauses.length, at: 0 };
  }

  async function notesOf(token) { // those with a word, without others of its stem
    const { scores } = await findToken(token, { strict: true, forms: new Set() });
    return new Set([...scores.keys()].filter((note) => scores[note]));
  }

  // The longest of many words, which are the rarest; looking up all words of a long text would take long.
  function longest(words) {
    const length = ({ said, raw = said }) => raw.length;
    const sorted = () => [...words].sort((one, two) => length(two) - length(one));
    return words.length > LOOKED_UP ? sorted().slice(0, LOOKED_UP) : words;
  }

  // The notes with all words; where there is none, those with most of what is rare among them.
  function rank(found, fits) {
    const weights = found.map(rarity), total = weights.reduce((sum, one) => sum + one ** 2, 0), all = [];
    for (let note = 0; note < index.space; note++) {
      const one = { note, score: 0, covered: 0, count: 0, title: 5 };
      for (let at = 0; at < found.length; at++) {
        if (!found[at].scores[note]) continue;
        one.score += weights[at] * found[at].scores[note];
        one.covered += weights[at] ** 2;
        one.title = Math.min(one.title, found[at].titles[note]);
        one.count += 1;
      }
      if (one.count && fits(note)) all.push(one);
    }
    const whole = all.filter(({ count }) => count === found.length);
    for (const one of whole) {
      if (one.title) one.score = one.score * 1.5 + 2 + (one.title === 5 - found.length ? 4 : 0);
    }
    const some = whole.length ? whole : all.filter(({ covered }) => covered >= total * 0.5);
    some.sort((one, two) => two.covered - one.covered || two.score - one.score || one.note - two.note);
    return { ranked: some.map(({ note }) => note), partial: !whole.length && found.length > 1 };
  }

  const even = (text) => text.normalize("NFC").toLowerCase().replace(/\s+/g, " ");

  function isSaid({ said }, { title, aliases, sections }) {
    const texts = [title, ...aliases, ...sections.flatMap(({ heading, text }) => [heading, text])];
    return texts.some((text) => even(text).includes(even(said)));
  }

  // --- formulas, in which signs replace TeX ---

  const SIGNS = { cdot: "·", dots: "…", ldots: "…", cdots: "⋯", infty: "∞", to: "→", neq: "≠", sqrt: "√", lVert: "‖",
    rVert: "‖", vert: "|", circ: "∘", partial: "∂", Pr: "Pr", quad: " ", qquad: " ", middle: "", left: "", right: "" };
  const entity = make("textarea"), names = new Map(); // names: TeX's of the signs that were shown

  function sign(_, name) { // most of TeX's names are HTML's
    entity.innerHTML = `&${name};`;
    const shown = SIGNS[name] ?? (entity.value.endsWith(";") ? ` ${name} ` : entity.value);
    names.set(shown, name.toLowerCase());
    return shown;
  }

  const READABLE = [
    [/\\(?:begin|end)\s*\{[^{}]*\}|\\(?:math|text|operatorname|bold|display|[bB]ig)\w*\*?/g, ""],
    [/\\(?:wide)?(?:hat|tilde|bar|vec|dot)\s*\{?(\w)\}?/g, "$1"],
    [/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "{$1}/{$2}"],
    [/\\([A-Za-z]+)/g, sign], [/\{([^{}]{2,})\}/g, "($1)"],
    [/\\\\/g, "; "], [/\\[,;:! ]|[&~]/g, " "], [/[{}\\]/g, ""], [/\s+/g, " "],
  ];
  const readable = (text) => text.replace(/\u2063([^\u2063]*)\u2063/g, (_, tex) => (
    READABLE.reduce((done, [pattern, instead]) => done.replace(pattern, instead), tex).trim()));

  // --- marks: the places of words in a text ---

  function places(text, forms) {
    const found = [];
    const add = (at, word, form) => forms.has(form) && found.push({ at, end: at + word.length, form });
    for (const { 0: word, index: start } of text.matchAll(WORD)) {
      if (IS_SOLID.test(word)) {
        for (const form of forms) {
          for (let at = word.indexOf(form); at >= 0; at = word.indexOf(form, at + 1)) add(start + at, form, form);
        }
      } else if (!add(start, word, fold(word)) && !add(start, word, names.get(word))) {
        let at = start;
        for (const part of camel(word)) { add(at, part, fold(part)); at += part.length; }
      }
    }
    found.sort((a, b) => a.at - b.at || b.end - a.end);
    return found.filter(({ at }, one) => !one || at >= found[one - 1].end);
  }

  function marked(text, found, start = 0, end = text.length) {
    const pieces = [start ? "…" : ""];
    let before = start;
    for (const one of found.filter(({ at, end: last }) => at >= start && last <= end)) {
      pieces.push(text.slice(before, one.at), make("mark", { class: "found" }, text.slice(one.at, one.end)));
      before = one.end;
    }
    return [...pieces, text.slice(before, end), end < text.length ? "…" : ""].filter(Boolean);
  }

  function excerpt(text, forms) { // the passage with most of the words
    const found = places(text, forms);
    const kinds = (from) => new Set(found.filter(({ at }) => at >= from && at < from + EXCERPT - 40).map((one) => one.form)).size;
    let best = 0, most = 0;
    for (const { at } of found.slice(0, 50)) if (kinds(at) > most) [best, most] = [at, kinds(at)];
    const early = Math.max(0, best - 40), start = early && Math.min(best, text.indexOf(" ", early) + 1 || best);
    const late = Math.min(text.length, start + EXCERPT);
    const end = late < text.length ? Math.max(text.lastIndexOf(" ", late), best + 20, late - 20) : late;
    return { most, forms: found.map(({ form }) => form), pieces: marked(text, found, start, end) };
  }

  // --- on the page that was found: words are marked until dismissed ---

  function arrive(forms) {
    const main = document.querySelector("#content"), texts = [];
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const found = text.parentElement.closest("math, svg, script, style, textarea, .scripted") ? [] : places(text.data, forms);
      if (found.length) text.replaceWith(...marked(text.data, found));
    }
    const marks = main.querySelectorAll("mark.found");
    const button = make("button", { type: "button", class: "search-dismiss" }, `${T("Hide highlights")} `, make("kbd", {}, "Esc"));
    function dismiss() {
      for (const mark of marks) mark.replaceWith(...mark.childNodes);
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

  const dialog = make("dialog", { class: "search", "aria-label": T("Search") });
  dialog.innerHTML = `<div class="search-head"><input type="search" id="search-words" dir="auto" aria-label="${T("Search")}"
      autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="${T("Search notes")}">
    <button type="button">${T("Close")}</button></div>
    <div class="search-tags" role="group" aria-label="${T("Filter by tag or folder")}"></div>
    <p class="search-status" role="status"></p>
    <div class="search-scroll"><div class="search-other search-corrections"></div>
      <div class="search-results" role="group" aria-label="${T("Results")}"></div>
      <button type="button" class="search-more" hidden>${T("More results")}</button><div class="search-other"></div></div>`;
  const [input, close, filters, status, scroll, corrections, results, more, other] = ["input", "button", ".search-tags",
    ".search-status", ".search-scroll", ".search-corrections", ".search-results", ".search-more", ".search-more + div",
  ].map((selector) => dialog.querySelector(selector));
  let asked = 0, current = null, offered = new Map();

  async function search(again) {
    const mine = ++asked, text = input.value, isLast = () => mine === asked;
    try {
      await begin(again);
      const found = await answer(text);
      if (!isLast()) return;
      current = found;
      clear();
      await showMore(isLast);
      await showUnwritten(isLast);
    } catch {
      if (!isLast()) return;
      if (!again && index) { search(true); return; } // the site was built again meanwhile
      clear();
      status.textContent = T("The search index could not be read.");
      const all = make("a", { href: new URL("all-notes.html", root) }, T("All notes"));
      other.append(make("p", {}, all));
    }
    if (!isLast()) return;
    dialog.dataset.answers = input.defaultValue = text; // WebKit resets the field when the reader goes back to the page
    if (dialog.open) setQuery("q", text.trim()); // last, since browsers then ask for the page's icon again
  }

  function clear() {
    for (const part of [corrections, results, other, filters]) part.replaceChildren();
    more.hidden = true;
    scroll.scrollTop = 0;
    offered = new Map();
  }

  // Show the next results, the first as soon as its text is there; phrases are looked for in texts.
  async function showMore(isLast) {
    const { notes, phrases } = current, before = results.children.length;
    while (results.children.length < before + PAGE && current.at < notes.length) {
      const some = notes.slice(current.at, current.at + PAGE - (results.children.length - before)).map(documentOf);
      for (const one of some) {
        const found = await one;
        if (!isLast()) return;
        current.at += 1;
        if (phrases.every((phrase) => isSaid(phrase, found) !== phrase.not)) addResult(found);
      }
    }
    say(current);
    more.hidden = !results.children.length || current.at >= notes.length;
    showFilters();
  }

  function say({ notes, partial, isEmpty, phrases, replaced }) {
    const forms = phrases.length ? T("at most {n} notes") : T("{n} notes");
    const rule = new Intl.PluralRules(document.documentElement.lang).select(notes.length);
    const count = (forms[rule] ?? forms.other).replace("{n}", notes.length.toLocaleString(document.documentElement.lang));
    const most = T("No note has all of these words; with most of them: {notes}").replace("{notes}", count);
    status.textContent = isEmpty ? "" : !results.children.length ? T("Nothing found") : partial ? most : count;
    corrections.replaceChildren(...replaced.map(({ said, others }) => make("p", { class: "search-meant" },
      `${T("No note says “{words}”. Did you mean").replace("{words}", () => said)} `,
      ...others.flatMap((word, at) => [at ? ", " : "", choice(word, {}, () => input.value.replace(said, word))]), "?")));
  }

  function choice(name, attributes, textOf) { // a button that asks for something else
    const button = make("button", { type: "button", ...attributes }, name);
    button.addEventListener("click", () => { input.value = textOf(); input.focus(); search(); });
    return button;
  }

  function addressOf(url, forms = [], anchor = "") {
    const address = new URL(url.split("/").map(encodeURIComponent).join("/"), root);
    if (forms.length) address.searchParams.set("mark", [...new Set(forms)].slice(0, 12).join(" "));
    if (anchor) address.hash = encodeURIComponent(anchor);
    return address;
  }

  function addResult({ title, url, path, aliases, tags, sections }) {
    const { forms } = current, folder = path.split("/").slice(0, -1), group = make("div", { role: "group", "aria-label": title });
    const parts = sections.map((one) => ({ ...one, ...excerpt(one.text, forms), named: places(one.heading, forms) }));
    const worth = ({ most, named }) => most + 2 * named.length, fullest = Math.max(...parts.map((one) => one.most));
    const best = parts.filter(worth).sort((a, b) => worth(b) - worth(a)), top = best.find((one) => !one.anchor);
    const below = best.filter((one) => one.anchor && (one.named.length || one.most === fullest)).slice(0, HEADINGS);
    const named = [title, ...aliases].map((one) => places(one, forms));
    const said = [...named.flat(), ...parts.flatMap((one) => one.named)].map((one) => one.form);
    said.push(...parts.flatMap((one) => one.forms));
    function add(kind, anchor, name, found, excerpt_, also) {
      const link = make("a", { class: kind, href: addressOf(url, said, anchor) },
        make("span", { class: "search-title", dir: "auto" }, ...marked(name, found)));
      if (also) link.append(make("span", { class: "search-also" }, also));
      if (excerpt_?.length) link.append(make("span", { class: "search-excerpt", dir: "auto" }, ...excerpt_));
      group.append(link);
    }
    const other_ = aliases.filter((_, at) => named[at + 1].length).join(", ");
    const also = [other_ && `also ${other_}`, folder.join(" / ")].filter(Boolean).join(" · ");
    add("search-note", "", title, named[0], (top ?? (below.length ? null : parts[0]))?.pieces, also);
    for (const one of below) add("search-heading", one.anchor, one.heading || "…", one.named, one.most && one.pieces);
    results.append(group);
    const kinds = tags.map((tag) => `#${tag}`);
    if (folder.length) kinds.push(/\s/.test(folder) ? `path:"${folder.join("/")}/"` : `path:${folder.join("/")}/`);
    for (const name of kinds) offered.set(name, (offered.get(name) ?? 0) + 1);
  }

  // --- tags and folders: a click adds them to the query, so that they are in the address too ---

  function showFilters() {
    const text = input.value, at = (name) => text.toLowerCase().indexOf(name.toLowerCase());
    const likely = [...offered].sort(([a, first], [b, second]) => (at(b) >= 0) - (at(a) >= 0) || second - first);
    filters.replaceChildren(...likely.slice(0, FILTERS).map(([name]) => {
      const without = text.slice(0, at(name)) + text.slice(at(name) + name.length);
      const next = (at(name) < 0 ? `${text} ${name}` : without).replace(/\s+/g, " ").trim();
      return choice(name.replace(/^path:"?([^"]*)"?$/, "$1"), { "aria-pressed": at(name) >= 0 }, () => next);
    }));
  }

  // --- notes that are linked and not written, listed apart ---

  async function showUnwritten(isLast) {
    const words = current.words.flatMap((one) => one.tokens.flatMap((token) => token.ways.at(-1)));
    const longest = words.reduce((one, two) => (two.length > one.length ? two : one), "");
    const rows = longest ? await lines(`!${longest}`, 1) : [];
    const wanted = rows.filter(([, , title]) => words.every((word) => fold(title).includes(word)));
    if (!wanted.length || !isLast()) return;
    const items = [...new Map(wanted.map((row) => row.slice(1)))].slice(0, FILTERS).map(([url, title]) => (
      make("li", {}, make("a", { class: "missing", href: addressOf(url) }, title))));
    other.append(make("p", {}, `${T("Linked but not written yet")}:`), make("ul", {}, ...items));
  }

  // --- keys ---

  const links = () => [...results.querySelectorAll("a")];

  async function continueList() {
    const next = links().length, mine = asked;
    more.hidden = true;
    await showMore(() => mine === asked).catch(() => {});
    links()[next]?.focus();
  }

  more.addEventListener("click", continueList);
  input.addEventListener("input", (event) => event.isComposing || search());
  input.addEventListener("compositionend", () => search());
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the key belongs to an input method
    const all = links(), at = Math.max(0, all.indexOf(document.activeElement)); // from the field: the first
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    if (step === 1 && !more.hidden && at === all.length - 1) continueList();
    else if (step) all.at((at + step) % all.length)?.focus();
    else if (event.key === "Enter" && event.target === input) all[0]?.click();
    else if (event.key === "Escape") dialog.close();
    else {
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") input.focus();
      return;
    }
    event.preventDefault();
  });
  const given = (name) => new URLSearchParams(location.search).get(name) ?? "";
  addEventListener("pageshow", (event) => { if (event.persisted && dialog.open) input.value = given("q"); });
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
    const marks = given("mark");
    document.body.append(dialog);
    opener.addEventListener("click", show);
    if (marks) arrive(new Set(marks.split(" ")));
    if (marks && !given("q")) return;
    input.value = given("q");
    show();
  };
  document.head.append(style);
})();
