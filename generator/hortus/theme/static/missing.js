// The page for addresses without a page. A server shows it at any address, so its relative links and its style sheet may
// not be found; the few lines in 404.html that load this script have found the root of the site. Here they are put
// right, and the pages with the nearest addresses are offered.
(() => {
  const root = new URL("..", document.currentScript.src), here = location.href.split(/[?#]/)[0];
  const MOST = 20, OFFERED = 5, LEAST = 0.4; // parts of the list of notes that are read, pages, likeness

  function correct() {
    const before = document.querySelector(".site-title").getAttribute("href").replace(/index\.html$/, ""); // "" or absolute
    for (const name of ["href", "src"]) {
      for (const element of document.querySelectorAll(`:is(head, body) [${name}]:not(head > meta)`)) {
        const address = element.getAttribute(name);
        if (!address.startsWith(before) || /^(#|[a-z]+:)/i.test(address)) continue;
        const there = new URL(address.slice(before.length), root).href;
        if (element[name] !== there && element.localName !== "script") element.setAttribute(name, there);
      }
    }
    if (document.documentElement.dataset.script !== undefined) return;
    const script = document.createElement("script");
    script.src = new URL("assets/site.js", root);
    document.head.append(script);
  }

  function part(number) {
    const script = document.createElement("script");
    script.src = new URL(`assets/notes.${number}.js`, root);
    document.head.append(script);
    return new Promise((done, fail) => {
      script.onload = () => done(globalThis.hortusNotes);
      script.onerror = fail;
    });
  }

  const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  const plain = (text) => decoded(text).replace(/\.html$/, "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const last = (text) => text.split("/").at(-1).replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  function pairs(text) {
    const padded = ` ${text} `;
    return new Set([...padded].slice(1).map((sign, at) => [...padded][at] + sign));
  }
  function likeness(one, other) { // shared pairs of letters, from 0 to 1
    const [a, b] = [pairs(one), pairs(other)];
    return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
  }

  // The list of notes is sorted by path; of a long one, the parts around the address are read.
  async function notes(wanted) {
    const { count, each, urls, titles } = await part(1), parts = Math.ceil(count / each);
    const rows = urls.map((url, at) => [url, titles[at]]);
    let low = 2, high = parts;
    while (high - low > MOST) {
      const middle = (low + high) >> 1;
      if (plain((await part(middle)).urls[0]) <= wanted) low = Math.max(middle - MOST / 2, 2);
      else high = Math.min(middle + MOST / 2, parts);
    }
    for (let number = low; number <= Math.min(high, low + MOST); number++) {
      const more = await part(number);
      rows.push(...more.urls.map((url, at) => [url, more.titles[at]]));
    }
    return rows;
  }

  async function offer() {
    const wanted = plain(here.slice(root.href.length)), name = last(wanted);
    if (!name || wanted === "404") return;
    const near = (await notes(wanted)).map(([url, title]) => {
      const path = plain(url);
      return [Math.max(likeness(name, last(path)), likeness(name, last(plain(title)))) + likeness(wanted, path) / 4, url, title];
    });
    const best = near.filter(([score]) => score >= LEAST).sort(([one], [other]) => other - one).slice(0, OFFERED);
    if (!best.length) return;
    const list = document.querySelector(".nearest ul");
    for (const [, url, title] of best) {
      const link = document.createElement("a");
      link.href = new URL(url, root);
      link.className = "internal";
      link.textContent = title;
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    list.parentElement.hidden = false;
  }

  function start() {
    correct();
    offer();
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
