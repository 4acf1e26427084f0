import { expectAccessible } from "../support/accessibility";
import { ADA, CAROL, signIn } from "../support/people";
import { screenshots } from "../support/screenshots";
import { expect, test } from "../support/test";

/** In three days at this time, as a field of a form takes it. */
function soon(time: string): string {
  const day = new Date(Date.now() + 3 * 24 * 3600 * 1000);
  return `${day.toISOString().slice(0, 10)}T${time}`;
}

// Each under the name of its pictures.
const OF_STAFF: [string, string][] = [
  ["calls", "/console/calls"],
  ["calls-scheduled", "/console/calls?status=scheduled&assignee=%40me"],
  ["calls-completed", "/console/calls?status=completed"],
];
for (const [name, path] of OF_STAFF) {
  test(`the page ${name} is clean in both themes`, async ({ page }) => {
    await signIn(page, ADA);
    await page.goto(path);
    await expectAccessible(page);
    await screenshots(page, name);
  });
}

test("a call and the calls of a customer are clean in both themes", async ({ page }) => {
  await signIn(page, ADA);
  await page.goto("/console/calls");
  await page.locator("tbody th a").first().click();
  await expect(page.getByRole("heading", { level: 2, name: "Schedule this call" })).toBeVisible();
  await expectAccessible(page);
  await screenshots(page, "call");
  await page.getByRole("link", { name: "Calls" }).first().click();
  await page.goto("/console/customers?q=northwind");
  await page.locator("tbody th a").first().click();
  await page.getByRole("navigation").getByRole("link", { name: "Calls", exact: true }).last().click();
  await expectAccessible(page);
  for (const name of ["Schedule a call", "Log a phone call"]) {
    const back = page.url();
    await page.getByRole("link", { name }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
    await expectAccessible(page);
    await page.goto(back);
  }
});

test("a customer asks for a call and calls it off", async ({ page }) => {
  await signIn(page, CAROL);
  await page.goto("/customer/calls");
  await expectAccessible(page);
  await screenshots(page, "portal-calls");
  await page.getByRole("link", { name: "Request a call" }).first().click();
  await page.getByLabel("At one of these times").check();
  await page.getByRole("button", { name: "Request call" }).click();
  await expect(page.getByRole("alert")).toContainText("Offer at least one time");
  await expectAccessible(page);
  await page.getByLabel("What is it about?").fill("The last invoice");
  await page.getByLabel("Phone number").fill("+1 212 555 0123");
  await page.getByLabel("First choice").fill(soon("10:00"));
  await page.getByLabel("Second choice").fill(soon("14:30"));
  await screenshots(page, "portal-call-new");
  await page.getByRole("button", { name: "Request call" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The last invoice");
  await expectAccessible(page);
  await screenshots(page, "portal-call");
  await page.getByLabel("Reason").fill("It is settled");
  await page.getByRole("button", { name: "Cancel call" }).click();
  await expect(page.getByText("This call has been cancelled.")).toBeVisible();
});
