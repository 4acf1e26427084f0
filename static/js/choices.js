// A select with data-more holds few of its choices. When somebody reaches for one, the same page is fetched with all of them, and every such
// select is filled. It opens when that is done: by the pointer or by a key.
const lacking = () => [...document.querySelectorAll('select[data-more=""]')];
const url = document.querySelector("[data-choices]")?.dataset.choices;
let filling;

const fill = async () => {
  const response = await fetch(url, { headers: { accept: "text/html", "x-refresh": "choices" } });
  if (response.status === 401) document.dispatchEvent(new Event("signedout"));
  if (!response.ok || response.redirected) throw new Error(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const place = (select) => `${select.form?.getAttribute("action")} ${select.name}`;
  const full = new Map([...page.querySelectorAll("select")].map((select) => [place(select), select]));
  for (const select of lacking()) {
    select.dataset.more = "filled";
    select.append(...[...(full.get(place(select))?.options ?? [])].slice(select.options.length));
  }
};
const reach = (event) => {
  if (url && event.target.matches?.('select[data-more=""]')) filling ??= fill().catch(() => (filling = null));
};
const open = async (event) => {
  if (!url || !event.target.matches?.('select[data-more=""]')) return;
  if (event.type === "keydown" && !["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  event.target.focus();
  reach(event);
  await filling;
  event.target.showPicker?.();
};
for (const name of ["pointerover", "focusin"]) document.addEventListener(name, reach);
for (const name of ["mousedown", "keydown"]) document.addEventListener(name, open);
