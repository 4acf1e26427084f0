// Tenants: the platform's pages, a visit, the tenant's own settings, and a bootstrap key.
import { expectAccessible } from "../support/accessibility";
import { ADA, ROOT, signIn } from "../support/people";
import { expect, test } from "../support/test";

test("a platform admin makes a tenant, sets it, enters it, leaves it and disables it", async ({ page }, info) => {
  const slug = `fabrikam-${info.workerIndex}-${info.retry}`;
  await signIn(page, ROOT);
  await expectAccessible(page);
  await page.getByRole("link", { name: "New tenant" }).click();
  await expectAccessible(page);
  await page.getByLabel("Name of the organisation").fill("Fabrikam");
  await page.getByLabel("Short name").fill("not one");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Fay Brik");
  await page.getByLabel("Email address").fill("fay@fabrikam.test");
  await page.getByRole("button", { name: "Make tenant and invite admin" }).click();
  await expect(page.getByRole("alert")).toContainText("Use 1 to 63 letters");
  await expectAccessible(page);
  await page.getByLabel("Short name").fill(slug);
  await page.getByRole("button", { name: "Make tenant and invite admin" }).click();
  await expect(page.getByRole("status")).toContainText("fay@fabrikam.test is invited by email");

  await page.getByRole("link", { name: "Edit settings" }).click();
  await page.getByLabel("Stay signed in for").selectOption("8 hours");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByRole("region", { name: "Settings" })).toContainText("8 hours");

  await page.getByLabel("Why").fill("To set it up");
  await page.getByRole("button", { name: "Enter Fabrikam" }).click();
  await expect(page).toHaveURL(/\/console\/customers/);
  await expect(page.getByText("You are inside Fabrikam")).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/console\/settings/);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Leave Fabrikam" }).click();
  await expect(page).toHaveURL(/\/platform\/tenants/);
  await expect(page.getByText("You are inside")).toHaveCount(0);

  await page.getByLabel("Name, short name or host").fill(slug);
  await page.getByRole("button", { name: "Search tenants" }).click();
  await page.getByRole("link", { name: "Fabrikam" }).click();
  await expect(page.getByRole("region", { name: "Visits of platform admins" })).toContainText("To set it up");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Disable tenant" }).click();
  await expect(page).toHaveURL(/\/disablement/);
  await expectAccessible(page);
  await page.getByLabel("Type its short name to confirm").fill(slug);
  await page.getByRole("button", { name: "Disable tenant" }).click();
  await expect(page.getByText("none of its people can sign in")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Enable tenant" }).click();
  await expect(page.getByRole("status")).toContainText("Fabrikam is enabled");
});

test("a tenant admin asks for a customer's bootstrap key, and somebody without an account uses it", async ({ page, browser }, info) => {
  await signIn(page, ADA);
  await page.goto("/console/customers?q=northwind");
  await page.getByRole("link", { name: /^Northwind/ }).first().click();
  await page.getByLabel("More actions").click();
  await page.getByRole("link", { name: "Bootstrap key" }).click();
  await expectAccessible(page);
  if (await page.getByText("runs its own tenant").count()) return; // an earlier try of this test used it
  await page.getByRole("button", { name: /bootstrap key/ }).click();
  await expectAccessible(page);
  const key = (await page.locator("#key").innerText()).trim();

  const context = await browser.newContext({ javaScriptEnabled: false });
  const visitor = await context.newPage();
  await visitor.goto("/bootstrap");
  await visitor.getByLabel("Bootstrap key").fill(`${key}0`);
  await visitor.getByLabel("Name of the organisation").fill("Northwind Services");
  await visitor.getByLabel("Short name").fill(`northwind-${info.workerIndex}`);
  await visitor.getByRole("textbox", { name: "Name", exact: true }).fill("Nora West");
  await visitor.getByLabel("Email address").fill("nora@northwind.example");
  await visitor.getByRole("button", { name: "Set up tenant" }).click();
  await expect(visitor.getByRole("alert")).toContainText("This key is not good");
  await visitor.getByLabel("Bootstrap key").fill(key);
  await visitor.getByRole("button", { name: "Set up tenant" }).click();
  await expect(visitor.getByRole("status")).toContainText("Northwind Services is set up");
  await context.close();
  await page.goto("/bootstrap");
  await expectAccessible(page);
});
