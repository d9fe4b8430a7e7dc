// Enhancements of every page. A classic script, so that it also runs from file://, and a blocking one, so that
// the chosen theme is set before the first paint. Without it pages can be read, but are less convenient.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const holding = (selector, within) => (within?.matches(selector) ? [within] : all(selector, within));

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const memory = {
    get(name) {
      try { return localStorage.getItem(`hortus-${name}`); } catch { return null; }
    },
    set(name, value) {
      try {
        if (value) localStorage.setItem(`hortus-${name}`, value);
        else localStorage.removeItem(`hortus-${name}`);
      } catch { /* no storage: the choice lasts until the next page */ }
    },
  };

  // --- theme: by system, then the opposite, then the system's theme as a fixed choice ---

  root.dataset.script = "";
  const chosen = memory.get("theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  const stacked = parent !== window && window.name === "hortus-stack"; // a column of stack.js
  if (stacked) root.dataset.stacked = "";

  // figures and diagrams have a <source> for dark screens; it follows the chosen theme, also in what is added later
  const SCREENS = { light: "not all", dark: "screen" };
  function paint() {
    const media = SCREENS[root.dataset.theme] ?? "screen and (prefers-color-scheme: dark)";
    for (const source of all("source[media]")) {
      if (source.media === media) continue;
      source.media = media;
      const image = source.parentNode.querySelector("img");
      if (image?.complete) image.replaceWith(image); // or WebKit draws some parts of the SVG in their former colours
    }
  }
  new MutationObserver(paint).observe(root, { childList: true, subtree: true, attributeFilter: ["data-theme"] });

  function startTheme() {
    const button = document.querySelector(".theme-switch");
    if (!button) return;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const names = { light: T("Theme: light"), dark: T("Theme: dark") };
    const say = () => button.setAttribute("aria-label", names[root.dataset.theme] ?? T("Theme: by system"));
    function show(theme) {
      if (theme) root.dataset.theme = theme;
      else delete root.dataset.theme;
      say();
    }
    button.addEventListener("click", () => {
      const steps = dark.matches ? ["", "light", "dark"] : ["", "dark", "light"];
      const next = steps[(steps.indexOf(root.dataset.theme ?? "") + 1) % steps.length];
      memory.set("theme", next);
      show(next);
    });
    addEventListener("storage", (event) => event.key === "hortus-theme" && show(event.newValue));
    say();
  }

  // --- formulas: their font is requested at once and usually arrives before the first layout. If not, the text,
  // which would shift, is hidden until the font is there, but not for long ---

  const { font } = document.currentScript.dataset;
  if (font) {
    root.dataset.waiting = "";
    let begun = false;
    requestAnimationFrame(() => { begun = true; });
    const face = new FontFace("Hortus Math Early", `url("${new URL(font, document.currentScript.src)}")`);
    const there = face.load().then(() => document.fonts.add(face), () => {}); // adding it earlier would cost a layout
    const soon = new Promise((done) => setTimeout(done, 400));
    const show = () => { delete root.dataset.waiting; };
    const twoFrames = () => requestAnimationFrame(() => requestAnimationFrame(show)); // after the new layout
    Promise.race([there, soon]).then(() => (begun ? twoFrames() : show()));
  }

  // --- table of contents: open next to the text; the current section is marked ---

  function startContents() {
    const contents = document.querySelector(".contents:not(.folders)");
    if (!contents) return;
    const wide = matchMedia("(width >= 60em)");
    const fit = () => { contents.open = wide.matches; };
    wide.addEventListener("change", fit);
    fit();
    contents.addEventListener("click", (event) => {
      if (event.target.closest("a") && !wide.matches) contents.open = false;
    });

    const links = all("a", contents);
    const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    const margin = contents.closest(".margin");
    function mark() {
      const passed = headings.findLastIndex((heading) => heading && heading.getBoundingClientRect().top < innerHeight / 3);
      const end = scrollY > 0 && innerHeight + scrollY >= root.scrollHeight - 2;
      const current = end ? Math.max(passed, headings.findLastIndex((heading) => heading && heading.getBoundingClientRect().top < innerHeight)) : passed;
      links.forEach((link, index) => {
        if (index !== current) return link.removeAttribute("aria-current");
        if (link.hasAttribute("aria-current")) return;
        link.setAttribute("aria-current", "location");
        const { top, bottom } = link.getBoundingClientRect();
        if (wide.matches && (top < 0 || bottom > innerHeight)) margin.scrollTop += top - innerHeight / 2;
      });
    }
    const watch = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    headings.forEach((heading) => heading && watch.observe(heading));
    addEventListener("scrollend", mark);
    mark();
  }

  // --- code: a button that copies ---

  function startCopying(within) {
    if (!navigator.clipboard) return;
    for (const block of holding(".code", within)) {
      const button = make("button", { class: "copy", type: "button", "aria-live": "polite" }, T("Copy"));
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(block.querySelector("code").textContent);
          button.textContent = T("Copied");
        } catch {
          button.textContent = T("Not allowed");
        }
        button.classList.add("done");
        setTimeout(() => {
          button.textContent = T("Copy");
          button.classList.remove("done");
        }, 1600);
      });
      block.append(button);
    }
  }

  // --- elements that scroll can be focused ---

  function startScrolling(within) {
    const fit = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        const down = target.matches(".canvas-view") && target.scrollHeight > target.clientHeight;
        if (down || target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
      }
    });
    for (const math of holding("main math:not([display])", within)) { // one within a line is not broken
      if (math.getBoundingClientRect().width <= math.closest("p, li, td, th, dd, figcaption, main").clientWidth) continue;
      const box = make("span", { class: "math-line math-display" });
      math.replaceWith(box);
      box.append(math);
    }
    holding(".math-display, .table, .canvas-view, main table", within).forEach((element) => fit.observe(element));
  }

  // --- pictures and diagrams that have more detail than is visible can be enlarged, like figures ---

  function startPictures(within = document.querySelector("main")) {
    function offer({ target: image }) {
      const drawn = new URL(image.src).pathname.endsWith(".svg");
      const more = drawn ? image.clientWidth >= 100 : image.naturalWidth >= 240 && image.naturalWidth > 1.1 * image.clientWidth;
      if (!more) return;
      image.classList.add("zoom-in");
      const button = { role: "button", tabindex: 0, "aria-label": image.alt ? `${image.alt}, ${T("enlarge")}` : T("Enlarge the picture") };
      for (const [name, value] of Object.entries(button)) image.setAttribute(name, value);
    }
    for (const image of holding("img", within)) {
      if (image.closest("a, button, summary, [role=button], .zoomed")) continue;
      if (image.complete) offer({ target: image });
      else image.addEventListener("load", offer, { once: true });
    }
  }

  // --- keys: a key clicks the element that has it in data-key ---

  function startKeys() {
    const enabled = () => memory.get("keys") !== "off";
    const holder = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    addEventListener("keydown", (event) => {
      const pressed = event.shiftKey ? event.key : event.key.toLowerCase(); // Caps Lock does not count as Shift
      const command = (event.ctrlKey || event.metaKey) && !event.altKey && pressed === "k";
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && enabled();
      const busy = event.isComposing || event.target.closest?.("input, textarea, select, [contenteditable], dialog");
      if (event.defaultPrevented || event.repeat || busy || !(command || plain)) return;
      const element = holder(command ? "/" : pressed);
      if (!element) return;
      event.preventDefault();
      element.click();
    });
    holder("?")?.addEventListener("click", () => { load("keys.js").memory = memory; });
  }

  // --- search, hover cards and more: loaded on first use ---

  const own = document.currentScript.src;
  function load(name) {
    const script = make("script", { src: new URL(name, own) });
    document.head.append(script);
    return script;
  }

  const RARE = { "table[data-sortable], .query-cards": "sort.js" };
  const NEAR = { "img[data-dials]": "dials.js", "img[data-net]": "net.js" }; // loaded when such a figure comes near
  function loadWhereNeeded() {
    for (const sign in RARE) {
      if (!document.querySelector(sign)) continue;
      load(RARE[sign]);
      delete RARE[sign];
    }
    for (const sign in NEAR) {
      const near = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        if (NEAR[sign]) load(NEAR[sign]);
        delete NEAR[sign];
      }, { rootMargin: "400px" });
      for (const image of document.querySelectorAll(sign)) near.observe(image);
    }
  }

  function startSearch() {
    const opener = document.querySelector("[data-key='/']"), given = new URLSearchParams(location.search);
    let loading = !opener;
    const start = () => (loading ||= load("search.js"));
    opener?.addEventListener("click", start);
    if (given.has("q") || given.has("mark")) start();
  }

  function startHover() {
    const kinds = ["pointerover", "focusin"];
    function first(event) {
      if (!event.target.closest?.("main a[href], .margin a[href]")) return;
      for (const kind of kinds) removeEventListener(kind, first);
      const script = load("hover.js");
      script.first = event;
      for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => { script.first = null; }, { once: true });
    }
    for (const kind of kinds) addEventListener(kind, first);
  }

  function startAnchors() {
    function first(event) {
      if (event.key ? event.key !== "Tab" : !event.target.closest?.(".note [id], .note .figure")) return;
      for (const kind of ["pointerover", "keydown"]) removeEventListener(kind, first);
      load("anchors.js").first = event;
    }
    for (const kind of ["pointerover", "keydown"]) addEventListener(kind, first);
  }

  function startCopyingFormulas() {
    document.addEventListener("selectionchange", function first() {
      if (!document.querySelector("math")) return;
      document.removeEventListener("selectionchange", first);
      load("copy.js");
    });
  }

  function startLoading() {
    if (stacked || new URLSearchParams(location.search).has("stack")) load("stack.js");
    addEventListener("click", (event) => {
      const next = event.altKey && !event.button && event.target.closest?.(":is(main, .margin) a[href*='.html']:not(.external)");
      if (next && (stacked || matchMedia("(width >= 75em)").matches)) {
        event.preventDefault();
        load("stack.js").link = next;
        return;
      }
      const link = event.target.closest?.("a.zoom, img.zoom-in, a[data-random]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      load(link.matches("[data-random]") ? "random.js" : "zoom.js").link = link;
    });
    addEventListener("keydown", (event) => {
      if (!event.target.matches?.("img.zoom-in") || !(event.key === "Enter" || event.key === " ")) return;
      event.preventDefault();
      event.target.click();
    });
  }

  // dispatched by `hortus preview` when it changes an open page, and by zoom.js
  document.addEventListener("hortus:added", ({ detail }) => {
    for (const element of detail) {
      startCopying(element);
      startScrolling(element);
      startPictures(element);
      loadWhereNeeded();
    }
  });

  // controls start at once; what measures the text, without moving it, starts after the first paint
  function enhance() {
    startContents();
    startCopying();
    startScrolling();
    startPictures();
    loadWhereNeeded();
  }
  function start() {
    startTheme();
    startKeys();
    startSearch();
    startHover();
    startAnchors();
    startCopyingFormulas();
    startLoading();
    if (document.hidden) enhance();
    else requestAnimationFrame(() => setTimeout(enhance));
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start(); // on the page for missing addresses
})();
