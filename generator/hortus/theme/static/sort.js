// Sorts the tables of queries by a column: ascending, descending, and as they were. Shows cards as a list, and back.
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

  function sorted(rows, column, direction) {
    const keyed = rows.map((row) => [key(row.cells[column]), row]);
    if (direction) keyed.sort(([one], [other]) => (one === "" || other === "" ? 1 : direction) * compare(one, other));
    return keyed.map(([, row]) => row);
  }

  // The tables of a result: its first rows, and the folded rest. They are sorted together, and keep their lengths.
  function makeSortable(tables) {
    const bodies = tables.map((table) => table.tBodies[0]), rows = bodies.flatMap((body) => [...body.rows]);
    const counts = bodies.map((body) => body.rows.length), heads = tables.map((table) => [...table.tHead.rows[0].cells]);
    heads.flatMap((cells) => [...cells.entries()]).forEach(([column, head]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const direction = { ascending: -1, descending: 0 }[head.ariaSort] ?? 1;
        for (const other of heads.flat()) other.removeAttribute("aria-sort");
        if (direction) for (const cells of heads) cells[column].setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
        const left = sorted(rows, column, direction);
        bodies.forEach((body, number) => body.append(...left.splice(0, counts[number])));
      });
    });
  }

  // A button above the cards of a result.
  function makeSwitch(result) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "query-switch";
    button.textContent = T("List");
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", pressed);
      for (const list of result.querySelectorAll(".query-cards")) list.classList.toggle("as-list", pressed);
    });
    result.prepend(button);
  }

  for (const result of document.querySelectorAll(".query-cards:is(.query)")) makeSwitch(result);
  const results = new Set([...document.querySelectorAll("table[data-sortable]")].map((table) => table.closest(".query")));
  for (const result of results) makeSortable([...result.querySelectorAll("table[data-sortable]")]);
})();
