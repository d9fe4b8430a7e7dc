// Hover cards: the target of a link, shown next to it. Loaded when the first link is hovered or focused. A target on
// this page is copied from it; any other is a small script in previews/, so that it works from file:// too. If it
// cannot be loaded, there is no card.
(() => {
  const root = new URL("..", document.currentScript.src), { first } = document.currentScript;
  const LINKS = "main a[href], .margin a[href], .preview a[href]";
  const NOT = ".footnote-backref, .missing, .attachment, .contents a, .preview-title, .figure-page";
  const LISTS = /^(all-notes|graph|recent|report|wanted|404)$|^tags\/|\/index$|\.\d+$/; // pages without a card
  const SCROLLING = ".preview-body, .preview-body :is(.math-display, .table, table)";
  const HEADING = /^H[1-6]$/;
  const STYLES = { "math": "math.css", "[class^=cell-]": "notebook.css", "[class^=canvas], [class^=drawing]": "drawings.css" };
  const ASK = 60, OPEN = 300, REACHED = 500, CLOSE = 300, HOLD = 400;  // milliseconds
  const TARGET = 24; // pixels that a pointer needs (WCAG 2.2, 2.5.8)
  const known = new Map();
  const open = [];
  let hovered = null, asked = null, asking = 0, opening = 0, closing = 0, held = null, count = 0;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const style = make("link", { rel: "stylesheet", href: new URL("assets/hover.css", root) });
  const styled = new Promise((done) => { style.onload = style.onerror = done; });
  document.head.append(style);

  // --- content ---

  const addressOf = (link) => new URL(link.getAttribute("href"), location.href); // in a drawing, link.href is not a string
  const pageOf = (url) => url.origin + url.pathname;

  function find(link) {
    if (!link || link.matches(NOT)) return null;
    const url = addressOf(link), here = pageOf(url) === pageOf(location);
    const inside = url.protocol === root.protocol && url.host === root.host && url.pathname.startsWith(root.pathname);
    if (!inside || !url.pathname.endsWith(".html")) return null;
    const place = url.pathname.slice(root.pathname.length, -".html".length);
    if (!here && LISTS.test(place)) return null;
    if (!known.has(url.href)) known.set(url.href, (here ? fromPage(url) : fromSite(url, place)).catch(() => null));
    return known.get(url.href);
  }

  async function fromPage(url) {
    const target = url.hash && document.getElementById(decodeURIComponent(url.hash.slice(1)));
    if (!target || !target.closest("article.note") || target.matches("a, sup")) return null;
    const parts = [target];
    for (let next = target; HEADING.test(target.tagName) && parts.length < 12; parts.push(next)) {
      next = next.nextElementSibling;
      if (!next || (HEADING.test(next.tagName) && next.tagName <= target.tagName)) break;
    }
    const content = make("div");
    for (const part of parts) {
      const copy = part.cloneNode(true);
      content.append(...(copy.tagName === "LI" ? copy.childNodes : [copy]));
    }
    return { title: document.querySelector("h1").textContent, content: cleaned(content) };
  }

  globalThis.hortusCard = (...card) => { document.currentScript.card = card; };
  function scripted(address) {
    const script = make("script", { src: address });
    document.head.append(script);
    return new Promise((done, fail) => {
      script.onload = () => done(script.card);
      script.onerror = fail;
    }).finally(() => script.remove());
  }

  async function fromSite(url, place) {
    const address = new URL(`previews/${place}${url.hash.replace("#", "~")}.js`, root);
    const [title, html] = await scripted(address);
    const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;
    const content = make("div");
    content.append(...parse(html).childNodes);
    for (const name of ["href", "src", "srcset", "data", "poster"]) {
      for (const element of content.querySelectorAll(`[${name}]`)) {
        const there = element.getAttribute(name);
        element.setAttribute(name, new URL(there, there.startsWith("../") ? address : url).href); // otherwise from HTML in the note
      }
    }
    for (const [sign, name] of Object.entries(STYLES)) {
      if (!content.querySelector(sign) || document.querySelector(`link[href$='${name}']`)) continue;
      document.head.append(make("link", { rel: "stylesheet", href: new URL(`assets/${name}`, root) }));
    }
    return { title: parse(title).textContent, content: cleaned(content) };
  }

  function cleaned(content) {
    content.querySelectorAll(".copy, .dials, .plane, .net, .footnote-backref").forEach((element) => element.remove());
    for (const element of content.querySelectorAll("[id], [data-key], [data-dials], [data-net], [aria-labelledby]")) {
      for (const name of ["id", "data-key", "data-dials", "data-net", "aria-labelledby"]) element.removeAttribute(name);
    }
    return content;
  }

  // --- one card ---

  async function show(link, touched = false) {
    const found = find(link);
    asked = link;
    const [shown] = await Promise.all([found, styled]);
    if (!shown || asked !== link || !link.isConnected || open.some((one) => one.link === link)) return;
    const pin = make("button", { type: "button", "aria-pressed": "false" }, T("Pin"));
    const close = make("button", { type: "button", "aria-label": T("Close") }, "×");
    const next = make("button", { type: "button", "aria-label": T("Open next to this page"), title: T("Open next to this page") }, "◫");
    next.hidden = touched || !(parent !== window || matchMedia("(width >= 75em)").matches);
    next.addEventListener("click", () => {
      document.head.append(Object.assign(make("script", { src: new URL("assets/stack.js", root) }), { link }));
      shut(one);
    });
    const body = make("div", { class: "preview-body" }, ...shown.content.cloneNode(true).childNodes);
    const head = make("div", { class: "preview-head" }, make("a", { class: "preview-title", href: addressOf(link) }, shown.title), next, pin, close);
    const box = make("div", { class: touched ? "preview sheet" : "preview", id: `preview-${++count}`, role: "dialog", "aria-label": shown.title }, head, body);
    const one = { link, box, touched, pinned: false, above: open.find((other) => other.box.contains(link)) };
    pin.addEventListener("click", () => {
      one.pinned = !one.pinned;
      pin.setAttribute("aria-pressed", one.pinned);
      box.classList.toggle("pinned", one.pinned);
    });
    close.addEventListener("click", () => shut(one));
    head.addEventListener("pointerdown", (event) => drag(event, one));
    open.push(one);
    document.body.append(box);
    link.setAttribute("aria-expanded", "true");
    link.setAttribute("aria-controls", box.id);
    if (!touched) place(one);
    for (const part of box.querySelectorAll(SCROLLING)) {
      if (part.scrollHeight > part.clientHeight || part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    }
  }

  function place({ link, box }) {
    const lines = [...link.getClientRects()];
    const line = lines.find((rect) => hovered?.y >= rect.top && hovered.y <= rect.bottom) ?? lines[0];
    if (!line) return;
    const wide = document.documentElement.clientWidth;
    const below = innerHeight - line.bottom, high = box.offsetHeight + 8;
    const under = below >= high || below >= line.top;
    const start = document.dir === "rtl" ? line.right - box.offsetWidth : line.left;
    const left = Math.max(8, Math.min(start, wide - box.offsetWidth - 8));
    const top = Math.max(8, under ? line.bottom + 6 : line.top - high + 2);
    const card = { left, right: left + box.offsetWidth, top, bottom: top + box.offsetHeight };
    const limit = under ? { top: line.bottom, bottom: Infinity } : { top: 0, bottom: line.top };
    cover(card, limit, [...document.querySelectorAll("a[href], button")].filter((one) => one !== link && !box.contains(one)));
    box.style.left = `${scrollX + left}px`;
    box.style.top = `${scrollY + card.top}px`;
    box.style.minHeight = `${card.bottom - card.top}px`;
  }

  // Moves the upper and the lower edge of a card outwards where they would leave less of a link or button than can be hit.
  function cover(card, limit, targets) {
    const beneath = targets.flatMap((one) => [...one.getClientRects()]).filter(({ left, right }) => left < card.right && right > card.left);
    const cut = (edge, side) => beneath.find((one) => one.top < edge && edge < one.bottom && Math.abs(edge - one[side]) < TARGET);
    for (let edge; (edge = cut(card.top, "top")) && card.top > limit.top;) card.top = Math.max(limit.top, edge.top);
    for (let edge; (edge = cut(card.bottom, "bottom")) && card.bottom < limit.bottom;) card.bottom = Math.min(limit.bottom, edge.bottom);
  }

  function drag(event, one) {
    if (one.touched || event.button || event.target.closest("a, button")) return;
    const { head, left, top } = { head: event.currentTarget, left: one.box.offsetLeft - event.pageX, top: one.box.offsetTop - event.pageY };
    event.preventDefault();
    head.setPointerCapture(event.pointerId);
    if (!one.pinned) head.querySelector("button").click();
    head.onpointermove = (move) => {
      one.box.style.left = `${left + move.pageX}px`;
      one.box.style.top = `${top + move.pageY}px`;
    };
    head.onpointerup = () => { head.onpointermove = null; };
  }

  function shut(one) {
    if (!open.includes(one)) return;
    open.filter((other) => other.above === one && !other.pinned).forEach(shut);
    if (one.box.contains(document.activeElement)) one.link.focus();
    open.splice(open.indexOf(one), 1);
    one.box.remove();
    one.link.removeAttribute("aria-expanded");
    one.link.removeAttribute("aria-controls");
    if (asked === one.link) asked = null;
  }

  // --- cards that stay open: hovered, focused, those they were opened from, and pinned ones ---

  const isCovered = () => document.querySelector("dialog[open]"); // by search or an enlarged picture

  function settle() {
    if (isCovered()) return;
    const keep = new Set();
    for (const place of [hovered?.element, document.activeElement]) {
      let one = place && open.findLast(({ link, box }) => link.contains(place) || box.contains(place));
      for (; one; one = one.above) keep.add(one);
    }
    open.filter((one) => !keep.has(one) && !one.pinned && !one.touched).forEach(shut);
  }

  function wait(link, time, touched) {
    clearTimeout(asking);
    clearTimeout(opening);
    asked = link;
    if (!link || open.some((one) => one.link === link)) return;
    asking = setTimeout(find, ASK, link); // ignores links that the pointer only passes over
    opening = setTimeout(show, time, link, touched);
  }

  const linkAt = (element) => element.closest?.(LINKS);

  function point(element, y) {
    const before = hovered && linkAt(hovered.element);
    hovered = { element, y };
    const link = linkAt(element);
    if (link !== before || !link) wait(link, OPEN);
    clearTimeout(closing);
    closing = setTimeout(settle, CLOSE);
  }

  addEventListener("pointerover", (event) => event.pointerType !== "touch" && point(event.target, event.clientY));
  document.documentElement.addEventListener("pointerleave", () => point(document.documentElement, 0));
  function reach(element) {
    const link = linkAt(element);
    if (link?.matches(":focus-visible")) wait(link, REACHED);
    clearTimeout(closing);
    closing = setTimeout(settle, CLOSE);
  }
  addEventListener("focusin", (event) => reach(event.target));

  addEventListener("keydown", (event) => {
    if (isCovered()) return;
    if (event.key === "Escape" && (open.length || asked)) {
      clearTimeout(asking);
      clearTimeout(opening);
      asked = null;
      if (open.length) {
        event.preventDefault();
        shut(open.at(-1));
      }
    }
    if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey) return;
    const inside = open.find(({ box }) => box.contains(document.activeElement));
    const from = open.find(({ link }) => link === document.activeElement);
    if (from && !event.shiftKey) { // in tab order a card comes right after its link
      event.preventDefault();
      from.box.querySelector("a, button").focus();
    } else if (inside) {
      const stops = [...inside.box.querySelectorAll("a[href], button, [tabindex='0']")];
      const last = document.activeElement === (event.shiftKey ? stops[0] : stops.at(-1));
      if (last && inside.link.isConnected) {
        inside.link.focus();
        if (event.shiftKey) event.preventDefault();
      }
    }
  }, true);

  // --- touch: a long press opens the card as a sheet; a tap outside only closes it ---

  let putAway = false;
  function hold(element, x, y) {
    const link = linkAt(element), beside = open.filter((one) => one.touched && !one.pinned && !one.box.contains(element));
    beside.forEach(shut);
    putAway = beside.length > 0;
    held = link ? { link, x, y } : null;
    wait(link, HOLD, true);
  }
  function release(event) {
    if (event.pointerType !== "touch" || !held) return;
    if (event.type === "pointermove" && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 10) return;
    if (!open.some((one) => one.link === held.link)) wait(null);
    if (event.type !== "pointermove") setTimeout(() => { held = null; }, 100);
  }
  addEventListener("pointerdown", (event) => event.pointerType === "touch" && hold(event.target, event.clientX, event.clientY));
  for (const kind of ["pointermove", "pointerup", "pointercancel"]) addEventListener(kind, release);
  addEventListener("contextmenu", (event) => held?.link.contains(event.target) && find(held.link) && event.preventDefault());
  addEventListener("click", (event) => {
    const shown = held && open.some((one) => one.link === held.link); // a sheet may have opened under the finger
    if (shown || (putAway && event.target.closest("a"))) event.preventDefault();
    putAway = false;
  }, true);

  // --- the link that caused this script to be loaded ---

  if (first?.pointerType === "touch") hold(first.target, first.clientX, first.clientY);
  else if (first?.type === "focusin") reach(first.target);
  else if (first?.target.matches(":hover")) point(first.target, first.clientY);
})();
