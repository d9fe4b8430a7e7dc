// Figures with frames: a slider and a play button. Loaded on pages that have one.
(() => {
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function startFrames(image) {
    const frames = image.dataset.frames.split("|");
    const labels = (image.dataset.labels ?? "").split("|");
    const last = frames.length - 1;
    const label = (index) => `${image.dataset.counts ?? T("frame")} ${labels[index] || index + 1}`;
    const dark = image.closest("picture")?.querySelector("source"); // its SVG has two themes
    const slider = make("input", { type: "range", min: 0, max: last, value: last, "aria-label": `${T("Frame of")}: ${image.alt}` });
    const output = make("output", {}, label(last));
    const play = make("button", { type: "button", "aria-label": T("Play") }, "\u25B8");
    let timer = 0;

    function show(index) {
      slider.value = index;
      slider.setAttribute("aria-valuetext", label(index));
      output.textContent = label(index);
      if (dark) dark.srcset = `${frames[index]}#dark`;
      image.src = dark ? `${frames[index]}#light` : frames[index];
    }
    function stop() {
      clearInterval(timer);
      timer = 0;
      play.textContent = "\u25B8";
      play.setAttribute("aria-label", T("Play"));
    }
    function step() {
      const next = Number(slider.value) + 1;
      show(next);
      if (next >= last) stop();
    }
    slider.addEventListener("pointerenter", () => frames.forEach((frame) => { new Image().src = frame; }), { once: true });
    slider.addEventListener("input", () => {
      stop();
      show(Number(slider.value));
    });
    play.addEventListener("click", () => {
      if (timer) return stop();
      play.textContent = "\u2016";
      play.setAttribute("aria-label", T("Pause"));
      if (Number(slider.value) >= last) show(0);
      timer = setInterval(step, Math.max(150, Math.min(700, 5000 / frames.length)));
    });
    show(last);
    (image.closest("a, picture:not(a *)") ?? image).after(make("div", { class: "frames" }, play, slider, output));
  }

  const SIGN = "img[data-frames]";
  for (const image of document.querySelectorAll(SIGN)) startFrames(image);
  document.addEventListener("hortus:added", ({ detail }) => {
    for (const element of detail) {
      const images = element.matches(SIGN) ? [element] : element.querySelectorAll(SIGN);
      for (const image of images) startFrames(image);
    }
  });
})();
