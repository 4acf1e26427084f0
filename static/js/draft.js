// What is typed into a form with data-draft="url" is kept on the server a moment after its writer pauses, so that nothing is lost.
// [data-draft-state] says that it is kept; what comes back (who else writes, whether somebody has answered) goes into the element
// that data-draft-notices names.
const form = document.querySelector("form[data-draft]");
const text = form?.elements.body;
if (text) {
  const notices = document.getElementById(form.dataset.draftNotices);
  const state = form.querySelector("[data-draft-state]");
  let kept = text.value, timer;
  const say = (words) => state && (state.textContent = words);
  const later = (wait) => (timer ??= setTimeout(keep, wait));
  const keep = async () => {
    timer = null;
    const value = text.value;
    if (value === kept || form.dataset.sent) return;
    const typed = new FormData(form);
    typed.delete("files");
    try {
      const response = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(typed), headers: { "x-refresh": "draft" }, redirect: "manual", keepalive: value.length < 30_000 });
      if (response.status === 401) {
        say("Draft no longer saved");
        document.dispatchEvent(new Event("signedout"));
      }
      if (!response.ok) return;
      kept = value;
      say(value ? "Draft saved" : "");
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (notices && notices.textContent.trim() !== page.body.textContent.trim()) notices.replaceChildren(...page.body.childNodes);
    } catch {
      later(10_000);
    }
  };
  text.addEventListener("input", () => {
    say("");
    later(1_500);
  });
  addEventListener("pagehide", () => timer && keep());
}
