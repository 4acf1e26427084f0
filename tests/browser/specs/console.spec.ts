import { expectAccessible } from "../support/accessibility";
import { ADA, CAROL, CHLOE, ROOT, signIn } from "../support/people";
import { screenshots } from "../support/screenshots";
import { expect, test } from "../support/test";

/** Opens the customer that a search puts first. */
async function open(page: import("@playwright/test").Page, typed: string): Promise<string> {
  await page.goto(`/console/customers?q=${typed}`);
  await page.locator("tbody th a").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  return new URL(page.url()).pathname;
}

// Each under the name of its pictures; `:` stands for the path of the customer Northwind.
const PAGES: [string, string][] = [
  ["customers", "/console/customers"],
  ["no-match", "/console/customers?q=qqqqqqqq"],
  ["customer", ":"],
  ["timeline", ":/timeline"],
  ["contacts", ":/contacts"],
  ["contact-new", ":/contacts/new"],
  ["customer-edit", ":/edit"],
  ["customer-deletion", ":/deletion"],
  ["customer-new", "/console/customers/new"],
  ["tags", "/console/tags"],
  ["views", "/console/views"],
  ["view-new", "/console/views/new?query=stage%3Dchurned"],
  ["imports", "/console/imports"],
  ["import-new", "/console/imports/new"],
  ["statistics", "/console/statistics"],
  ["account", "/account"],
  ["tasks", "/console/tasks"],
  ["events", "/console/events"],
  ["events-filtered", "/console/events?topic=CUSTOMER_UPDATED&actor=system"],
  ["search", "/search?q=northwind"],
  ["search-nothing", "/search?q=qqqqqqqq"],
  ["not-found", "/console/nowhere"],
];
for (const [name, path] of PAGES) {
  test(`the page ${name} is clean in both themes`, async ({ page }) => {
    await signIn(page, ADA);
    const customer = path.startsWith(":") ? await open(page, "northwind") : "";
    await page.goto(path.replace(":", customer));
    await expectAccessible(page);
    await screenshots(page, name);
  });
}

test("customers and platform admins have their own pages", async ({ page }) => {
  await signIn(page, CAROL);
  await expect(page).toHaveURL(/\/customer\/dashboard/);
  await expectAccessible(page);
  await page.goto("/console/customers");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not found");
  await page.context().clearCookies();
  await signIn(page, ROOT);
  await expect(page).toHaveURL(/\/platform\/tenants/);
  await expectAccessible(page);
});

test("a click on a row opens it, and a select is filled when it is opened by a key", async ({ page }) => {
  await signIn(page, ADA);
  await page.goto("/console/tickets");
  const tag = page.locator("form.filters").getByLabel("Tag", { exact: true });
  const few = await tag.locator("option").count();
  await tag.focus();
  await page.keyboard.press("Space");
  await expect.poll(() => tag.locator("option").count()).toBeGreaterThan(few);
  await expect(page.locator("section.bulk").getByLabel("Assign to").locator("option", { hasText: "Grace Okafor" })).toHaveCount(1);
  await page.keyboard.press("Escape");
  const subject = await page.locator("tbody th a").first().textContent();
  await page.locator("tbody tr").first().locator("td").last().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(subject ?? "");
});

