// Copies what data-copy holds, and says so for a moment.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || button.dataset.copied) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const words = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (!words) return;
  const before = words.data;
  button.dataset.copied = "true";
  words.data = "Copied";
  setTimeout(() => {
    words.data = before;
    delete button.dataset.copied;
  }, 1500);
});
