// A picture full screen, with its slider if it has one. Loaded when a picture is first clicked; Escape, the button or
// a click next to the picture closes it.
(() => {
  const { link } = document.currentScript;
  const root = new URL("..", document.currentScript.src);
  const small = link.querySelector("img") ?? link;
  const before = [...(link.nextElementSibling?.querySelectorAll?.(".dials input") ?? [])];

  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("assets/zoom.css", root);
  style.onload = style.onerror = open;
  if (document.querySelector(`link[href="${style.href}"]`)) open();
  else document.head.append(style);

  function open() {
    const dialog = document.createElement("dialog");
    dialog.className = "zoomed";
    dialog.setAttribute("aria-label", small.alt || link.getAttribute("aria-label"));
    const stage = document.createElement("div");
    const both = small.closest("picture")?.cloneNode(true); // one for each theme
    const large = both?.querySelector("img") ?? small.cloneNode();
    for (const name of ["class", "role", "tabindex", "aria-label", "loading"]) large.removeAttribute(name);
    if (small.classList.contains("picture")) large.className = "picture"; // it has a background, because its lines may be black
    if (!new URL(small.src).pathname.endsWith(".svg")) { // a raster image is not enlarged beyond its size
      large.style.width = `max(100%, min(44rem, ${small.naturalWidth}px))`;
      large.style.objectFit = "scale-down";
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "zoomed-close";
    close.textContent = "\u00D7";
    close.setAttribute("aria-label", T("Close"));
    stage.append(both ?? large);
    dialog.append(close, stage);
    document.body.append(dialog);
    document.dispatchEvent(new CustomEvent("hortus:added", { detail: [dialog] }));
    const dials = dialog.querySelector(".dials");
    dials?.querySelectorAll("input").forEach((slider, i) => {
      slider.value = before[i]?.value ?? slider.value;
    });
    dials?.querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
    if (dials) dialog.append(dials);
    dialog.addEventListener("click", ({ target }) => !target.closest(".dials, img, .cell") && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    stage.scrollLeft = (stage.scrollWidth - stage.clientWidth) / 2;
    if (stage.scrollWidth > stage.clientWidth) stage.tabIndex = 0;
  }
})();
