// What is typed into a form with data-draft is kept on the server a moment after its writer pauses, so that nothing is lost.
const form = document.querySelector("form[data-draft]");
const state = form?.querySelector("[data-draft-state]");
let waiting, kept;

const keep = async () => {
  waiting = null;
  const body = form.elements.body.value;
  if (body === kept || form.dataset.sent) return;
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams({ body }), redirect: "manual", keepalive: body.length < 30_000 });
    if (answer.type !== "opaqueredirect") return;
    kept = body;
    state.textContent = body ? "Draft saved" : "";
  } catch {
    later();
  }
};
const later = () => (waiting ??= setTimeout(keep, 1_500));

if (form) {
  kept = form.elements.body.value;
  form.addEventListener("input", (event) => {
    if (event.target !== form.elements.body) return;
    state.textContent = "";
    later();
  });
  addEventListener("pagehide", () => waiting && keep());
}
