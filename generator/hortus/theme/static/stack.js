// Pages side by side on a wide screen, as columns: each is a frame without header and margins. A link opens in a column
// with Alt, or from its hover card; Escape closes the last column. The address holds the columns, so that they can be
// shared. Loaded on first use, in the page that holds the columns and in each of them.
(() => {
  const { link } = document.currentScript, root = new URL("..", document.currentScript.src);
  const NAME = "hortus-stack", MOST = 8;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // --- in a column: it reports to the page that holds it ---

  function startColumn() {
    const tell = (message) => parent.postMessage({ hortusStack: message }, "*"); // pages on a disk have no origin
    const arrive = () => tell({ at: location.href, title: document.title });
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", arrive);
    else arrive();
    addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && tell({ close: true }));
    return { open: (href) => tell({ open: href }) };
  }

  // --- the page that holds the columns ---

  function startStack() {
    const columns = [], rest = [...document.body.children];
    const box = make("div", { class: "stack", role: "region", "aria-label": T("Pages side by side") });
    document.head.append(make("link", { rel: "stylesheet", href: new URL("assets/stack.css", root) }));

    function inside(href) { // only pages of this site are shown
      const url = URL.canParse(href, root) ? new URL(href, root) : root;
      const own = url.protocol === root.protocol && url.host === root.host && url.pathname.startsWith(root.pathname);
      return own && url.pathname.endsWith(".html") ? url.href.replace(/\?[^#]*/, "") : "";
    }

    function add(href, after) {
      const frame = make("iframe", { name: NAME, src: href, title: T("Page") });
      const title = make("span"), shut = make("button", { type: "button", "aria-label": T("Close") }, "\u00D7");
      const column = { href, frame, title, part: make("section", {}, make("header", {}, title, shut), frame) };
      shut.addEventListener("click", () => close(column));
      columns.splice(after + 1, 0, column);
      if (after < 0) box.prepend(column.part);
      else columns[after].part.after(column.part);
      return column;
    }

    function open(href, from = columns[0]) {
      const target = inside(href), here = inside(location.href);
      if (!target || !here || columns.length > MOST) return;
      if (!columns.length) {
        document.body.append(box);
        for (const element of rest) element.inert = true;
        from = add(here, -1);
      }
      const column = add(target, columns.indexOf(from));
      column.part.scrollIntoView({ inline: "nearest" });
      column.frame.focus();
      keep();
    }

    function close(column = columns.at(-1)) {
      columns.splice(columns.indexOf(column), 1);
      column.part.remove();
      if (columns.length === 1) {
        const [left] = columns.splice(0);
        left.part.remove();
        box.remove();
        for (const element of rest) element.inert = false;
        if (left.href !== inside(location.href)) location.href = left.href;
      } else columns.at(-1)?.frame.focus();
      keep();
    }

    function keep() { // the columns after the first, relative to the root
      const url = new URL(location.href), others = columns.slice(1).map((one) => one.href.slice(root.href.length));
      if (others.length) url.searchParams.set("stack", others.join("|"));
      else url.searchParams.delete("stack");
      history.replaceState(history.state, "", url);
    }

    addEventListener("message", ({ source, data }) => {
      const column = columns.find(({ frame }) => frame.contentWindow === source), message = data?.hortusStack;
      if (!column || !message) return;
      if (message.open) open(message.open, column);
      else if (message.close) close();
      else if (inside(message.at)) {
        column.href = inside(message.at);
        column.title.textContent = column.frame.title = String(message.title);
        keep();
      }
    });
    addEventListener("keydown", (event) => event.key === "Escape" && columns.length && !event.defaultPrevented && close());

    const wanted = new URLSearchParams(location.search).get("stack")?.split("|").slice(0, MOST) ?? [];
    for (const href of wanted) open(href, columns.at(-1));
    return { open };
  }

  globalThis.hortusStack ??= parent !== window && window.name === NAME ? startColumn() : startStack();
  if (link) globalThis.hortusStack.open(new URL(link.getAttribute("href"), location.href).href);
})();
