// `test` for every spec: like Playwright's own, but each page that the server sends is kept for the HTML checker.
import { test as base } from "@playwright/test";
import { keepHtml } from "./html";

export { expect } from "@playwright/test";

export const test = base.extend<{ keptHtml: void }>({
  keptHtml: [
    async ({ page }, use) => {
      const keeping: Promise<void>[] = [];
      page.on("response", (response) => {
        const isPage = response.request().resourceType() === "document" && !(response.status() >= 300 && response.status() < 400);
        if (isPage && response.headers()["content-type"]?.startsWith("text/html")) {
          // A page that was left before its text was read is lost to us; others will show the same.
          keeping.push(response.text().then((html) => keepHtml(response.url(), html), () => undefined));
        }
      });
      await use();
      // The text of a page that was reloaded at the wrong moment never comes.
      await Promise.race([Promise.all(keeping), new Promise((enough) => setTimeout(enough, 2_000))]);
    },
    { auto: true },
  ],
});
