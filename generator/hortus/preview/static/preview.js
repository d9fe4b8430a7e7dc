// Updates an open page in place when its note changes.
//
// The module keeps a copy of the page as the server sent it (`known`), and pairs its nodes with those on screen. A new
// page is compared with this copy, so that only changed nodes are replaced: open parts, the scroll position, the
// selection, and nodes that other scripts added stay.

const OWN = "/.hortus";
const twins = new WeakMap(); // a node as sent -> the node on screen
const known = document.body.cloneNode(true); // this runs before other modules and deferred scripts
pair(known, document.body);

let info = read(document);
let source = null;
let fresh = 0; // counts renewed files

function read(page) {
  const meta = page.querySelector('meta[name="hortus-preview"]');
  if (!meta) return null;
  return { seen: meta.dataset.seen, ...JSON.parse(meta.content) };
}

// --- comparing ---

function pair(sent, shown) {
  twins.set(sent, shown);
  const children = shown.childNodes;
  sent.childNodes.forEach((child, index) => pair(child, children[index]));
}

function morph(old, now) {
  if (old.isEqualNode(now)) return;
  const shown = twins.get(old);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    shown.data = old.data = now.data;
    return;
  }
  morphAttributes(old, now, shown);
  morphChildren(old, [...now.childNodes], shown);
}

function morphAttributes(old, now, shown) {
  for (const { name, value } of [...now.attributes]) {
    if (old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
    shown.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (now.hasAttribute(name)) continue;
    old.removeAttribute(name);
    shown.removeAttribute(name);
  }
}

function morphChildren(old, now, shown) {
  const were = [...old.childNodes];
  let first = 0;
  while (first < were.length && first < now.length && were[first].isEqualNode(now[first])) first += 1;
  let end = 0;
  while (end < were.length - first && end < now.length - first && were.at(-1 - end).isEqualNode(now.at(-1 - end))) end += 1;
  const left = were.slice(first, were.length - end);
  let before = first ? were[first - 1] : null; // the last node that is in its place
  for (const [kept, node] of matched(left, now.slice(first, now.length - end))) {
    if (!node) {
      remove(kept);
    } else if (kept) {
      morph(kept, node);
      before = kept;
    } else {
      insert(node, before, old, shown);
      before = node;
    }
  }
}

// Yields pairs in order: [old, new] to morph or keep, [old, null] to remove, [null, new] to insert.
function* matched(old, now) {
  const places = new Map();
  old.forEach((node, index) => {
    const key = text(node);
    if (!places.has(key)) places.set(key, []);
    places.get(key).push(index);
  });
  let from = 0;
  let waiting = [];
  for (const node of now) {
    const same = places.get(text(node))?.find((index) => index >= from);
    if (same === undefined) {
      waiting.push(node);
      continue;
    }
    yield* between(old.slice(from, same), waiting);
    yield [old[same], node];
    from = same + 1;
    waiting = [];
  }
  yield* between(old.slice(from), waiting);
}

function* between(old, now) {
  for (const node of now) {
    const index = old.findIndex((one) => alike(one, node));
    if (index < 0) {
      yield [null, node];
      continue;
    }
    for (const gone of old.splice(0, index)) yield [gone, null];
    yield [old.shift(), node];
  }
  for (const gone of old) yield [gone, null];
}

// Whether one node can become the other; pictures of figures, and code with its button, are replaced.
function alike(one, other) {
  if (one.nodeName !== other.nodeName || one.id !== other.id) return false;
  if (one.nodeType !== Node.ELEMENT_NODE) return true;
  return one.className === other.className && !one.matches(".code, img[data-dials], .zoom:has([data-dials])");
}

function text(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.outerHTML : `${node.nodeType}${node.data}`;
}

function insert(node, before, old, shown) {
  const copy = document.importNode(node, true);
  old.insertBefore(node, before ? before.nextSibling : old.firstChild);
  pair(node, copy);
  if (before) twins.get(before).after(copy);
  else shown.prepend(copy);
  if (copy.nodeType === Node.ELEMENT_NODE) added.push(copy);
}

function remove(node) {
  const shown = twins.get(node);
  if (shown.matches?.(".zoom") && shown.nextElementSibling?.matches(".dials")) shown.nextElementSibling.remove();
  shown.remove();
  node.remove();
}

let added = [];

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const now = read(page);
  if (!now) return;
  added = [];
  morph(known, page.body);
  document.title = page.title;
  for (const link of page.head.querySelectorAll('link[rel="stylesheet"]')) {
    const there = [...document.head.querySelectorAll('link[rel="stylesheet"]')];
    if (!there.some((one) => one.getAttribute("href").split("?")[0] === link.getAttribute("href"))) document.head.append(document.importNode(link));
  }
  info = now;
  dress();
  if (added.length) document.dispatchEvent(new CustomEvent("hortus:added", { detail: added }));
}

