// The portal: a customer and a colleague, each in a browser of their own; with scripts and without.
import { type Browser, type Page } from "@playwright/test";
import { expectAccessible } from "../support/accessibility";
import { ADA, CAROL, CODY, signIn, submitSignIn } from "../support/people";
import { screenshots } from "../support/screenshots";
import { expect, test } from "../support/test";

async function enter(browser: Browser, email: string, javaScriptEnabled = true): Promise<Page> {
  const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signIn(page, email);
  return page;
}

/** Opens a ticket, and leaves its page open. */
async function ask(page: Page, subject: string): Promise<string> {
  await page.goto("/customer/dashboard");
  await page.getByRole("link", { name: "New ticket" }).click();
  await page.getByLabel("What is it about?").fill(subject);
  await page.getByLabel("What happened").fill("Since Monday.\n\nCould you look?");
  await page.getByLabel("Files").setInputFiles({ name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
  await page.getByRole("button", { name: "Send ticket" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(subject);
  return new URL(page.url()).pathname;
}

const thread = (page: Page) => page.getByRole("region", { name: "Conversation" });

test("a message appears in an open conversation, and nothing that is typed is lost", async ({ page: cody, browser }) => {
  await signIn(cody, CODY);
  const path = await ask(cody, "Quokka printer");
  await expect(thread(cody)).toContainText("note.txt");
  await cody.evaluate(() => document.body.setAttribute("data-unloaded", ""));
  await cody.getByLabel("Your message").fill("Half a sen");
  await cody.getByLabel("Your message").hover();

  const carol = await enter(browser, CAROL);
  await carol.goto(path);
  await carol.getByLabel("Your message").fill("It burns here too.");
  await carol.getByRole("button", { name: "Send message" }).click();
  await expect(thread(carol)).toContainText("It burns here too.");

  await expect(thread(cody)).toContainText("It burns here too.");
  await expect(cody.getByLabel("Your message")).toHaveValue("Half a sen");
  await expect(cody.locator("body[data-unloaded]")).toHaveCount(1);
  await expect(cody.locator("[data-draft-state]")).toHaveText("Draft saved");
  await cody.reload();
  await expect(cody.getByLabel("Your message")).toHaveValue("Half a sen");
});

test("the bell rings on an open page", async ({ page: ada, browser }) => {
  await signIn(ada, ADA);
  await ada.goto("/console/tags");
  const bell = ada.locator("[data-bell]");
  const before = Number((await bell.innerText()) || "0");
  const cody = await enter(browser, CODY);
  await ask(cody, "Quokka bell");
  await expect.poll(async () => Number((await bell.innerText()) || "0"), { timeout: 30_000 }).toBeGreaterThan(before);
});

test("without scripts a ticket is opened, written to, closed and opened again", async ({ browser }) => {
  const cody = await enter(browser, CODY, false);
  await ask(cody, "Plain words");
  await cody.getByLabel("Your message").fill("One more thing.");
  await cody.getByRole("button", { name: "Save draft" }).click();
  await expect(cody.getByLabel("Your message")).toHaveValue("One more thing.");
  await cody.getByRole("button", { name: "Send message" }).click();
  await expect(thread(cody)).toContainText("One more thing.");
  await cody.getByRole("button", { name: "Close ticket" }).click();
  await expect(cody.locator(".next-step")).toContainText("Closed");
  await cody.getByRole("button", { name: "Open it again" }).click();
  await expect(cody.locator(".next-step")).toContainText("With us");
});

test("every page of the portal is accessible", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, CAROL);
  await page.goto("/customer/tickets");
  await expectAccessible(page);
  const path = await ask(page, "Accessible words");
  for (const each of [path, "/customer/dashboard", "/customer/tickets/new", "/customer/tickets?list=done", "/customer/notifications", "/customer/notifications/choices", "/customer/profile", "/customer/company"]) {
    await page.goto(each);
    await expectAccessible(page);
  }
  await page.goto("/customer/tickets/new");
  await page.getByRole("button", { name: "Send ticket" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
});

test("the pages of notifications in the console are accessible", async ({ page }) => {
  await signIn(page, ADA);
  for (const path of ["/console/notifications", "/console/notifications/choices"]) {
    await page.goto(path);
    await expectAccessible(page);
  }
});

test("what is written after the session has ended is there again after signing in, with scripts and without", async ({ browser }) => {
  for (const scripts of [true, false]) {
    const carol = await enter(browser, CAROL, scripts);
    await ask(carol, scripts ? "Lost session" : "Lost session without scripts");
    const path = new URL(carol.url()).pathname;
    // In another window of the same browser.
    await carol.request.post("/logout", { maxRedirects: 0 });
    await carol.getByLabel("Your message").fill("A long story,\nnot typed twice.");
    if (scripts) {
      await expect(carol.getByText("You have been signed out")).toBeVisible();
      await expect(carol.locator("[data-draft-state]")).toHaveText("Draft no longer saved");
      await expectAccessible(carol);
      await screenshots(carol, "signed-out");
    }
    await carol.getByRole("button", { name: "Send message" }).click();
    await expect(carol.getByText("what you typed is here again")).toBeVisible();
    if (scripts) await screenshots(carol, "sign-in-to-go-on");
    await submitSignIn(carol, CAROL);
    await expect(carol.getByText("Nothing of this has been saved yet")).toBeVisible();
    await expect(carol.getByLabel("Your message")).toHaveValue("A long story,\nnot typed twice.");
    if (scripts) {
      await expectAccessible(carol);
      await screenshots(carol, "given-back");
    }
    await carol.getByRole("button", { name: "Send message" }).click();
    await expect(carol).toHaveURL(new RegExp(path));
    await expect(thread(carol)).toContainText("not typed twice.");
  }
});
