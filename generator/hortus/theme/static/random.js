// To some note, any other than this one. The list of notes is the one that the graph is drawn from.
(() => {
  const { link } = document.currentScript;
  const root = new URL("..", document.currentScript.src);

  function go() {
    const { title, url, kind, kinds } = globalThis.hortusGraph;
    const written = title.map((_, index) => index).filter((index) => ["map", "note"].includes(kinds[kind[index]]));
    const addresses = written.map((index) => new URL(url[index], root).href);
    const others = addresses.filter((address) => address !== location.href.split("#")[0]);
    location.href = others[Math.floor(Math.random() * others.length)] ?? link.href;
  }

  if (globalThis.hortusGraph) return go();
  const data = document.createElement("script");
  data.src = new URL("assets/graph-data.js", root);
  data.onload = go;
  data.onerror = () => { location.href = link.href; };
  document.head.append(data);
})();
