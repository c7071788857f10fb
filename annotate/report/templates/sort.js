// Sorts lists and tables on a click. Without it the page says the same in the order that it was made in.
"use strict";
(() => {
  const value = (node) => {
    const text = node?.dataset.value ?? node?.textContent ?? "";
    return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  };
  const compare = (a, b) => {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
    return typeof a === "number" ? -1 : 1; // what is undefined comes last
  };
  const sort = (parent, rows, key, down) => {
    const sign = down ? -1 : 1;
    const keyed = rows.map((row, at) => [key(row), at, row]);
    keyed.sort(([a, i], [b, j]) => (typeof a === typeof b ? sign * compare(a, b) : compare(a, b)) || i - j);
    parent.append(...keyed.map(([, , row]) => row));
  };
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => {
      const down = made.getAttribute("aria-sort") === "ascending";
      for (const other of made.closest("[data-buttons]").querySelectorAll("button")) other.removeAttribute("aria-sort");
      made.setAttribute("aria-sort", down ? "descending" : "ascending");
      act(down);
    });
    return made;
  };
  for (const list of document.querySelectorAll("[data-keys]")) {
    const bar = document.createElement("p");
    bar.className = "sorts";
    bar.dataset.buttons = "";
    bar.append("Sort by ");
    for (const key of list.dataset.keys.split(" ")) {
      const by = (row) => value({ dataset: { value: row.dataset[key] } });
      bar.append(button(key, (down) => sort(list, [...list.children], by, down)));
    }
    list.before(bar);
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    const head = table.tHead.rows[0];
    head.dataset.buttons = "";
    const body = table.tBodies[0];
    [...head.cells].forEach((cell, at) => {
      if (cell.colSpan > 1 || !cell.textContent) return;
      const made = button(cell.textContent, (down) => sort(body, [...body.rows], (row) => value(row.cells[at]), down));
      cell.replaceChildren(made);
    });
  }
})();
