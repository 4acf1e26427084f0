// A page with data-live listens there for changes of what it shows, fetches itself anew, and swaps the rows and parts that differ:
// never one that is pointed at, focused or being filled in, and no row comes or goes by itself. It says that there are such.
// Every page with a bell hears of new notifications, on the same stream.
const news = document.querySelector("[data-live]");
const bell = document.querySelector("[data-bell]");
const stream = news?.dataset.live ?? bell?.dataset.bell;
const main = document.getElementById("main");
const isList = news?.dataset.live.includes("list=");
const ofTickets = news?.dataset.live.includes("list=tickets");
let source, place = document.body.dataset.since, timer, fresh, wanted = true, last = 0, patience = 5_000;
const changed = new Set(); // customers that the page has not been updated for

const filled = (field) => {
  if (field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const chosen = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(chosen, 0);
};
const held = (part) =>
  part.matches(":hover:is(tr)") || part.contains(document.activeElement) || part.querySelector("details[open]") ||
  [...part.querySelectorAll("input:not([type=checkbox]), select, textarea")].some(filled);
// Whatever is above it must not move it away from under the pointer.
const aiming = () => main.querySelector(":is(a, button, summary, input:is([type=checkbox], [type=radio]), select, label):hover");

const say = (text) => {
  if (news.textContent === text) return;
  const anchor = document.createElement("a");
  anchor.href = location.pathname + location.search;
  anchor.textContent = text;
  news.replaceChildren(anchor);
};

// By the last part of the address to which their names lead.
const rowsOf = (page) => {
  const rows = [...page.querySelectorAll("[data-rows] > tbody > tr")];
  return new Map(rows.map((row) => [row.querySelector("th a")?.pathname.split("/").pop(), row]));
};
const swapRows = (page) => {
  let waiting = false;
  const [rows, next] = [rowsOf(main), rowsOf(page)];
  // A change of a ticket names its customer and a message its ticket: whichever row differs is brought up to date.
  for (const id of ofTickets ? rows.keys() : changed) {
    const [row, to] = [rows.get(id), next.get(id)];
    if (row && to && held(row)) {
      if (ofTickets && !row.isEqualNode(to)) waiting = true;
      continue;
    }
    if (row && to && !(ofTickets && row.isEqualNode(to))) {
      const [was, box] = [row.querySelector("input[type=checkbox]"), to.querySelector("input[type=checkbox]")];
      if (was && box) box.checked = was.checked;
      to.classList.toggle("current", row.classList.contains("current"));
      row.replaceWith(document.adoptNode(to));
    }
    changed.delete(id);
  }
  if (ofTickets && !waiting) changed.clear();
  const moved = [...next.keys()].filter((id) => !rows.has(id)).length || [...rows.keys()].filter((id) => !next.has(id)).length;
  if (moved) say(`Show ${moved} new or changed ${ofTickets ? "ticket" : "customer"}${moved === 1 ? "" : "s"}`);
  return changed.size === 0;
};

const swapParts = (page) => {
  let all = true;
  for (const part of main.querySelectorAll("[data-part]")) {
    const to = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!to || part.isEqualNode(to)) continue;
    if (held(part) || aiming()) all = false;
    else part.replaceWith(document.adoptNode(to));
  }
  if (all) changed.clear();
  return all;
};

const swap = () => {
  if (fresh && (isList ? swapRows(fresh) : swapParts(fresh))) fresh = null;
};

const refresh = async () => {
  timer = null;
  last = performance.now();
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html", "x-refresh": "live" } });
    if (response.status === 401) return document.dispatchEvent(new Event("signedout"));
    if (response.status === 404) return say("This is gone, or not yours any more");
    if (!response.ok || response.redirected) return;
    fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("main");
    swap();
  } catch {
    later(5_000);
  }
};
// All who have a page open hear of a change at the same moment, and don't fetch it at the same moment.
const spread = () => Math.random() * 800;
// Soon after a calm, then once a second.
const later = (wait = Math.max(0, last + 1_000 - performance.now())) => (timer ??= setTimeout(refresh, (last ? wait : 0) + spread()));

const stop = () => {
  source?.close();
  source = null;
};
const ring = async () => {
  if (!bell) return;
  const answer = await fetch(bell.dataset.unread, { headers: { accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const told = await answer.json();
  bell.setAttribute("aria-label", told.label);
  bell.querySelector(".bell__count").textContent = told.count;
};
const listen = () => {
  if (source || !wanted) return;
  const url = new URL(stream, location.href);
  if (place) url.searchParams.set("since", place);
  source = new EventSource(url);
  const on = (name, then) => source.addEventListener(name, (event) => {
    place = event.lastEventId;
    patience = 5_000;
    then(event.data);
  });
  on("here", () => {});
  on("bell", ring);
  on("changes", (data) => {
    if (!news) return;
    const before = changed.size;
    for (const change of JSON.parse(data)) if (!ofTickets || /^(ticket|message)/.test(change.entity)) changed.add(change.customer);
    if (!ofTickets || changed.size > before) later();
  });
  on("reload", () => (setTimeout(ring, spread()), news) && (isList ? say(`Show many changed ${ofTickets ? "tickets" : "customers"}`) : later()));
  source.onerror = async () => {
    if (source?.readyState !== EventSource.CLOSED) return; // it comes back by itself
    stop();
    // Signed out is for good; a server that is starting is not.
    const answer = await fetch(url, { headers: { accept: "text/event-stream" } }).catch(() => null);
    answer?.body?.cancel();
    if (answer?.status === 401) document.dispatchEvent(new Event("signedout"));
    wanted = !answer || answer.ok || answer.status === 429 || answer.status >= 500;
    setTimeout(listen, patience);
    patience = Math.min(patience * 2, 300_000);
  };
};

if (stream && main) {
  // A page that nobody sees does not listen: browsers open few connections to a server. It goes on where it was.
  const look = () => (document.hidden ? stop() : listen());
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", look);
  for (const leaving of ["pointerout", "focusout", "toggle"]) document.addEventListener(leaving, () => fresh && setTimeout(swap), true);
  look();
}
