// Copies formulas as LaTeX, between dollar signs if other text is copied with them.
// Loaded when something is first selected on a page with formulas.
(() => {
  function copyFormulas(event) {
    const chosen = getSelection();
    if (!chosen.rangeCount || event.target.closest?.("input, textarea")) return;
    const range = chosen.getRangeAt(0).cloneRange();
    const around = (node) => (node.closest ? node : node.parentElement).closest("math");
    const [first, last] = [around(range.startContainer), around(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const box = document.createElement("div");
    box.append(range.cloneContents());
    const formulas = [...box.querySelectorAll("math")].filter((formula) => !formula.parentElement.closest("math"));
    if (!formulas.length) return;
    const alone = first ? first === last : box.textContent.trim() === formulas[0].textContent.trim();
    for (const formula of formulas) {
      const sign = alone ? "" : formula.getAttribute("display") ? "$$" : "$";
      formula.replaceWith(sign + formula.querySelector("annotation").textContent + sign);
    }
    document.body.append(box); // innerText needs layout
    event.clipboardData.setData("text/plain", box.innerText.trim());
    event.clipboardData.setData("text/html", box.innerHTML);
    box.remove();
    event.preventDefault();
  }
  addEventListener("copy", copyFormulas);
})();
