// A form with data-draft="url" keeps what is typed on the server a moment after each pause, and shows what comes back (who else
// writes, whether somebody has answered) in the element that data-draft-notices names.
const form = document.querySelector("form[data-draft]");
const text = form?.querySelector("textarea[name=body]");
if (form && text) {
  const notices = document.getElementById(form.dataset.draftNotices);
  let kept = text.value, timer, sending = false;
  const keep = async () => {
    timer = null;
    if (sending || text.value === kept) return;
    const value = text.value;
    const typed = new FormData(form);
    typed.delete("files");
    try {
      const response = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(typed), headers: { "x-refresh": "draft" } });
      if (!response.ok || response.redirected) return;
      kept = value;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (notices && notices.textContent.trim() !== page.body.textContent.trim()) notices.replaceChildren(...page.body.childNodes);
    } catch {
      timer ??= setTimeout(keep, 10_000);
    }
  };
  text.addEventListener("input", () => (timer ??= setTimeout(keep, 1_500)));
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(timer);
  });
}
