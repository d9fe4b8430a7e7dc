// Opens a random note other than this one. The addresses of notes are in several files, of which two are enough: the
// first has the number of notes, the second the address of the chosen one.
(() => {
  const { link } = document.currentScript;
  const root = new URL("..", document.currentScript.src);
  const here = location.href.split("#")[0];

  function fetch(part, then) {
    const script = document.createElement("script");
    script.src = new URL(`assets/notes.${part}.js`, root);
    script.onload = () => then(globalThis.hortusNotes);
    script.onerror = () => { location.href = link.href; };
    document.head.append(script);
  }

  function choose({ count, each }) {
    const place = Math.floor(Math.random() * count);
    fetch(Math.floor(place / each) + 1, ({ urls }) => {
      const { href } = new URL(urls[place % each] ?? link.href, root);
      if (href === here && count > 1) choose({ count, each });
      else location.href = href;
    });
  }

  fetch(1, choose);
})();
