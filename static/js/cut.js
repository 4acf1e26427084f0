// A text that its column cuts off is told in full while it is pointed at.
let shown;
document.addEventListener("pointerover", ({ target }) => {
  shown?.removeAttribute("title");
  const around = [target, target.parentElement, target.parentElement?.parentElement];
  shown = around.find((part) => part?.scrollWidth > part?.clientWidth && !part.title && getComputedStyle(part).textOverflow === "ellipsis");
  if (shown) shown.title = shown.textContent.trim();
});
