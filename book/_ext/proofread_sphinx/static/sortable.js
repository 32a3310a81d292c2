// Sorts a table by the column whose heading is pressed; without this script it is still complete.
"use strict";

(() => {
  // "20/20" sorts as a ratio, "1,050" and "8.1e-16" as numbers, an empty cell below all.
  function value(row, column) {
    const text = row.cells[column].textContent.trim();
    const [part, whole] = text.split("/").map(Number);
    if (text && whole) return part / whole;
    const number = Number(text.replaceAll(",", ""));
    return text && !Number.isNaN(number) ? number : text;
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === typeof b) return a.localeCompare(b);
    return typeof a === "string" ? (a ? 1 : -1) : (b ? -1 : 1);
  }

  function sort(table, heading) {
    const descending = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const body = table.tBodies[0];
    const column = heading.cellIndex;
    const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)));
    body.append(...(descending ? rows.reverse() : rows));
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(heading.textContent.trim());
      button.addEventListener("click", () => sort(table, heading));
      heading.replaceChildren(button);
    }
  }
})();
