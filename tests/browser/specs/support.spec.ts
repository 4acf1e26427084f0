// Support: a customer and an agent, each in a browser of their own; with scripts and without. And the agent's pages.
import { type Browser, type Page } from "@playwright/test";
import { expectAccessible } from "../support/accessibility";
import { ADA, CODY, GRACE, signIn } from "../support/people";
import { screenshots } from "../support/screenshots";
import { expect, test } from "../support/test";

async function enter(browser: Browser, email: string, javaScriptEnabled: boolean): Promise<Page> {
  const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signIn(page, email);
  return page;
}

const status = (page: Page) => page.locator("[data-part=head] .badge").first();

for (const scripts of [true, false]) {
  test(`a ticket goes from question to answer to call to solved and back, ${scripts ? "live" : "without scripts"}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const [cody, grace] = [await enter(browser, CODY, scripts), await enter(browser, GRACE, scripts)];
    const errors: Error[] = [];
    for (const page of [cody, grace]) page.on("pageerror", (error) => errors.push(error));
    /** What a page shows by itself where scripts run, and after a reload where they don't. */
    const reload = async (page: Page) => { if (!scripts) await page.reload(); };
    const subject = scripts ? "Quince scanner" : "Quince shredder";

    await grace.goto("/console/tickets?queue=unassigned&sort=created");
    await cody.goto("/customer/tickets/new");
    await cody.getByLabel("What is it about?").fill(subject);
    await cody.getByLabel("What happened").fill("It eats the paper.");
    await cody.getByRole("button", { name: "Send ticket" }).click();
    await expect(cody.getByRole("heading", { level: 1 })).toHaveText(subject);

    // The inbox tells of it, and shows it when it is asked to.
    if (scripts) await grace.locator(".news a").click();
    else await grace.reload();
    await grace.getByRole("link", { name: subject }).click();
    await grace.getByRole("button", { name: "Assign to me" }).click();
    await expect(grace.getByLabel("Assignee")).toContainText("Grace");
    await grace.getByLabel("Reply", { exact: true }).fill("Which paper is it?");
    await grace.getByLabel("Files").setInputFiles({ name: "paper.txt", mimeType: "text/plain", buffer: Buffer.from("A4") });
    await grace.getByRole("button", { name: "Send reply" }).click();
    await expect(status(grace)).toHaveText("Pending");

    await reload(cody);
    const thread = cody.getByRole("region", { name: "Conversation" });
    await expect(thread).toContainText("Which paper is it?");
    await expect(thread).toContainText("paper.txt");
    await expect(cody.locator(".next-step")).toContainText("need your answer");

    // A call: offered by the customer's clock, scheduled by the agent's.
    const day = new Date(Date.now() + 4 * 24 * 3600 * 1000).toISOString().slice(0, 10);
    await cody.goto("/customer/profile");
    await cody.getByLabel("Time zone").selectOption("Asia/Tokyo");
    await cody.getByRole("button", { name: "Save", exact: false }).first().click();
    await cody.goto("/customer/calls/new");
    await cody.getByLabel("What is it about?").fill(`About the ${subject}`);
    await cody.getByLabel("Phone number").fill("+81 3 1234 5678");
    const hour = scripts ? 10 : 14; // nobody is rung twice at a time
    await cody.getByLabel("At one of these times").check();
    await cody.getByLabel("First choice").fill(`${day}T${hour}:00`);
    await cody.getByRole("button", { name: "Request call" }).click();
    await expect(cody.locator("dl")).toContainText(`${hour}:00–${hour}:30 JST`);
    await cody.getByLabel("Reason").fill("Half a rea");
    await grace.goto("/console/calls");
    await grace.getByRole("link", { name: `About the ${subject}` }).click();
    await expect(grace.locator("main")).toContainText(`${hour}:00–${hour}:30 JST for Cody`);
    await grace.getByRole("button", { name: "Schedule call" }).click();
    await expect(grace.getByText("Scheduled").first()).toBeVisible();
    await reload(cody);
    await expect(cody.locator("[data-part=head]")).toContainText("Scheduled");
    await expect(cody.getByRole("link", { name: "Add to your calendar" })).toBeVisible();
    if (scripts) {
      await expect(cody.getByLabel("Reason")).toHaveValue("Half a rea");
      // And the other way round, where a form is half filled in as well.
      await grace.getByLabel("Note").fill("Half a no");
      await grace.getByLabel("Note").hover(); // nothing moves while a button is pointed at
      await cody.getByLabel("Reason").fill("It is settled");
      await cody.getByRole("button", { name: "Cancel call" }).click();
      await expect(grace.locator("[data-part=head]")).toContainText("Cancelled");
      await expect(grace.getByLabel("Note")).toHaveValue("Half a no");
      await grace.getByLabel("Note").fill("");
      await grace.getByLabel("Note").blur();
      await expect(grace.getByLabel("Note")).toHaveCount(0);
    }

    await grace.goto("/console/tickets?queue=mine&sort=created");
    await grace.getByRole("link", { name: subject }).click();
    await grace.getByLabel("Reply", { exact: true }).fill("Use thicker paper.");
    await grace.getByLabel("and set to").selectOption("Solved");
    await grace.getByRole("button", { name: "Send reply" }).click();
    await expect(status(grace)).toHaveText("Solved");
    await cody.goto("/customer/tickets?list=done");
    await cody.getByRole("link", { name: subject }).click();
    await cody.getByLabel("Your message").fill("It eats that too.");
    await cody.getByRole("button", { name: "Send message" }).click();
    await expect(cody.locator(".next-step")).toContainText("With us");
    await reload(grace);
    await expect(grace.locator("[data-part=thread]")).toContainText("It eats that too.");
    await expect(status(grace)).toHaveText("Open");
    expect(errors).toEqual([]);
  });
}

// Each under the name of its pictures.
const PAGES: [string, string][] = [
  ["tickets", "/console/tickets"],
  ["tickets-none", "/console/tickets?q=qqqqqqqq"],
  ["ticket-new", "/console/tickets/new?q=northwind"],
  ["saved-replies", "/console/saved-replies"],
  ["reports", "/console/reports"],
];
for (const [name, path] of PAGES) {
  test(`the page ${name} is clean in both themes`, async ({ page }) => {
    await signIn(page, ADA);
    await page.goto(path);
    await expectAccessible(page);
    await screenshots(page, name);
  });
}

test("a ticket's page is clean in both themes, and so is a note and a new ticket", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, ADA);
  await page.goto("/console/tickets");
  await page.locator(".ticket a").first().click();
  await expect(page.locator("#compose")).toBeVisible();
  await expectAccessible(page);
  await screenshots(page, "ticket");
  await page.getByRole("link", { name: "Internal note" }).click();
  await expect(page.getByRole("button", { name: "Add note" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByRole("alert")).toContainText("Enter a message, or choose a file.");
  await expectAccessible(page);
  await page.goto("/console/tickets/new?q=northwind");
  await page.locator("main").getByRole("link", { name: /Northwind/ }).first().click();
  await page.getByRole("button", { name: "Open ticket" }).click();
  await expect(page.getByRole("alert")).toContainText("Enter a subject.");
  await expectAccessible(page);
  await screenshots(page, "ticket-new-wrong");
  await page.goto("/console/saved-replies");
  await page.locator("main").getByRole("link").filter({ hasText: /new|edit/i }).first().click();
  await expectAccessible(page);
});