// --- files that changed at the same URL ---

function renew(files) {
  fresh += 1;
  const changed = new Set(files);
  const is = (address) => changed.has(decodeURIComponent(new URL(address, location).pathname));
  const again = (address) => `${address.split(/[?#]/)[0]}?${fresh}${new URL(address, location).hash}`;
  for (const name of ["src", "srcset", "data"]) {
    for (const element of document.querySelectorAll(`:is(img, audio, video, source, object)[${name}]`)) {
      if (is(element.getAttribute(name))) element.setAttribute(name, again(element.getAttribute(name)));
    }
  }
  for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
    if (!is(link.getAttribute("href"))) continue;
    const next = link.cloneNode();
    next.href = again(link.getAttribute("href"));
    next.addEventListener("load", () => link.remove());
    link.after(next);
  }
  if (changed.has("/assets/search/index.js")) document.dispatchEvent(new Event("hortus:saved"));
}

// --- additions that only the author sees ---

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const badge = make("aside", { class: "hortus-badge", "aria-label": "Preview" });
const notices = make("div", { class: "hortus-notices", role: "status" });

function dress() {
  document.documentElement.append(badge); // not in the body, which belongs to the page
  const counts = [[info.broken, "broken"], [info.faults, info.faults === 1 ? "error" : "errors"], [info.todo, "to do"]];
  const words = counts.filter(([count]) => count).map(([count, what]) => `${count} ${what}`).join(", ") || "no problems";
  const parts = [make("a", { href: info.report, class: info.broken || info.faults ? "hortus-broken" : "" }, words)];
  if (info.edit) parts.push(make("a", { href: info.edit }, "Edit"));
  if (info.running.length) parts.push(make("span", {}, `drawing ${info.running.length === 1 ? info.running[0] : `${info.running.length} figures`}`));
  badge.replaceChildren(...parts);

  const notes = info.errors.map(({ text, edit }) => make("p", { class: "hortus-error" }, text, ...(edit ? [" ", make("a", { href: edit }, "Edit")] : [])));
  if (info.draft) notes.unshift(make("p", { class: "hortus-draft" }, "Draft: not published. It is shown in the preview only."));
  notices.replaceChildren(...notes);
  const main = document.querySelector("main") ?? document.body;
  if (notes.length) main.prepend(notices);
  else notices.remove();

  const drafts = new Set(info.drafts);
  for (const link of document.querySelectorAll("body a[href]")) {
    const draft = drafts.has(link.getAttribute("href").split("#")[0]);
    if (draft !== link.hasAttribute("data-hortus-draft")) link.toggleAttribute("data-hortus-draft", draft);
  }
}

// --- the connection: open while the page is visible ---

function connect() {
  if (source || !info) return;
  const query = new URLSearchParams({ page: decodeURIComponent(location.pathname), seen: info.seen });
  source = new EventSource(`${OWN}/events?${query}`);
  source.addEventListener("open", () => badge.removeAttribute("data-lost"));
  source.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.moved) history.replaceState(null, "", encodeURI(event.moved).replace(/[?#]/g, encodeURIComponent) + location.hash);
    if (event.files) renew(event.files);
    if (event.page) show(event.page);
  });
  source.addEventListener("error", () => {
    disconnect();
    badge.setAttribute("data-lost", "");
    setTimeout(() => document.hidden || connect(), 700);
  });
}

function disconnect() {
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
if (info) {
  dress();
  if (!document.hidden) connect();
}
