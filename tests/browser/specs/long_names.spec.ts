import { expectAccessible } from "../support/accessibility";
import { EVE, signIn } from "../support/people";
import { expectNothingSideways } from "../support/screenshots";
import { expect, test } from "../support/test";

const WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const HOST = `${"donaudampfschifffahrt".repeat(2)}.example`;

test("names and addresses without end stay within the window", async ({ page }) => {
  test.setTimeout(180_000);
  const name = `${WORD} & ${test.info().retry + 2} Söhne`;
  await signIn(page, EVE);
  await page.goto("/console/customers/new");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("External id").fill(`X-${"9".repeat(60)}`);
  await page.getByLabel("Email", { exact: false }).first().fill(`${"a".repeat(50)}@${HOST}`);
  await page.getByLabel("About").fill(WORD.repeat(3));
  await page.getByRole("button", { name: "Save customer" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  const customer = new URL(page.url()).pathname;

  await page.goto(`${customer}/contacts/new`);
  await page.getByLabel("First name").fill(WORD);
  await page.getByLabel("Last name").fill(WORD);
  await page.getByLabel("Email").fill(`${"b".repeat(50)}@${HOST}`);
  await page.getByLabel("Job role").fill(WORD);
  await page.getByLabel("Type").fill(WORD.slice(0, 50));
  await page.getByLabel("Location").fill(WORD);
  await page.getByLabel("Primary contact").check();
  await page.getByRole("button", { name: "Save contact" }).click();
  await expect(page.locator("tbody th")).toContainText(WORD);

  await page.goto(`/console/tickets/new?customer=${customer.split("/").pop()}`);
  await page.getByLabel("Requester").selectOption({ index: 1 });
  await page.getByLabel("Subject").fill(WORD.repeat(2));
  await page.getByLabel("What they ask").fill(WORD.repeat(4));
  await page.getByRole("button", { name: "Open ticket" }).click();
  await expect(page.locator("#compose")).toBeVisible();
  const ticket = new URL(page.url()).pathname;

  await page.goto(`${customer}/calls/log`);
  await page.getByLabel("Whom you talk to").selectOption({ index: 1 });
  await page.getByLabel("Phone").fill("+1 206 555 0142");
  await page.getByLabel("Topic").fill(WORD.repeat(2));
  await page.getByLabel("Nobody answered").check();
  await page.getByRole("button", { name: "Log phone call" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(WORD);
  const call = new URL(page.url()).pathname;

  const pages = [customer, ticket, call, "/console/customers?q=donaudampf", "/console/tickets?queue=all", "/search?q=donaudampf", "/console/events"];
  pages.push(...["timeline", "contacts", "tickets", "calls", "users", "edit", "deletion", "deactivation"].map((part) => `${customer}/${part}`));
  for (const path of pages) {
    await page.goto(path);
    for (const width of [1280, 1000, 800, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await expectNothingSideways(page);
    }
  }
  // What a column cuts off is told while it is pointed at.
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto("/console/tickets?queue=all");
  const subject = page.locator("tbody th a").filter({ hasText: WORD }).first();
  await subject.hover();
  await expect(subject).toHaveAttribute("title", WORD.repeat(2));
  await page.goto(ticket);
  await expect(page.getByRole("link", { name: "Internal note" })).toBeInViewport();
  await expectAccessible(page);
});
