// An element with data-poll (and an id) is fetched anew each second, until it comes without the attribute.
const poll = async (element) => {
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html", "x-refresh": "poll" } });
    if (response.status === 401) return document.dispatchEvent(new Event("signedout"));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(element.id);
    if (!response.ok || !fresh) return;
    element.replaceChildren(...fresh.childNodes);
    if (fresh.hasAttribute("data-poll")) setTimeout(poll, 1000, element);
    else element.removeAttribute("data-poll");
  } catch {
    setTimeout(poll, 5000, element);
  }
};
for (const element of document.querySelectorAll("[data-poll][id]")) setTimeout(poll, 1000, element);
