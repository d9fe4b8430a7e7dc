// Links to copy, of headings, figures, numbered formulas and blocks: shown next to what is hovered, and reached by Tab
// after the text. They are in a separate layer, so that the text does not change. Loaded when first needed.
(() => {
  const { first } = document.currentScript, root = new URL("..", document.currentScript.src);
  const PLACES = "article.note :is(h1, h2, h3, h4, h5, h6, [id^=block-], mtd[id^=eq-])[id], article.note figure.figure:has(.figure-page)";
  const MOST = 400, SIZE = 28, STAY = 400, SAID = 1600; // links, pixels, milliseconds, milliseconds

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  document.head.append(make("link", { rel: "stylesheet", href: new URL("assets/anchors.css", root) }));
  const layer = make("nav", { class: "anchors", "aria-label": T("Links to parts of this page") });
  const said = make("p", { class: "anchors-said", role: "status" });
  const linkOf = new Map(), placeOf = new Map();

  function labelOf(place) {
    const [text, name] = /^H[1-6]$/.test(place.tagName) ? [T("Copy the link to “{name}”"), place.textContent.trim()]
      : place.matches("figure") ? [T("Copy the link to the figure “{name}”"), place.querySelector("img")?.alt ?? ""]
      : place.matches("mtd") ? [T("Copy the link to the formula {name}"), place.textContent.trim()]
      : [T("Copy the link to the block {name}"), place.id.replace("block-", "")];
    return text.replace("{name}", () => name);
  }

  function addressOf(place) {
    if (!place.matches("figure")) return `#${encodeURIComponent(place.id)}`;
    return place.querySelector(".figure-page").getAttribute("href");
  }

  for (const place of [...document.querySelectorAll(PLACES)].filter((one) => !one.closest(".embed, .canvas")).slice(0, MOST)) {
    const link = make("a", { href: addressOf(place), "aria-label": labelOf(place), title: T("Copy link") }, "#");
    linkOf.set(place, link);
    placeOf.set(link, place);
    layer.append(link);
  }
  document.querySelector("main").after(layer);
  layer.append(said);

  // to the left of its place, where the margin is wide enough; a formula's is to the right of its number
  function put(link) {
    const place = placeOf.get(link), box = place.getBoundingClientRect(), line = parseFloat(getComputedStyle(place).lineHeight) || box.height;
    const rtl = getComputedStyle(place).direction === "rtl", after = place.matches("mtd") !== rtl;
    const left = after ? box.right + 2 : box.left - SIZE;
    link.style.left = `${scrollX + Math.min(Math.max(left, 0), document.documentElement.clientWidth - SIZE)}px`;
    link.style.top = `${scrollY + box.top + (Math.min(line, box.height) - SIZE) / 2}px`;
  }

  let shown = null, leaving = 0;
  function show(link) {
    clearTimeout(leaving);
    if (link === shown) return;
    shown?.classList.remove("shown");
    shown = link;
    if (!link) return;
    put(link);
    link.classList.add("shown");
  }
  function point(target) {
    const place = target.closest?.(PLACES), link = linkOf.get(place) ?? (placeOf.has(target) ? target : null);
    if (link) return show(link);
    clearTimeout(leaving);
    leaving = setTimeout(show, STAY, null);
  }

  async function copy(event) {
    const link = event.target;
    if (!placeOf.has(link) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const address = new URL(link.href);
    if (!placeOf.get(link).matches("figure")) {
      address.search = "";
      history.replaceState(history.state, "", link.href);
    }
    try {
      await navigator.clipboard.writeText(address.href);
      said.textContent = T("Link copied");
    } catch {
      said.textContent = T("The link is in the address bar");
    }
    link.classList.add("done");
    setTimeout(() => {
      link.classList.remove("done");
      said.textContent = "";
    }, SAID);
  }

  addEventListener("pointerover", ({ target }) => point(target));
  layer.addEventListener("click", copy);
  layer.addEventListener("focusin", ({ target }) => {
    placeOf.get(target).scrollIntoView({ block: "nearest" });
    put(target);
  });
  if (first?.type === "pointerover") point(first.target);
})();
