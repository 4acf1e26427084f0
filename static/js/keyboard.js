// Keys: / searches, n makes a new one, j and k move through the rows, Enter opens, x selects.
const rows = () => [...document.querySelectorAll("table[data-rows] > tbody > tr")];
const busy = (event) =>
  event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

const move = (by) => {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("current"));
  const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
  all[now]?.classList.remove("current");
  next.classList.add("current");
  next.querySelector("a[href]")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (busy(event)) return;
  const current = document.querySelector("table[data-rows] tr.current");
  const keys = {
    "/": () => document.querySelector("[data-search]")?.select(),
    n: () => document.querySelector("[data-new]")?.click(),
    j: () => move(1),
    k: () => move(-1),
    x: () => current?.querySelector("input[type=checkbox]")?.click(),
    Enter: () => !event.target.closest("a, button, summary, input") && current?.querySelector("a[href]")?.click(),
  };
  if (!keys[event.key]) return;
  if (event.key !== "Enter") event.preventDefault();
  keys[event.key]();
});
