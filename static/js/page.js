// Marks that scripts run, focuses the error summary, and closes open menus.
document.documentElement.classList.add("js");
document.querySelector("[data-errors]")?.focus();
for (const current of document.querySelectorAll(".tabs > [aria-current]")) {
  // Only sideways, and only where the row of tabs is wider than the window.
  const row = current.parentElement;
  row.scrollLeft = current.offsetLeft + current.offsetWidth - row.offsetLeft - row.clientWidth;
}

// Scripts find out that the session has ended before its owner does. What is typed is not lost: once sent, it comes back after the sign-in.
document.addEventListener("signedout", () => {
  const main = document.getElementById("main");
  if (!main || document.getElementById("signedout")) return;
  const [box, text, link] = ["div", "p", "a"].map((name) => document.createElement(name));
  Object.assign(box, { id: "signedout", className: "flash flash--warn" }).setAttribute("role", "alert");
  Object.assign(link, { href: `/login?return_to=${encodeURIComponent(location.pathname + location.search)}`, textContent: "Sign in" });
  text.className = "flash__text";
  text.append("You have been signed out, and nothing is saved by itself any more. If you have typed something, send it: you will be asked to sign in, and it will still be here. ", link);
  box.append(text);
  main.prepend(box);
});

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelector("details[data-menu][open] > summary")?.focus();
  closeMenus(null);
});
