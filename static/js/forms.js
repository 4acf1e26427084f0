// Forms: show a password, submit on choice, warn before typed words are lost, send once.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  const field = button && document.getElementById(button.dataset.reveal);
  if (!field) return;
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.textContent = shown ? "Show" : "Hide";
  button.setAttribute("aria-pressed", String(!shown));
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit] select")) event.target.form?.requestSubmit();
});

let typed = null;
document.addEventListener("input", (event) => {
  typed = event.target.closest("form[data-guard]") ?? typed;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("form[data-guard] a[href]")) typed = null;
});
addEventListener("beforeunload", (event) => {
  if (typed) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form === typed) typed = null;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, 5000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