test("a rep finds a customer by half its name with a typo", async ({ page }) => {
  await signIn(page, CHLOE);
  await page.waitForLoadState("load"); // the keys are listened to from then on
  await page.keyboard.press("/");
  await page.keyboard.type("nortwi");
  await page.keyboard.press("Enter");
  await expect(page.locator("tbody th a").first()).toHaveText(/Northwind/);
  await page.waitForLoadState("load");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Northwind/);
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });
    const own = javaScriptEnabled ? "Ember" : "Quartz";

    test("a customer is edited in two windows at once and nothing is lost", async ({ page, context }) => {
      await signIn(page, ADA);
      await page.goto("/console/customers/new");
      await page.getByLabel("Name").fill(`${own} Lookout Works`);
      await page.getByRole("button", { name: "Save customer" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${own} Lookout Works`);
      const path = new URL(page.url()).pathname;
      const other = await context.newPage();
      await other.goto(`${path}/edit`);
      await page.goto(`${path}/edit`);
      await other.getByLabel("About").fill("from the other window");
      await other.getByRole("button", { name: "Save customer" }).click();
      await page.getByLabel("About").fill("from this window");
      await page.getByRole("button", { name: "Save customer" }).click();
      await expect(page.getByText("This record has changed")).toBeVisible();
      await expect(page.getByText("from the other window")).toBeVisible();
      await expect(page.getByLabel("About")).toHaveValue("from this window");
      await page.getByRole("button", { name: "Save customer" }).click();
      await expect(page.getByText("from this window").first()).toBeVisible();

      await page.goto(`${path}/deletion`);
      await page.getByLabel("Type the customer's name").fill(`${own} Lookout Works`);
      await page.getByRole("button", { name: "Delete customer" }).click();
      await expect(page.getByText(`${own} Lookout Works is deleted.`)).toBeVisible();
    });

    test("a list is narrowed by what its selects do not hold at first", async ({ page }) => {
      await signIn(page, ADA);
      for (const [path, select, value] of [["/console/customers", "Owner", "Chloe Marchetti"], ["/console/tickets", "Assignee", "Grace Okafor"]]) {
        await page.goto(path);
        const choice = page.locator("form.filters").getByLabel(select, { exact: true });
        await expect(choice.locator("option", { hasText: value })).toHaveCount(0);
        if (javaScriptEnabled) await choice.hover();
        else await page.getByRole("link", { name: "All choices" }).click();
        await choice.selectOption(value);
        if (!javaScriptEnabled) await page.getByRole("button", { name: "Filter" }).click();
        await expect(page.getByRole("link", { name: `Remove the filter ${select} ${value}` })).toBeVisible();
        await expect(page.locator("tbody tr").first()).toContainText(value);
      }
    });

    test("50 customers are tagged at once, and untagged again", async ({ page }) => {
      await signIn(page, ADA);
      await page.goto("/console/customers?size=50&stage=active"); // a stage in which no other test makes or deletes any
      for (const box of await page.locator("tbody input[type=checkbox]").all()) await box.check();
      await page.locator("button[name=action][value=tag]").click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tag 50 customers");
      await page.getByLabel("Tag", { exact: true }).fill(`${own} fair`);
      await page.getByRole("button", { name: "Tag 50 customers" }).click();
      await expect(page.getByText("50 customers tagged")).toBeVisible();
      await page.getByRole("button", { name: "Undo" }).click();
      await expect(page.locator("tbody").getByText(`${own} fair`)).toHaveCount(0);
    });

    test("a CSV with bad rows is imported without them, and taken back", async ({ page }) => {
      await signIn(page, ADA);
      const rows = Array.from({ length: 40 }, (_, n) => `${own} import ${n},${n === 7 ? "robot" : "business"},${own}${n}@import.test`);
      await page.goto("/console/imports/new");
      await page.locator("input[type=file]").setInputFiles({ name: `${own}.csv`, mimeType: "text/csv", buffer: Buffer.from(["Name,Type,E-mail", ...rows].join("\n")) });
      await page.locator("main form button.btn--primary").click();
      await expect(page).toHaveURL(/mapping/);
      await page.locator("main form button.btn--primary").click();
      await expect(page.getByText("“robot” is not one of")).toBeVisible();
      if (javaScriptEnabled) await expectAccessible(page); // axe is a script
      await page.getByRole("button", { name: "Skip 1 bad row and import 39" }).click();
      await expect(async () => {
        await page.reload();
        await expect(page.getByRole("link", { name: /take back|undo/i }).or(page.getByRole("button", { name: /take back|undo/i })).first()).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await page.goto(`/console/customers?q=${own}+import&size=50`);
      await expect(page.locator("tbody tr")).toHaveCount(39);
    });
  });
}
