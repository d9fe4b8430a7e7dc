// Figures that export their networks: a click on the plane, or an arrow key while it has the focus, shows what the network
// computes there: class, outputs, affine map, and the activations of each layer. Loaded on pages that have such a figure;
// the weights, figures/NAME.net.js, are loaded when the plane is first used.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const known = new Map(), started = new WeakSet();

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  window.hortusNets = (nets, shown) => {
    document.currentScript.given = { nets: nets.map(read), shown };
  };

  function load(address) {
    if (!known.has(address)) known.set(address, new Promise((done, failed) => {
      const script = make("script", { src: address });
      script.onload = () => done(script.given);
      script.onerror = failed;
      document.head.append(script);
    }));
    return known.get(address);
  }

  // Adds the layers to a net: of each neuron the weights, and the bias at their end.
  function read(net) {
    const bytes = Uint8Array.from(atob(net.numbers), (byte) => byte.charCodeAt());
    const view = new DataView(bytes.buffer);
    let at = 0;
    const next = (count) => Array.from({ length: count }, () => view.getFloat64(8 * at++, true));
    const layers = net.sizes.slice(1).map((size, number) => {
      const weights = Array.from({ length: size }, () => next(net.sizes[number]));
      return { weights, biases: next(size) };
    });
    return { ...net, layers };
  }

  // Returns what each layer computes before its ReLU, and the affine map of the outputs around the point. The operations
  // and their order are those of figures/sandbox/net.py, which compares them with the network's own outputs.
  function infer(layers, point) {
    let inputs = point, map = [[1, 0, 0], [0, 1, 0]];
    const values = [], maps = [];
    layers.forEach(({ weights, biases }, number) => {
      if (number) {
        map = map.map((row, i) => (inputs[i] > 0 ? row : [0, 0, 0]));
        inputs = inputs.map((value) => Math.max(value, 0));
      }
      const next = weights.map((row, i) => row.reduce((sum, weight, j) => sum + weight * inputs[j], biases[i]));
      map = weights.map((row, i) => row.reduce((sum, weight, j) => sum.map((one, k) => one + weight * map[j][k]), [0, 0, biases[i]]));
      values.push(next);
      maps.push(map);
      inputs = next;
    });
    return { values, maps };
  }

  // Returns the corners of the cell around a point: the plane, cut by the line of every hidden neuron.
  function region({ values, maps }, [left, right, bottom, top]) {
    let corners = [[left, bottom], [right, bottom], [right, top], [left, top]];
    values.slice(0, -1).forEach((layer, number) => layer.forEach((value, i) => {
      const [a, b, c] = maps[number][i];
      const sign = value > 0 ? 1 : -1;
      const inside = corners.map(([x, y]) => sign * (a * x + b * y + c));
      corners = corners.flatMap((corner, k) => {
        const next = (k + 1) % corners.length;
        const kept = inside[k] >= 0 ? [corner] : [];
        if (inside[k] * inside[next] >= 0) return kept;
        const share = inside[k] / (inside[k] - inside[next]);
        return [...kept, corner.map((one, d) => one + share * (corners[next][d] - one))];
      });
    }));
    return corners;
  }
  window.hortusNets.infer = infer;
  window.hortusNets.read = read;

  function startNet(image) {
    if (image.closest("dialog") || started.has(image)) return;
    started.add(image);
    const figure = image.closest("figure");
    const address = (image.dataset.address ??= image.src.replace(/\.svg(#.*)?$/, "")); // dials.js may change src
    const plane = make("div", { class: "plane", tabindex: 0, role: "application", "aria-label": T("Plane: arrow keys move the point") });
    const panel = make("div", { class: "net", hidden: "" });
    const answer = make("div", { role: "status" });
    const marks = document.createElementNS(SVG, "svg");
    const cell = document.createElementNS(SVG, "polygon"), dot = make("i", { hidden: "" });
    let given = null, point = null;
    marks.setAttribute("aria-hidden", "true");
    marks.append(cell);
    plane.append(marks, dot);

    const number = () => Number(image.dataset.at ?? image.dataset.still ?? 0);
    const net = () => given.nets[given.shown[number()]];
    const written = (value) => value.toFixed(Math.abs(value) < 10 ? 3 : 1).replace("-", "\u2212");

    function place() {
      const drawn = [image, ...figure.querySelectorAll(".cell > svg")].find((one) => one.getBoundingClientRect().width);
      if (!drawn) return;
      const box = drawn.getBoundingClientRect(), whole = figure.getBoundingClientRect();
      const [left, top, right, bottom] = given ? net()?.box ?? [0, 0, 0, 0] : JSON.parse(image.dataset.net);
      Object.assign(plane.style, {
        left: `${box.left - whole.left + left * box.width}px`, width: `${(right - left) * box.width}px`,
        top: `${box.top - whole.top + top * box.height}px`, height: `${(bottom - top) * box.height}px`,
      });
    }
    function show() {
      place();
      const shown = net();
      panel.hidden = dot.hidden = !shown || !point;
      if (panel.hidden) return marks.replaceChildren();
      marks.replaceChildren(cell);
      const [left, right, bottom, top] = shown.limits;
      const [x, y] = [left + point[0] * (right - left), top + point[1] * (bottom - top)];
      const found = infer(shown.layers, [x, y]);
      const spot = ([a, b]) => [100 * (a - left) / (right - left), 100 * (b - top) / (bottom - top)];
      marks.setAttribute("viewBox", "0 0 100 100");
      marks.setAttribute("preserveAspectRatio", "none");
      cell.setAttribute("points", region(found, shown.limits).map(spot).join(" "));
      Object.assign(dot.style, { left: `${100 * point[0]}%`, top: `${100 * point[1]}%` });
      const outputs = found.values.at(-1), maps = found.maps.at(-1);
      const winner = outputs.length > 1 ? outputs.indexOf(Math.max(...outputs)) : Number(outputs[0] > 0);
      const name = shown.classes[winner] ?? `${T("class")} ${winner + 1}`;
      const term = (value) => `${value < 0 ? "\u2212" : "+"} ${written(Math.abs(value))}`;
      answer.replaceChildren(
        make("p", {}, `(${written(x)}, ${written(y)}): `, make("strong", {}, name)),
        ...outputs.map((value, i) => {
          const [a, b, c] = maps[i];
          const label = outputs.length > 1 ? `z${i + 1}` : "z";
          return make("p", {}, `${label} = ${written(a)} x ${term(b)} y ${term(c)} = ${written(value)}`);
        }),
      );
      panel.replaceChildren(answer, ...found.values.slice(0, -1).map(layer));
    }
    function layer(values, number) {
      const most = Math.max(...values, 1e-9);
      const neurons = values.map((value) => {
        const neuron = make("li", value > 0 ? { class: "on" } : {}, value > 0 ? value.toFixed(value < 10 ? 1 : 0) : "0");
        neuron.style.setProperty("--on", `${Math.max(0, 100 * value / most)}%`);
        return neuron;
      });
      const on = values.filter((value) => value > 0).length;
      return make("div", {}, make("span", {}, `${T("layer")} ${number + 1}, ${on} / ${values.length}`), make("ol", {}, ...neurons));
    }
    async function move(to) {
      point = to.map((share) => Math.min(1, Math.max(0, share)));
      given ??= await load(`${address}.net.js`).catch(() => null);
      if (given) show();
    }

    plane.addEventListener("click", (event) => {
      const box = plane.getBoundingClientRect();
      move([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
    });
    const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Enter: [0, 0] };
    plane.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const size = event.shiftKey ? 0.1 : 0.01;
      move((point ?? [0.5, 0.5]).map((share, d) => share + size * step[d]));
    });
    image.addEventListener("hortus:turned", () => given && show());
    new ResizeObserver(place).observe(figure);
    const link = image.closest("a") ?? image.closest("picture");
    const dials = link.nextElementSibling?.matches(".dials") ? link.nextElementSibling : link;
    dials.after(plane, panel);
    place();
  }

  const SIGN = "img[data-net]";
  const style = make("link", { rel: "stylesheet", href: new URL("net.css", document.currentScript.src) });
  style.onload = style.onerror = () => document.querySelectorAll(SIGN).forEach(startNet);
  document.head.append(style);
  document.addEventListener("hortus:added", ({ detail }) => {
    for (const element of detail) {
      for (const image of element.matches(SIGN) ? [element] : element.querySelectorAll(SIGN)) startNet(image);
    }
  });
})();
