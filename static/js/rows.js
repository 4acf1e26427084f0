// Rows: a click anywhere opens the row; the checkbox on top selects all; the bar tells how many are selected.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-rows=open] > tbody > tr")?.querySelector("th a[href]");
  if (!link || event.target.closest("a, button, input, label, select, summary")) return;
  if (getSelection()?.toString()) return;
  if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
  else location.assign(link.href);
});

const boxes = (table) => [...table.querySelectorAll("tbody input[type=checkbox][name=id]")];
const count = (table) => {
  const all = boxes(table);
  if (!all.length) return;
  const chosen = all.filter((box) => box.checked).length;
  const top = table.querySelector("[data-select-all]");
  if (top) {
    top.checked = chosen === all.length;
    top.indeterminate = chosen > 0 && chosen < all.length;
  }
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = chosen === 0;
  const words = bar.querySelector("[data-bulk-count]");
  if (words) words.textContent = `${chosen} selected`;
};

for (const table of document.querySelectorAll("table")) {
  if (!table.querySelector("[data-select-all]")) continue;
  table.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) for (const box of boxes(table)) box.checked = event.target.checked;
    count(table);
  });
  addEventListener("pageshow", () => count(table));
  count(table);
}
