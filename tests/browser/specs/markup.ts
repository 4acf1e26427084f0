import { faultsInHtml, keptPages } from "../support/html";
import { expect, test } from "../support/test";

test("every page that was visited is valid HTML", async () => {
  test.setTimeout(120_000);
  expect(keptPages(), "pages kept for the checker").toBeGreaterThan(0);
  expect(await faultsInHtml()).toEqual([]);
});
