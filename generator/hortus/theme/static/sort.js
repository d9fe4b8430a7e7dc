// Sorts the tables of queries by a column: ascending, descending, and as they were.
(() => {
  function key(cell) {
    const text = cell.querySelector("time")?.dateTime ?? cell.textContent.trim();
    const box = cell.querySelector("input[type=checkbox]");
    return box ? String(Number(box.checked)) : text;
  }

  function compare(one, other) {
    if (one === "" || other === "") return Number(one === "") - Number(other === "");
    const [a, b] = [Number(one), Number(other)];
    return Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other, document.documentElement.lang, { numeric: true }) : a - b;
  }

  function sort(body, rows, column, way) {
    const keyed = rows.map((row) => [key(row.cells[column]), row]);
    if (way) keyed.sort(([one], [other]) => (one === "" || other === "" ? 1 : way) * compare(one, other));
    body.append(...keyed.map(([, row]) => row));
  }

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], rows = [...body.rows];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const way = { ascending: -1, descending: 0 }[head.ariaSort] ?? 1;
        for (const other of heads) other.removeAttribute("aria-sort");
        if (way) head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        sort(body, rows, column, way);
      });
    });
  }
})();
