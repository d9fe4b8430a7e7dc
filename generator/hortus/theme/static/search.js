// Search: a dialog, and in it what Pagefind finds. Fetched when the reader first asks for it, and so is the index.
// Chinese, Japanese and Korean characters are words of their own in the index, and are asked for as a phrase.
(() => {
  const root = new URL("..", document.currentScript.src);
  const opener = document.querySelector("[data-key='/']");
  const SIGN = "[\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}]";
  const GAP = /\u2060(<\/mark>)?\s*/g; // a gap that search.py put in; other spaces are the author's
  const PHRASE = new RegExp(`^${SIGN}+$`, "u"), SOLID = new RegExp(SIGN, "u");
  const PAGE = 12, HEADINGS = 3, TAGS = 12, LONG = 160;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const input = make("input", {
    type: "search", id: "search-words", role: "combobox", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "search-results",
    "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: "Search notes",
  });
  const status = make("p", { class: "search-status", role: "status" });
  const tags = make("div", { class: "search-tags", role: "group", "aria-label": "Only notes with tag" });
  const results = make("div", { class: "search-results", id: "search-results", role: "listbox", "aria-label": "Results" });
  const more = make("button", { type: "button", class: "search-more" }, "More results");
  const other = make("div", { class: "search-other" });
  const scroll = make("div", { class: "search-scroll" }, results, more, other);
  const close = make("button", { type: "button" }, "Close");
  const dialog = make("dialog", { class: "search", "aria-label": "Search" }, make("div", { class: "search-head" }, input, close), tags, status, scroll);
  more.hidden = true;
  results.hidden = true;

  // --- words ---

  const pattern = new RegExp(SIGN, "gu");
  const asked = (words) => (PHRASE.test(words) ? `"${[...words].join(" ")}"` : words.replace(pattern, " $& "));
  const joined = (text) => text.replace(GAP, "$1").replaceAll("</mark><mark>", "");
  const decoded = (text) => text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name) => ({ lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" })[name]);

  function marked(excerpt, title) {
    const pieces = [];
    let said = title;  // an excerpt from the start of a section opens with its title, which stands above it
    for (const part of joined(excerpt).split(/(<mark>.*?<\/mark>)/s)) {
      const found = part.match(/^<mark>(.*)<\/mark>$/s);
      let text = decoded(found?.[1] ?? part);
      if (said) {
        const length = Math.min(said.length, text.length);
        if (said.slice(0, length) !== text.slice(0, length)) return marked(excerpt, "");
        said = said.slice(length);
        text = text.slice(length).replace(/^[.\s]+/, "");
      }
      if (text) pieces.push(found ? make("mark", {}, text) : text);
    }
    return pieces;
  }

  // --- likeness: where nothing begins with a word, Pagefind takes what the word begins with, however short ---

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const lettersOf = (text) => folded(text).replace(/[^\p{L}\p{N}]+/gu, "");

  function resembles(word, other) {
    let same = 0;
    while (same < word.length && word[same] === other[same]) same++;
    const rest = word.length - same;
    return !rest || (same > 2 && (rest < 5 || same >= rest)); // an ending, at most
  }

  function isMeant(words, page) {
    const said = page.content.split(/\s+/);
    const matched = [...page.locations.map((place) => said[place] ?? ""), ...page.meta.title.split(/\s+/)];
    const others = matched.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}\p{M}]+/u)]).map(lettersOf);
    const asked = words.split(/\s+/).filter((word) => !SOLID.test(word)).map(lettersOf);
    return asked.every((word) => others.some((other) => resembles(word, other)));
  }

  // --- the engine ---

  let starting = null;
  const tagged = new Map();  // by tag: the names, in the index, of its notes
  const chosen = new Set();
  let found = [], shown = 0, active = -1, asking = 0;

  function start() {
    if (location.protocol === "file:") return Promise.reject(new Error("no server"));
    starting ??= begin().catch((fault) => {
      starting = null; // the next word tries again
      throw fault;
    });
    return starting;
  }

  let begun = 0;
  function begin() {
    const again = begun++ ? `?${begun}` : ""; // what could not be fetched is not asked for twice
    return import(new URL(`pagefind/pagefind.js${again}`, root)).then(async (engine) => {
      await engine.options({ baseUrl: "/", excerptLength: 22 });
      await engine.init();
      const answer = await fetch(new URL("pagefind/tags.json", root));
      const known = await answer.json();
      for (const [name, places] of Object.entries(known.tags)) tagged.set(name, new Set(places.map((place) => known.notes[place])));
      return engine;
    });
  }

  // Of "#tag word" the word is searched for, among the notes with such a tag.
  function wishes() {
    const parts = input.value.normalize("NFC").trim().split(/\s+/);
    const isTag = (part) => /^#[^#]/.test(part);
    return { words: parts.filter((part) => !isTag(part)).join(" "), named: parts.filter(isTag).map((part) => folded(part.slice(1))) };
  }

  const holders = (name) => [...tagged].filter(([tag]) => folded(tag).startsWith(name)).map(([, its]) => its);

  async function search() {
    const { words, named } = wishes();
    const mine = ++asking;
    let fitting, pages, wanted = [];
    try {
      const engine = await start();
      await new Promise((done) => setTimeout(done, 80));
      if (mine !== asking) return;
      const all = (await engine.search(words ? asked(words) : null)).results;
      const lists = named.map(holders);
      fitting = all.filter(({ id }) => [...chosen].every((name) => tagged.get(name).has(id)) && lists.every((list) => list.some((its) => its.has(id))));
      const nearest = words && fitting.length ? await fitting[0].data() : null;
      if (nearest && !isMeant(words, nearest)) fitting = [];
      const narrowed = words || chosen.size || named.length;
      pages = await Promise.all((narrowed ? fitting : []).slice(0, PAGE).map((one) => one.data()));
      if (words && !fitting.length) wanted = await wantedLike(words);
      if (mine !== asking) return;
      found = narrowed ? fitting : [];
      clear();
      status.textContent = !narrowed ? "" : found.length ? `${found.length} ${found.length === 1 ? "note" : "notes"}` : "Nothing found";
    } catch {
      if (mine === asking) unable();
      return;
    }
    showTags(fitting, folded(words));
    add(pages);
    showWanted(wanted);
    scroll.scrollTop = 0;
    if (pages.length) activate(0);
  }

  function unable() {
    clear();
    status.textContent = location.protocol === "file:"
      ? "Pages opened from a disk may not read the search index; on a web server, search works."
      : "The search index could not be read.";
    other.append(make("p", {}, "Every note is in ", make("a", { href: new URL("all-notes.html", root) }, "the list of all notes"), "."));
  }

  // --- what is shown ---

  function clear() {
    results.replaceChildren();
    other.replaceChildren();
    tags.replaceChildren();
    results.hidden = more.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    shown = 0;
    active = -1;
  }

  const addressOf = (url) => new URL(url.replace(/^\//, "").split("/").map(encodeURIComponent).join("/"), root);
  const options = () => [...results.querySelectorAll("[role=option]")];

  function add(pages) {
    for (const page of pages) results.append(group(page));
    options().forEach((option, index) => { option.id = `search-option-${index}`; });
    shown += pages.length;
    more.hidden = shown >= found.length;
    results.hidden = !shown;
    input.setAttribute("aria-expanded", shown > 0);
  }

  function group(page) {
    const address = addressOf(page.raw_url ?? page.url);
    const parts = page.sub_results ?? [];
    const title = page.meta.title;
    const isOwn = (part) => part.anchor?.element === "h1" && joined(part.title) === title; // before it stand aliases and properties
    const top = parts.find(isOwn) ?? parts.find((part) => !part.anchor);
    const below = parts.filter((part) => part.anchor && !isOwn(part)).slice(0, HEADINGS);
    const option = (kind, href, title, excerpt) => make("a", { class: kind, role: "option", tabindex: "-1", "aria-selected": "false", href },
      make("span", { class: "search-title" }, title.length > LONG ? `${title.slice(0, LONG)}…` : title), ...(excerpt ? [make("span", { class: "search-excerpt" }, ...marked(excerpt, title))] : []));
    return make("div", { role: "group", "aria-label": title },
      option("search-note", address, title, top?.excerpt ?? (below.length ? "" : page.excerpt)),
      ...below.map((part) => option("search-heading", `${address}#${encodeURIComponent(part.anchor.id)}`, joined(part.title), part.excerpt)));
  }

  function showTags(notes, words) {
    const counts = [...tagged].map(([name, its]) => [name, notes.reduce((sum, one) => sum + its.has(one.id), 0)]);
    const isCalled = (name) => words && folded(name).includes(words);
    const known = counts.filter(([name, count]) => count || chosen.has(name) || isCalled(name));
    known.sort(([a, n], [b, m]) => chosen.has(b) - chosen.has(a) || isCalled(b) - isCalled(a) || m - n || (a < b ? -1 : 1));
    for (const [name, count] of known.slice(0, TAGS)) {
      const size = count || tagged.get(name).size;
      const button = make("button", { type: "button", "aria-pressed": chosen.has(name) }, `#${name} `, make("span", {}, size));
      button.addEventListener("click", async () => {
        if (!count && !chosen.has(name)) input.value = ""; // the words are only the tag's
        if (!chosen.delete(name)) chosen.add(name);
        await search();
        input.focus();
      });
      tags.append(button);
    }
  }

  // --- nothing found: perhaps a note that is wanted ---

  let wanting = null;

  async function wantedLike(words) {
    wanting ??= fetch(new URL("pagefind/wanted.json", root)).then((answer) => answer.json()).catch(() => []);
    const parts = folded(words).split(/\s+/);
    return (await wanting).filter(([title]) => parts.every((part) => folded(title).includes(part))).slice(0, PAGE);
  }

  function showWanted(rows) {
    if (!rows.length) return;
    const items = rows.map(([title, url]) => make("li", {}, make("a", { class: "missing", href: addressOf(url) }, title)));
    other.append(make("p", {}, "Wanted by other notes, and not written yet:"), make("ul", {}, ...items));
  }

  // --- keys ---

  function activate(index) {
    const all = options();
    if (!all.length) return;
    all[active]?.setAttribute("aria-selected", "false");
    active = (index + all.length) % all.length;
    all[active].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }

  more.addEventListener("click", async () => {
    const mine = asking;
    more.disabled = true;
    const pages = await Promise.all(found.slice(shown, shown + PAGE).map((one) => one.data())).catch(() => []);
    more.disabled = false;
    if (mine !== asking || !pages.length) return;
    const next = options().length;
    add(pages);
    activate(next);
    input.focus();
  });
  input.addEventListener("input", (event) => event.isComposing || search());
  input.addEventListener("compositionend", search);
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // a method of input has the key
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === 1 && !more.hidden && active === options().length - 1) more.click();
    else if (step) activate(active + step);
    else if (event.key === "Enter" && event.target === input) options()[Math.max(active, 0)]?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  });
  results.addEventListener("pointermove", (event) => {
    const index = options().indexOf(event.target.closest("[role=option]"));
    if (index >= 0 && index !== active) activate(index);
  });
  results.addEventListener("click", (event) => event.target.closest("a") && !event.ctrlKey && !event.metaKey && dialog.close());
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  function show() {
    if (dialog.open) return;
    dialog.showModal();
    input.focus();
    input.select();
    if (!shown) search();
  }

  const style = make("link", { rel: "stylesheet", href: new URL("assets/search.css", root) });
  style.onload = style.onerror = () => {
    document.body.append(dialog);
    opener.addEventListener("click", show);
    show();
  };
  document.head.append(style);
})();
