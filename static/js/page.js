// Marks that scripts run, focuses the error summary, and closes open menus.
document.documentElement.classList.add("js");
document.querySelector("[data-errors]")?.focus();
for (const current of document.querySelectorAll(".tabs > [aria-current]")) {
  // Only sideways, and only where the row of tabs is wider than the window.
  const row = current.parentElement;
  row.scrollLeft = current.offsetLeft + current.offsetWidth - row.offsetLeft - row.clientWidth;
}

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelector("details[data-menu][open] > summary")?.focus();
  closeMenus(null);
});
