// The list of keyboard shortcuts, with a box that switches the single keys off. Loaded when it is asked for.
(() => {
  const { memory } = document.currentScript; // of site.js, which asks it whether single keys are on

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const style = make("link", { rel: "stylesheet", href: new URL("keys.css", document.currentScript.src) });
  style.onload = style.onerror = open;
  if (document.querySelector(`link[href="${style.href}"]`)) open();
  else document.head.append(style);

  function open() {
    if (document.querySelector("dialog.keys")) return;
    const held = [...document.querySelectorAll("[data-key]")].filter((element) => element.dataset.key !== "?");
    const rows = held.flatMap((element) => [
      make("dt", {}, make("kbd", {}, element.dataset.key)),
      make("dd", {}, element.dataset.does ?? element.getAttribute("aria-label") ?? element.textContent),
    ]);
    const box = make("input", { type: "checkbox" });
    box.checked = memory.get("keys") !== "off";
    box.addEventListener("change", () => memory.set("keys", box.checked ? "" : "off"));
    const dialog = make("dialog", { class: "keys", "aria-labelledby": "keys-title" },
      make("h2", { id: "keys-title" }, T("Keyboard shortcuts")),
      make("dl", {}, ...rows),
      make("label", {}, box, T("Single-key shortcuts")),
      make("form", { method: "dialog" }, make("button", {}, T("Close"))),
    );
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  }
})();
