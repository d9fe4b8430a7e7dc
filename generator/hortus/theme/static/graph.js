// The graph of all notes on a canvas. A classic script, so that it also runs from file://; its data is graph-data.js.
// Links are painted into an offscreen canvas, a few at a time, and moved as one picture; nodes are drawn in every frame;
// names are cached pictures. While the view rests, the faded background of a hovered node is cached too.
(() => {
  const data = globalThis.hortusGraph;
  const stage = document.querySelector(".graph-stage");
  if (!data || !stage) return;
  const canvas = stage.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const card = stage.querySelector(".graph-card");
  const said = document.querySelector(".graph-said");
  const tools = document.querySelector(".graph-tools");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const language = document.documentElement.lang, plural = new Intl.PluralRules(language);

  const count = data.title.length;
  const [MAP, , FIGURE, MISSING] = data.kinds.map((_, index) => index);
  const KINDS = [T("map"), T("note"), T("figure"), T("not written yet")];
  const near = data.links.map(() => new Set());
  const pairs = [];
  data.links.forEach((targets, source) => {
    for (const target of targets) {
      if (!near[target].has(source)) pairs.push([source, target]);
      near[source].add(target);
      near[target].add(source);
    }
  });
  const hue = data.community.map((community) => data.communities[community].hue);
  const size = near.map((others) => Math.min(3 + Math.sqrt(others.size) * 0.9, 14)); // as in layout.py
  const byDegree = [...near.keys()].sort((a, b) => near[b].size - near[a].size || a - b);
  const painted = [...near.keys()].sort((a, b) => hue[a] - hue[b] || data.kind[a] - data.kind[b]);
  pairs.sort((a, b) => pairHue(a) - pairHue(b));
  let shown = new Uint8Array(count).fill(1);

  function pairHue([a, b]) {
    return data.community[a] === data.community[b] ? hue[a] : -1;
  }

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // --- the view: the point of the graph in the middle of the stage, and pixels per unit ---

  const view = { x: 0, y: 0, scale: 1 };
  const MARGIN = { x: 64, y: 76 }; // for the nodes at the edge, and their names
  let width = 0, height = 0, ratio = 1, goal = null, dirty = false;

  const across = (x) => (x - view.x) * view.scale + width / 2;
  const down = (y) => (y - view.y) * view.scale + height / 2;
  const zoom = () => Math.min(Math.max(view.scale, 0.3), 1.6);

  // --- positions: the layout is as wide as it is high; here it is turned and stretched to the shape of the stage ---

  const X = Float64Array.from(data.x), Y = Float64Array.from(data.y), STRETCH = 3;
  function arrange() {
    const [w, h] = [data.x, data.y].map((all) => Math.max(...minMax(all).map(Math.abs)) || 1);
    const turned = (w > h) !== (width > height);
    const [across, down] = turned ? [data.y, data.x] : [data.x, data.y];
    const wider = (width - MARGIN.x) / (height - MARGIN.y) / (turned ? h / w : w / h);
    const [x, y] = [Math.min(Math.max(wider, 1), STRETCH), Math.min(Math.max(1 / wider, 1), STRETCH)];
    for (let node = 0; node < count; node++) [X[node], Y[node]] = [across[node] * x, down[node] * y];
  }
  const minMax = (all) => all.reduce(([least, most], one) => [Math.min(least, one), Math.max(most, one)], [0, 0]);

  function fit(nodes) {
    let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
    for (const node of nodes) {
      left = Math.min(left, X[node]); right = Math.max(right, X[node]);
      top = Math.min(top, Y[node]); bottom = Math.max(bottom, Y[node]);
    }
    if (left > right) return { ...view };
    const place = (below) => {
      const scale = Math.min((width - MARGIN.x) / (right - left || 1), (height - MARGIN.y - below) / (bottom - top || 1), 8);
      return { x: (left + right) / 2, y: (top + bottom + below / scale) / 2, scale };
    };
    const fitted = place(0), { offsetLeft, offsetTop, offsetWidth, offsetHeight } = stage.querySelector(".graph-zoom");
    const under = (node) => { // the controls over the stage, to which 12 pixels are added
      const x = width / 2 + (X[node] - fitted.x) * fitted.scale - offsetLeft, y = height / 2 + (Y[node] - fitted.y) * fitted.scale - offsetTop;
      return x > -12 && x < offsetWidth + 12 && y > -12 && y < offsetHeight + 12;
    };
    return nodes.some(under) ? place(offsetHeight) : fitted;
  }
  const whole = () => fit([...near.keys()].filter((node) => shown[node]));
  const limits = () => [Math.min(whole().scale / 2, 1), 12];

  function go(to) {
    goal = still.matches ? null : { from: { ...view }, to, start: performance.now() };
    if (!goal) Object.assign(view, to);
    redraw();
  }

  function glide(now) {
    const part = Math.min((now - goal.start) / 300, 1);
    const eased = 1 - (1 - part) ** 3;
    view.scale = goal.from.scale * (goal.to.scale / goal.from.scale) ** eased;
    view.x = goal.from.x + (goal.to.x - goal.from.x) * eased;
    view.y = goal.from.y + (goal.to.y - goal.from.y) * eased;
    if (part === 1) goal = null;
  }

  function zoomAt(x, y, factor) {
    const [least, most] = limits();
    const scale = Math.min(Math.max(view.scale * factor, least), most);
    view.x += (x - width / 2) * (1 / view.scale - 1 / scale);
    view.y += (y - height / 2) * (1 / view.scale - 1 / scale);
    view.scale = scale;
    goal = null;
    redraw();
  }

  // --- colours follow the theme ---

  let colours = {};
  const probe = stage.appendChild(make("i", { hidden: "" }));
  function readColours() {
    const read = (name) => {
      probe.className = name;
      return getComputedStyle(probe).color;
    };
    colours = Object.fromEntries(["paper", "ink", "muted", "rust"].map((name) => [name, read(`is-${name}`)]));
    colours.hues = Array.from({ length: 8 }, (_, index) => read(`hue-${index}`));
    colours.hues[-1] = colours.muted;
    lines.start();
    redraw();
  }

  // --- links: one picture, a little larger than the stage, painted when a frame has time left ---

  const EDGE = 0.2, BATCH = 60, REST = 100, FIRST = 150; // milliseconds more for the first picture
  const fine = pairs.length < 5000; // few enough to paint at full device resolution
  const lines = {
    front: brushOn(), back: brushOn(),
    at: null, next: null, done: 0, key: "", moved: 0,

    start() {
      if (!width) return;
      this.next = { ...view, width: width * (1 + 2 * EDGE), height: height * (1 + 2 * EDGE) };
      this.done = 0;
      const { canvas: sheet } = this.back, grain = fine ? ratio : 1, scale = grain * view.scale;
      sheet.width = this.next.width * grain;
      sheet.height = this.next.height * grain;
      this.back.setTransform(scale, 0, 0, scale, sheet.width / 2 - view.x * scale, sheet.height / 2 - view.y * scale);
      this.back.lineWidth = 1 / view.scale;
      const nearness = Math.max(view.scale / whole().scale, 1); // fewer links are visible when zoomed in
      this.back.globalAlpha = Math.min(Math.max((12 * nearness ** 0.7) / Math.sqrt(pairs.length + 1), 0.05), 0.5);
    },

    paint(until) {
      const { x, y, scale, width: w, height: h } = this.next;
      const left = x - w / scale / 2, right = x + w / scale / 2, top = y - h / scale / 2, bottom = y + h / scale / 2;
      const seen = (node) => X[node] > left && X[node] < right && Y[node] > top && Y[node] < bottom;
      while (this.done < pairs.length && performance.now() < until) {
        const colour = pairHue(pairs[this.done]);
        this.back.strokeStyle = colours.hues[colour];
        this.back.beginPath();
        for (let drawn = 0; this.done < pairs.length && drawn < BATCH; this.done++) {
          const [a, b] = pairs[this.done];
          if (pairHue(pairs[this.done]) !== colour) break;
          if (!shown[a] || !shown[b] || !(seen(a) || seen(b))) continue; // both ends are outside
          this.back.moveTo(X[a], Y[a]);
          this.back.lineTo(X[b], Y[b]);
          drawn++;
        }
        this.back.stroke();
        this.back.getImageData(0, 0, 1, 1); // forces painting now, not all at once when the picture is shown
      }
      if (this.done < pairs.length) return;
      [this.front, this.back] = [this.back, this.front];
      this.at = this.next;
      this.next = null;
    },

    // Show the last complete picture, moved to its current place. A new one is started when the view rests
    // or is no longer covered. Returns whether there is more to paint.
    draw(now, until) {
      const key = `${view.x} ${view.y} ${view.scale}`;
      if (key !== this.key) [this.key, this.moved] = [key, now];
      const { x, y, scale } = this.at ?? view, grown = view.scale / scale;
      const stale = !this.at || x !== view.x || y !== view.y || grown !== 1;
      const covered = this.at && grown < 1.8 && grown > 0.65 && Math.abs(across(x) - width / 2) < EDGE * width && Math.abs(down(y) - height / 2) < EDGE * height;
      if (stale && !this.next && (!covered || now - this.moved > REST)) this.start();
      if (this.next) this.paint(frame.drawn ? until : until + FIRST);
      if (this.at) this.show(this.front, this.at);
      else this.show(this.back, this.next); // as far as it is painted
      return stale || Boolean(this.next);
    },

    show(sheet, at) {
      const grown = view.scale / at.scale;
      const w = at.width * grown, h = at.height * grown;
      const whole = (pixels) => Math.round(pixels * ratio) / ratio; // whole pixels, so that a moved picture needs no smoothing
      pen.imageSmoothingEnabled = fine && grown !== 1; // while many links move, smoothing is not visible
      pen.drawImage(sheet.canvas, whole(across(at.x) - w / 2), whole(down(at.y) - h / 2), w, h);
    },
  };

  function brushOn() {
    return document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  }

  // --- a frame ---

  let chosen = -1, pointed = -1, names = [];

  function redraw() {
    if (dirty) return;
    dirty = true;
    requestAnimationFrame(frame);
  }

  function frame(now) {
    dirty = false;
    if (!width) return;
    if (goal) glide(now);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.globalAlpha = 1;
    if (pointed >= 0 && !goal && faded.show()) {
      drawFocus(pointed);
      drawNames(pointed);
      return;
    }
    pen.fillStyle = colours.paper;
    pen.fillRect(0, 0, width, height);
    const late = now - frame.last > 20; // slow frames: less time for links, unless the view rests
    frame.last = now;
    const resting = !goal && !fingers.size && now - lines.moved > REST;
    const busy = lines.draw(now, performance.now() + (resting ? 12 : late ? 2 : 5));
    const focus = pointed >= 0 ? pointed : chosen;
    drawNodes(painted);
    if (!goal && (!busy || (resting && names.key !== lines.key))) names = Object.assign(placeNames(byDegree), { key: lines.key });
    if (focus >= 0) {
      fade();
      if (!busy && !goal) faded.keep();
      drawFocus(focus);
    }
    drawNames(focus);
    if (goal || busy) redraw();
    if (!frame.drawn) frame.drawn = performance.mark("graph-drawn", { detail: { links: lines.next ? lines.done : pairs.length } });
  }

  const inside = (x, y, edge) => x > -edge && y > -edge && x < width + edge && y < height + edge;

  function drawNodes(nodes) {
    const factor = zoom();
    let last = "", drawn = 0;
    const flush = () => {
      if (last.startsWith("hollow")) {
        pen.fillStyle = colours.paper;
        pen.strokeStyle = colours.rust;
        pen.lineWidth = 1.5;
        pen.fill();
        pen.stroke();
      } else if (last) pen.fill();
      pen.beginPath();
    };
    pen.beginPath();
    for (const node of nodes) {
      if (!shown[node]) continue;
      const x = across(X[node]), y = down(Y[node]), r = Math.max(size[node] * factor, 1.2);
      if (!inside(x, y, r)) continue;
      const kind = data.kind[node];
      const key = kind === MISSING ? "hollow" : String(hue[node]);
      if (key !== last || drawn === BATCH) {
        flush();
        [last, drawn] = [key, 0];
        if (kind !== MISSING) pen.fillStyle = colours.hues[hue[node]];
      }
      if (r < 2 && kind !== MISSING && kind !== MAP) pen.fillRect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8); // too small to look like a disc
      else {
        outline(x, y, r, kind);
        drawn++;
      }
    }
    flush();
  }

  function outline(x, y, r, kind) {
    if (kind === FIGURE) pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
    else if (kind === MAP) {
      const d = r * 1.35;
      pen.moveTo(x, y - d); pen.lineTo(x + d, y); pen.lineTo(x, y + d); pen.lineTo(x - d, y); pen.closePath();
    } else {
      pen.moveTo(x + r, y);
      pen.arc(x, y, r, 0, 7);
    }
  }

  function fade() {
    pen.globalAlpha = 0.75;
    pen.fillStyle = colours.paper;
    pen.fillRect(0, 0, width, height);
    pen.globalAlpha = 1;
  }

  // The background of a hovered node, faded and without names; while the view rests it is the same for all nodes.
  const faded = {
    sheet: document.createElement("canvas").getContext("2d"), seen: null,
    what: () => [view.x, view.y, view.scale, width, height, ratio, colours, shown],
    keep() {
      [this.sheet.canvas.width, this.sheet.canvas.height] = [canvas.width, canvas.height];
      this.sheet.drawImage(canvas, 0, 0);
      this.seen = this.what();
    },
    show() {
      const same = this.seen && this.what().every((one, index) => one === this.seen[index]);
      if (same) pen.drawImage(this.sheet.canvas, 0, 0, width, height);
      return same;
    },
  };

  function drawFocus(node) {
    const others = [...near[node]].filter((other) => shown[other]);
    pen.strokeStyle = colours.muted;
    pen.lineWidth = 1.2;
    pen.beginPath();
    for (const other of others) {
      pen.moveTo(across(X[node]), down(Y[node]));
      pen.lineTo(across(X[other]), down(Y[other]));
    }
    pen.stroke();
    drawNodes([...others, node]);
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(across(X[node]), down(Y[node]), size[node] * zoom() * 1.3 + 4, 0, 7);
    pen.stroke();
  }

  // --- names: the most linked first, as many as have room ---

  const widths = [];
  const HIGH = 15, APART = 4;
  // The places where a name may be: below its node, above, right and left, always within the stage.
  function nameBoxes(node) {
    widths[node] ??= pen.measureText(short(data.title[node])).width;
    const w = widths[node], r = size[node] * zoom() * (data.kind[node] === MAP ? 1.35 : 1) + APART;
    const x = across(X[node]), y = down(Y[node]);
    const left = Math.min(Math.max(x - w / 2, APART), width - w - APART);
    const spots = [[left, y + r], [left, y - r - HIGH], [x + r, y - HIGH / 2], [x - r - w, y - HIGH / 2]];
    return spots.map((spot) => boxAt(node, spot));
  }
  const boxAt = (node, [x, y]) => ({ node, x, y, right: x + widths[node], bottom: y + HIGH });
  const meet = (one, other) => one.x < other.right + 6 && other.x < one.right + 6 && one.y < other.bottom && other.y < one.bottom;
  const within = ({ x, y, right, bottom }) => x >= 0 && y >= 0 && right <= width && bottom <= height;

  // Boxes by the squares of a grid that they touch.
  const SQUARE = 48;
  function makeGrid() {
    const squares = new Map();
    const touched = function* ({ x, y, right, bottom }) {
      for (let column = Math.floor(x / SQUARE); column <= right / SQUARE; column++) {
        for (let row = Math.floor(y / SQUARE); row <= bottom / SQUARE; row++) yield column * 4096 + row;
      }
    };
    return {
      add(box) {
        for (const square of touched(box)) squares.get(square)?.push(box) ?? squares.set(square, [box]);
      },
      meets(box) {
        for (const square of touched(box)) if (squares.get(square)?.some((other) => other.node !== box.node && meet(box, other))) return true;
        return false;
      },
    };
  }

  const nodeBox = (node) => {
    const x = across(X[node]), y = down(Y[node]), r = Math.max(size[node] * zoom() * (data.kind[node] === MAP ? 1.35 : 1), 1.2);
    return { node, x: x - r, y: y - r, right: x + r, bottom: y + r };
  };

  // What names must not cover: nodes, and the controls over the stage.
  function takenGrid() {
    const grid = makeGrid(), { left, top } = canvas.getBoundingClientRect();
    for (const node of near.keys()) if (shown[node] && inside(across(X[node]), down(Y[node]), 20)) grid.add(nodeBox(node));
    for (const control of [stage.querySelector(".graph-zoom"), card]) {
      const box = control.getBoundingClientRect();
      if (box.width) grid.add({ x: box.left - left, y: box.top - top, right: box.right - left, bottom: box.bottom - top });
    }
    return grid;
  }
  const short = (title) => (title.length > 32 ? `${title.slice(0, 31).trimEnd()}…` : title);
  const font = () => { pen.font = `12px ${getComputedStyle(canvas).fontFamily}`; };

  // Return the boxes of names that cover neither another name nor a node, the first nodes first. The name of *focus*
  // has its place in any case.
  function placeNames(nodes, focus = -1) {
    font();
    const grid = takenGrid(), placed = [], most = Math.min((width * height) / 9000, 80);
    for (const node of nodes) {
      if (placed.length >= most) break;
      if (!shown[node] || !inside(across(X[node]), down(Y[node]), 0)) continue;
      const spots = nameBoxes(node).filter(within), box = spots.find((spot) => !grid.meets(spot)) ?? (node === focus ? spots[0] : null);
      if (!box) continue;
      grid.add({ ...box, node: -2 });
      placed.push({ node, across: box.x - across(X[node]), down: box.y - down(Y[node]) }); // it moves with its node
    }
    return placed;
  }

  function drawNames(focus) {
    font();
    const others = focus < 0 ? [] : [...near[focus]].sort((a, b) => near[b].size - near[a].size);
    const placed = focus < 0 ? names : placeNames([focus, ...others.slice(0, 40)], focus);
    named = placed.map((one) => boxAt(one.node, [across(X[one.node]) + one.across, down(Y[one.node]) + one.down]));
    const whole = (pixels) => Math.round(pixels * ratio) / ratio; // otherwise they are blurred
    for (const { node, x, y } of named) {
      const label = labelOf(node);
      pen.drawImage(label, whole(x - 3), whole(y - 3), label.width / ratio, label.height / ratio);
    }
  }
  let named = [];
  // what is on the stage now, in its pixels; for tests
  data.drawn = () => ({ names: named, nodes: painted.filter((node) => shown[node]).map(nodeBox), width, height });

  // Names are cached as pictures, because drawing their halos is slow.
  let labels = new Map();
  function labelOf(node) {
    if (labels.colours !== colours || labels.ratio !== ratio || labels.size > 500) labels = Object.assign(new Map(), { colours, ratio });
    if (!labels.has(node)) labels.set(node, paintLabel(node));
    return labels.get(node);
  }
  function paintLabel(node) {
    const text = short(data.title[node]), brush = document.createElement("canvas").getContext("2d");
    [brush.canvas.width, brush.canvas.height] = [Math.ceil((widths[node] + 6) * ratio), Math.ceil(21 * ratio)];
    brush.scale(ratio, ratio);
    Object.assign(brush, { font: pen.font, textBaseline: "top", lineJoin: "round", lineWidth: 5, strokeStyle: colours.paper });
    brush.fillStyle = data.kind[node] === MISSING ? colours.rust : colours.ink;
    brush.strokeText(text, 3, 3);
    brush.fillText(text, 3, 3);
    return brush.canvas;
  }

  // --- selection ---

  function nodeAt(x, y, reach) {
    let best = -1, least = Infinity;
    for (let node = 0; node < count; node++) {
      if (!shown[node]) continue;
      const distance = Math.hypot(across(X[node]) - x, down(Y[node]) - y) - size[node] * zoom();
      if (distance < reach && distance < least) [best, least] = [node, distance];
    }
    return best;
  }

  function describe(node) {
    const forms = T("{n} links"), { size: links } = near[node];
    const counted = (forms[plural.select(links)] ?? forms.other).replace("{n}", links.toLocaleString(language));
    return [data.title[node], KINDS[data.kind[node]], counted].join(", ");
  }

  function choose(node, centred = false) {
    chosen = node;
    card.hidden = node < 0;
    if (node < 0) {
      said.textContent = "";
      return redraw();
    }
    said.textContent = describe(node);
    const link = (other) => make("a", { href: data.url[other], class: data.kind[other] === MISSING ? "missing" : "internal" }, data.title[other]);
    const others = [...near[node]].sort((a, b) => near[b].size - near[a].size);
    const list = make("ul", { tabindex: 0, "aria-label": T("Linked") }, ...others.slice(0, 50).map((other) => make("li", {}, link(other))));
    const close = make("button", { type: "button", "aria-label": T("Close") }, "\u00D7");
    close.addEventListener("click", () => { choose(-1); canvas.focus(); });
    const more = others.length > 50 ? [make("p", {}, T("and {n} more").replace("{n}", others.length - 50))] : [];
    card.replaceChildren(make("h2", {}, link(node)), close, list, ...more);
    if (centred) go({ x: X[node], y: Y[node], scale: Math.max(view.scale, 1) });
    redraw();
  }

  const open = (node) => { location.href = data.url[node]; };

  // Move the selection to the nearest linked node in a direction, otherwise to the nearest node.
  function walk(dx, dy) {
    if (chosen < 0) return choose(nodeAt(width / 2, height / 2, Infinity), true);
    const towards = (node) => {
      const x = X[node] - X[chosen], y = Y[node] - Y[chosen];
      const ahead = x * dx + y * dy, aside = Math.abs(x * dy - y * dx);
      return ahead > 0 && aside < ahead * 1.2 ? ahead + 2 * aside : Infinity;
    };
    const nearest = (nodes) => nodes.reduce((best, node) => (shown[node] && node !== chosen && towards(node) < towards(best) ? node : best), chosen);
    let next = nearest([...near[chosen]]);
    if (next === chosen) next = nearest([...near.keys()]);
    if (next !== chosen) choose(next, true);
  }

  // --- pointers ---

  const fingers = new Map();
  let dragged = 0, spread = 0;
  const span = () => {
    const [[ax, ay], [bx, by]] = fingers.values();
    return Math.hypot(ax - bx, ay - by);
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    if (fingers.size === 1) dragged = 0;
    spread = fingers.size === 2 ? span() : 0;
    goal = null;
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      const node = nodeAt(x, y, 6);
      if (node !== pointed) {
        pointed = node;
        canvas.classList.toggle("on-node", node >= 0);
        canvas.title = node >= 0 ? describe(node) : "";
        redraw();
      }
      return;
    }
    const share = fingers.size;
    view.x -= (x - before[0]) / view.scale / share;
    view.y -= (y - before[1]) / view.scale / share;
    dragged += Math.hypot(x - before[0], y - before[1]);
    fingers.set(event.pointerId, [x, y]);
    if (share === 2) {
      const [[ax, ay], [bx, by]] = fingers.values();
      const now = span();
      if (spread) zoomAt((ax + bx) / 2, (ay + by) / 2, now / spread);
      spread = now;
    }
    pointed = -1;
    redraw();
  });
  function lift(event) {
    const held = fingers.delete(event.pointerId);
    spread = 0;
    if (!held || dragged > 6 || fingers.size || event.type !== "pointerup" || event.button > 0) return;
    const touch = event.pointerType === "touch";
    const node = nodeAt(...place(event), touch ? 16 : 6);
    if (node >= 0 && (!touch || node === chosen)) {
      if (event.ctrlKey || event.metaKey) window.open(data.url[node]);
      else open(node);
    } else choose(node);
  }
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", () => {
    pointed = -1;
    redraw();
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const step = event.deltaY * (event.deltaMode ? 30 : 1);
    zoomAt(...place(event), Math.exp(-Math.min(Math.max(step, -120), 120) * (event.ctrlKey ? 0.01 : 0.002)));
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => zoomAt(...place(event), 2));

  // --- keys ---

  const nearer = () => zoomAt(width / 2, height / 2, 1.4), farther = () => zoomAt(width / 2, height / 2, 1 / 1.4);
  const keys = {
    ArrowLeft: () => walk(-1, 0), ArrowRight: () => walk(1, 0), ArrowUp: () => walk(0, -1), ArrowDown: () => walk(0, 1),
    "+": nearer, "=": nearer, "-": farther, 0: () => go(whole()),
    Enter: () => chosen >= 0 && open(chosen), Escape: () => choose(-1),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });

  // --- tools: find, by tag, by folder, by kind ---

  function startTools() {
    const zooms = [["+", T("Zoom in"), nearer], ["\u2212", T("Zoom out"), farther], ["\u2922", T("Show all"), () => go(whole())]];
    stage.querySelector(".graph-zoom").append(...zooms.map(([sign, label, act]) => {
      const button = make("button", { type: "button", "aria-label": label, title: label }, sign);
      button.addEventListener("click", act);
      return button;
    }));
    const field = make("input", { type: "search", id: "graph-find", placeholder: T("Find a note"), "aria-label": T("Find a note"), role: "combobox", "aria-expanded": "false", "aria-controls": "graph-found", "aria-autocomplete": "list", autocomplete: "off" });
    const found = make("ul", { id: "graph-found", role: "listbox", "aria-label": T("Notes found"), hidden: "" });
    tools.append(make("div", { class: "graph-find" }, field, found));
    startFinding(field, found);
    const menus = [
      menuOf(data.tags, data.tag, T("Any tag"), "#"),
      menuOf(data.folders, data.folder, T("Any folder"), ""),
      boxOf(FIGURE, T("Figures")),
      boxOf(MISSING, T("Not written yet")),
    ].filter(({ choices }) => choices);
    for (const { menu } of menus) menu.addEventListener("change", () => filter(menus.map(({ passes }) => passes)));
    tools.append(...menus.map(({ menu }) => menu));
  }

  // A box that hides the nodes of a kind.
  function boxOf(kind, words) {
    const box = make("input", { type: "checkbox" });
    box.checked = true;
    return { menu: make("label", {}, box, words), choices: data.kind.includes(kind), passes: (node) => box.checked || data.kind[node] !== kind };
  }

  // A menu of names; a nested tag or folder passes with its parent.
  function menuOf(names, column, label, sign) {
    const menu = make("select", { "aria-label": label }, make("option", { value: "" }, label));
    const choices = names.filter(Boolean);
    menu.append(...choices.map((name) => make("option", { value: name.toLowerCase() }, sign + name)));
    const lower = names.map((name) => name.toLowerCase());
    const matches = (index) => lower[index] === menu.value || lower[index].startsWith(`${menu.value}/`);
    const passes = (node) => !menu.value || [column[node]].flat().some(matches);
    return { menu, choices: choices.length, passes };
  }

  function filter(tests) {
    shown = Uint8Array.from({ length: count }, (_, node) => Number(tests.every((test) => test(node))));
    if (chosen >= 0 && !shown[chosen]) choose(-1);
    said.textContent = T("{shown} of {count} shown").replace("{shown}", shown.reduce((sum, one) => sum + one, 0)).replace("{count}", count);
    lines.at = null;
    lines.start();
    go(whole());
  }

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  function startFinding(field, found) {
    let titles, hits = [], active = -1;
    function list() {
      titles ??= data.title.map(plain);
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      hits = words.length ? byDegree.filter((node) => shown[node] && words.every((word) => titles[node].includes(word))) : [];
      hits = [...hits.filter((node) => titles[node].startsWith(words[0])), ...hits.filter((node) => !titles[node].startsWith(words[0]))].slice(0, 10);
      found.replaceChildren(...hits.map((node, index) => {
        const item = make("li", { role: "option", id: `graph-found-${index}`, class: data.kind[node] === MISSING ? "missing" : "" }, data.title[node]);
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(index); });
        return item;
      }));
      if (words.length && !hits.length) said.textContent = T("No note found");
      mark(hits.length ? 0 : -1);
    }
    function mark(index) {
      active = index;
      found.hidden = !hits.length;
      field.setAttribute("aria-expanded", String(hits.length > 0));
      [...found.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === index)));
      if (index >= 0) field.setAttribute("aria-activedescendant", `graph-found-${index}`);
      else field.removeAttribute("aria-activedescendant");
    }
    function take(index) {
      const node = hits[index];
      hits = [];
      field.value = data.title[node];
      mark(-1);
      choose(node, true);
    }
    field.addEventListener("input", list);
    field.addEventListener("blur", () => { hits = []; mark(-1); });
    field.addEventListener("keydown", (event) => {
      if (hits.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) mark((active + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length);
      else if (event.key === "Enter" && active >= 0) take(active);
      else if (event.key === "Enter" && chosen >= 0) open(chosen);
      else if (event.key === "Escape" && hits.length) { hits = []; mark(-1); }
      else return;
      event.preventDefault();
    });
  }

  // --- start: fit the stage, with the note the reader comes from selected ---

  function resize() {
    const aim = goal?.to ?? view, all = whole();
    const fitting = !width || ["x", "y", "scale"].every((one) => aim[one] === all[one]); // keep it fitted
    ({ clientWidth: width, clientHeight: height } = canvas);
    ratio = Math.min(devicePixelRatio, 2);
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    if (!width) return;
    lines.next = null;
    lines.at = null;
    if (fitting) {
      goal = null;
      arrange();
      Object.assign(view, whole());
    }
    if (colours.paper) frame(performance.now()); // at once, because the canvas is empty now
  }

  // The note is that of the address, as in the link of its local graph, or the page that one comes from.
  function startHere() {
    const kept = history.state?.graph;
    if (kept) {
      Object.assign(view, kept.view);
      return kept.chosen >= 0 && kept.chosen < count && choose(kept.chosen);
    }
    const places = data.url.map((url) => new URL(url, location.href).href);
    const here = location.hash ? new URL(location.hash.slice(1), location.href).href : "";
    const node = places.indexOf(here || document.referrer.replace(/[?#].*/, ""));
    if (node < 0) return;
    choose(node);
    if (here) Object.assign(view, closeTo(node));
  }
  function closeTo(node) {
    const fitted = fit([node, ...near[node]]);
    return { ...fitted, scale: Math.min(fitted.scale, Math.max(whole().scale, 1.6)) };
  }
  addEventListener("pagehide", () => history.replaceState({ graph: { view: { ...view }, chosen } }, ""));

  startTools();
  resize();
  startHere();
  readColours();
  frame(performance.now());
  new ResizeObserver(resize).observe(canvas);
  new MutationObserver(readColours).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) matchMedia(query).addEventListener("change", readColours);
})();
