// Figures with dials: a slider for each, and a play button if there is one. Loaded on pages that have such a figure.
// Its pictures are in one script, figures/NAME.cells.js, which is loaded when a slider is first touched. Until then, and
// for the position that is shown first, the page has the picture as it is without this script.
(() => {
  const known = new Map(), started = new WeakSet();
  let scopes = 0;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  window.hortusCells = (packed, alts, faults, stale) => {
    document.currentScript.given = { packed, alts, faults, stale };
  };

  function load(address) {
    if (!known.has(address)) known.set(address, new Promise((done, failed) => {
      const script = make("script", { src: address });
      script.onload = async () => {
        const { packed, ...given } = script.given;
        const frames = packed ? await unpacked(packed).catch(() => null) : null;
        done({ frames, ...given });
      };
      script.onerror = failed;
      document.head.append(script);
    }));
    return known.get(address);
  }

  // Returns the SVG of every frame; figures/packing.py explains the format.
  async function unpacked(text) {
    const deflated = new Blob([Uint8Array.from(atob(text), (byte) => byte.charCodeAt())]);
    const stream = deflated.stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    let at = 0;
    function column() {
      const width = bytes[at], count = bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16);
      const numbers = new Array(count).fill(0);
      at += 4;
      for (let place = 0; place < width; place++) {
        for (let i = 0; i < count; i++) numbers[i] += bytes[at++] * 256 ** place;
      }
      return numbers;
    }
    const unfold = (number) => (number % 2 ? -(number + 1) / 2 : number / 2);
    const [dx, dy, pointsBack, sizes, polygonsBack, counts, used, starts, lengths, runs] = Array.from({ length: 10 }, column);
    const templates = new TextDecoder().decode(bytes.subarray(at)).split("\n");

    const fresh = [];
    let x = 0, y = 0;
    const points = pointsBack.map((back) => {
      if (back) return fresh[fresh.length - back];
      x += unfold(dx[fresh.length]);
      y += unfold(dy[fresh.length]);
      fresh.push([x / 100, y / 100]);
      return fresh.at(-1);
    });
    const polygons = [];
    let corner = 0, size = 0;
    for (const back of polygonsBack) {
      if (back) polygons.push(polygons[polygons.length - back]);
      else polygons.push({ closed: sizes[size] % 2, corners: points.slice(corner, (corner += sizes[size++] >> 1)) });
    }
    const path = ({ closed, corners }) => corners.map(([x, y], i) => `${i ? "L" : "M"} ${x} ${y}`).join(" ") + (closed ? " z" : "");
    let polygon = 0, shape = 0;
    const lines = used.map((number) => templates[number].replace(/[\x01\x02]/g, (mark) => {
      if (mark === "\x01") return polygons.slice(polygon, (polygon += counts[shape++])).map(path).join(" ");
      const [[x, y]] = polygons[polygon++].corners;
      return ` x="${x}" y="${y}"`;
    }));
    let run = 0;
    return runs.map((count) => {
      const frame = [];
      for (let end = 0; count; count--, run++) {
        const start = end + unfold(starts[run]);
        end = start + lengths[run];
        frame.push(...lines.slice(start, end));
      }
      return frame.join("");
    });
  }

  function startDials(image) {
    if (started.has(image)) return;
    started.add(image);
    const dials = JSON.parse(image.dataset.dials);
    const still = Number(image.dataset.still);
    const address = (image.dataset.address ??= image.src.replace(/\.svg(#.*)?$/, ""));
    const picture = image.closest("picture"), alt = image.alt;
    const host = make("span", { class: "cell", role: "img", hidden: "" });
    const message = make("p", { class: "stale", role: "status" });
    const box = make("div", { class: "dials", role: "group", "aria-label": alt });
    const rows = dials.map(([name, values]) => {
      const slider = make("input", { type: "range", min: 0, max: values.length - 1 });
      const output = make("output");
      const row = make("div", {}, make("label", {}, make("span", {}, name || T("frame")), slider), output);
      box.append(row);
      return { row, slider, output, values };
    });
    let timer = 0, wanted = still;

    function say() {
      for (const { slider, output, values } of rows) {
        output.textContent = values[slider.value];
        slider.setAttribute("aria-valuetext", values[slider.value]);
      }
    }
    async function show() {
      say();
      const number = (wanted = rows.reduce((sum, { slider, values }) => sum * values.length + Number(slider.value), 0));
      const cells = await load(`${address}.cells.js`).catch(() => null);
      if (cells && number === wanted) draw(number, cells);
    }
    function draw(number, { frames, alts, faults, stale }) {
      const inline = number !== still && (frames ?? faults[number]);
      picture.hidden = inline;
      image.dataset.at = number;
      image.dispatchEvent(new CustomEvent("hortus:turned"));
      host.hidden = !inline;
      message.textContent = stale[number]
        ? T("an earlier picture; the script has changed since and fails")
        : faults[number] && `${T("Not drawn")}: ${faults[number]}`;
      if (inline) {
        const svg = frames?.[number] || `<svg viewBox="0 0 ${image.width} ${image.height}"></svg>`;
        host.innerHTML = svg.replaceAll("\x03", `cell${scopes++}-`);
        host.firstChild.setAttribute("width", image.getAttribute("width"));
        host.firstChild.removeAttribute("height");
        host.setAttribute("aria-label", alts[number] || alt);
      } else if (!frames) { // not packed, because pages may not have such pictures: those of the files
        const file = number === still ? address : `${address}.${number}`;
        picture.querySelector("source").srcset = `${file}.svg#dark`;
        image.src = `${file}.svg#light`;
        image.alt = alts[number] || alt;
      }
    }

    function addPlay({ row, slider, values }) {
      const play = make("button", { type: "button", "aria-label": T("Play") }, "\u25B8");
      function stop() {
        clearInterval(timer);
        timer = 0;
        play.textContent = "\u25B8";
        play.setAttribute("aria-label", T("Play"));
      }
      function step() {
        slider.value = Number(slider.value) + 1;
        show();
        if (slider.value === slider.max) stop();
      }
      slider.addEventListener("input", stop);
      play.addEventListener("click", () => {
        if (timer) return stop();
        play.textContent = "\u2016";
        play.setAttribute("aria-label", T("Pause"));
        if (slider.value === slider.max) slider.value = 0;
        show();
        timer = setInterval(step, Math.max(150, Math.min(700, 5000 / values.length)));
      });
      row.prepend(play);
    }

    rows.reduceRight((number, { slider, values }) => {
      slider.value = number % values.length;
      return Math.floor(number / values.length);
    }, still);
    say();
    if (rows.length === 1) addPlay(rows[0]);
    box.addEventListener("input", show);
    for (const kind of ["pointerenter", "focusin"]) {
      box.addEventListener(kind, () => load(`${address}.cells.js`).catch(() => {}), { once: true });
    }
    box.append(message);
    picture.hidden = false;
    picture.after(host);
    (image.closest("a") ?? picture).after(box);
  }

  const SIGN = "img[data-dials]";
  const style = make("link", { rel: "stylesheet", href: new URL("dials.css", document.currentScript.src) });
  style.onload = style.onerror = () => document.querySelectorAll(SIGN).forEach(startDials);
  document.head.append(style);
  document.addEventListener("hortus:added", ({ detail }) => {
    for (const element of detail) {
      for (const image of element.matches(SIGN) ? [element] : element.querySelectorAll(SIGN)) startDials(image);
    }
  });
})();
