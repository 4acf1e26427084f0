// Two people at once: what one changes, the other sees without loading the page again.
import { type Browser, type Page } from "@playwright/test";
import { expectAccessible } from "../support/accessibility";
import { ADA, GRACE, signIn } from "../support/people";
import { expect, test } from "../support/test";

/** Somebody in a browser of their own. */
async function enter(browser: Browser, email: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, email);
  return page;
}

/** Makes a customer, and gives the path of its page. */
async function make(page: Page, name: string): Promise<string> {
  await page.goto("/console/customers/new");
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Save customer" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  return new URL(page.url()).pathname;
}

async function rename(page: Page, path: string, name: string): Promise<void> {
  await page.goto(`${path}/edit`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Save customer" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
}

/** Marks the page, so that loading it again would show. */
const mark = (page: Page) => page.evaluate(() => document.body.setAttribute("data-unloaded", ""));
const expectUnloaded = (page: Page) => expect(page.locator("body[data-unloaded]")).toHaveCount(1);

test("a change shows on the list and on the page of others", async ({ page: ada, browser }) => {
  await signIn(ada, ADA);
  const path = await make(ada, "Livewire Cables");
  const grace = await enter(browser, GRACE);
  await grace.goto("/console/customers?q=livewire");
  await mark(grace);
  const reading = await grace.context().newPage();
  await reading.goto(path);
  await mark(reading);

  await rename(ada, path, "Livewire Cables and Sons");
  await expect(grace.locator("tbody th a")).toHaveText("Livewire Cables and Sons");
  await expect(reading.getByRole("heading", { level: 1 })).toHaveText("Livewire Cables and Sons");
  await expect(reading.getByRole("region", { name: "Recent" })).toContainText("Ada");

  // A form that is being filled in is left alone.
  await reading.getByLabel("Tag to add").fill("half a wo");
  await ada.goto(path);
  await ada.getByLabel("Tag to add").fill("cables");
  await ada.getByRole("button", { name: "Add tag" }).click();
  await expect(ada.getByRole("region", { name: "Tags" })).toContainText("cables");
  await expect(grace.locator("tbody")).toContainText("cables");
  await expect(reading.getByRole("region", { name: "Recent" })).toContainText("cables");
  await expect(reading.getByLabel("Tag to add")).toHaveValue("half a wo");
  await reading.getByLabel("Tag to add").fill("");
  await reading.getByLabel("Tag to add").blur();
  await expect(reading.getByRole("region", { name: "Tags" })).toContainText("cables");
  await expectUnloaded(reading);
  await expectUnloaded(grace);
  await expectAccessible(reading);
});

test("a row that is pointed at or focused stays as it is, and a new one waits to be asked for", async ({ page: ada, browser }) => {
  await signIn(ada, ADA);
  const [first, second] = [await make(ada, "Quokka One"), await make(ada, "Quokka Two")];
  const grace = await enter(browser, GRACE);
  await grace.goto("/console/customers?q=quokka&sort=name");
  await mark(grace);
  const rows = grace.locator("tbody th a");
  await expect(rows).toHaveText(["Quokka One", "Quokka Two"]);
  await rows.nth(0).focus();
  await grace.locator("tbody tr").nth(1).hover();
  await grace.locator("tbody input[type=checkbox]").nth(1).evaluate((box: HTMLInputElement) => (box.checked = true));

  await rename(ada, first, "Quokka One Renamed");
  await rename(ada, second, "Quokka Two Renamed");
  const top = await grace.locator("table").boundingBox();
  await make(ada, "Quokka Three");
  const news = grace.getByRole("status").filter({ hasText: "Show 1 new or changed customer" });
  await expect(news).toBeVisible();
  expect(await grace.locator("table").boundingBox()).toEqual(top);
  await expect(rows).toHaveText(["Quokka One", "Quokka Two"]);
  await expect(rows.nth(0)).toBeFocused();

  await rows.nth(0).blur();
  await expect(rows).toHaveText(["Quokka One Renamed", "Quokka Two"]);
  await grace.mouse.move(0, 0);
  await expect(rows).toHaveText(["Quokka One Renamed", "Quokka Two Renamed"]);
  await expect(grace.locator("tbody input[type=checkbox]").nth(1)).toBeChecked();
  await expectUnloaded(grace);
  await expectAccessible(grace);

  await grace.setViewportSize({ width: 390, height: 844 });
  await expect(news).toBeVisible();
  await news.getByRole("link", { name: "Show 1 new or changed customer" }).click();
  await expect(rows).toHaveText(["Quokka One Renamed", "Quokka Three", "Quokka Two Renamed"]);
});

test("whoever signs out hears nothing more", async ({ page, context }) => {
  await signIn(page, GRACE);
  await page.goto("/console/customers");
  const refused = page.waitForResponse((response) => response.url().includes("/live") && response.status() === 401);
  const other = await context.newPage();
  await other.goto("/account");
  await other.locator("summary", { hasText: "Grace" }).click();
  await other.getByRole("button", { name: "Sign out", exact: true }).click();
  await refused;
});
