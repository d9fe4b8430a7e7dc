// To some note, any other than this one. The addresses of notes come in parts, of which two are enough:
// the first tells how many notes there are, and one of them stands in the part that is fetched then.
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
