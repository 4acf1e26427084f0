// Accounts: invited, made by oneself, lost and found again; and those who manage them.
import { type Browser, type Page } from "@playwright/test";
import { expectAccessible } from "../support/accessibility";
import { ADA, CAROL, signIn } from "../support/people";
import { screenshots } from "../support/screenshots";
import { expect, test } from "../support/test";

const NEW = "violet-harbour-signal";

/** The path of the link in the newest mail to an address, as the pages for developers show it. */
async function mailedLink(page: Page, email: string, path: string): Promise<string> {
  let found = "";
  await expect
    .poll(
      async () => {
        const list = await (await page.request.get("/dev/mail")).text();
        for (const [, mail] of list.matchAll(/href="(\/dev\/mail\/[0-9a-f-]{36})"/g)) {
          const text = await (await page.request.get(mail)).text();
          const token = text.match(new RegExp(`${path}\\?token=([0-9a-f]+)`));
          if (text.includes(email) && token) {
            found = `${path}?token=${token[1]}`;
            break;
          }
        }
        return found;
      },
      { timeout: 60_000 },
    )
    .not.toBe("");
  return found;
}

async function stranger(browser: Browser, javaScriptEnabled = true): Promise<Page> {
  return (await browser.newContext({ javaScriptEnabled })).newPage();
}

test("a colleague is invited, chooses a password, is managed, and finds the way back in", async ({ page: ada, browser }) => {
  test.setTimeout(180_000);
  const email = `nora${Date.now()}@acme.test`;
  await signIn(ada, ADA);
  await ada.goto("/console/users");
  await expectAccessible(ada);
  await screenshots(ada, "users");
  await ada.getByRole("link", { name: "Invite a colleague" }).click();
  await ada.getByRole("button", { name: "Send invitation" }).click();
  await expect(ada.getByRole("alert")).toBeVisible();
  await expectAccessible(ada);
  await ada.getByLabel("Name", { exact: true }).fill("Nora Quill");
  await ada.getByLabel("Email address").fill(email);
  await ada.getByLabel(/^Agent/).check();
  await ada.getByRole("button", { name: "Send invitation" }).click();
  await expect(ada.getByRole("heading", { level: 1 })).toHaveText("Nora Quill");
  await expectAccessible(ada);

  const nora = await stranger(browser, false);
  const link = await mailedLink(nora, email, "/invitation");
  await nora.goto(link);
  await expect(nora.getByRole("heading", { level: 1 })).toHaveText("Choose your password");
  await nora.getByLabel("New password").fill(NEW);
  await nora.getByRole("button", { name: "Save password and sign in" }).click();
  await expect(nora).toHaveURL(/\/console\/customers/);

  await ada.reload();
  await ada.getByRole("button", { name: "End all sessions" }).click();
  await nora.goto("/console/customers");
  await expect(nora).toHaveURL(/\/login/);

  const lost = await stranger(browser);
  await lost.goto("/login");
  await lost.getByRole("link", { name: "Forgotten password?" }).click();
  await expectAccessible(lost);
  await screenshots(lost, "forgotten-password");
  await lost.getByLabel("Email address").fill(email);
  await lost.getByRole("button", { name: "Send the link" }).click();
  await expectAccessible(lost);
  const way = await mailedLink(lost, email, "/new-password");
  await lost.goto(way);
  await expectAccessible(lost);
  await lost.getByLabel("New password").fill("password1234");
  await lost.getByRole("button", { name: "Save password" }).click();
  await expect(lost.getByLabel("New password")).toHaveAccessibleDescription(/easy to guess/);
  await lost.getByLabel("New password").fill("amber-kettle-window");
  await lost.getByRole("button", { name: "Save password" }).click();
  await expect(lost.getByText("Your new password is saved")).toBeVisible();
  await expect(lost.getByLabel("Email address")).toHaveValue(email);
  await lost.goto(way);
  await expect(lost.getByRole("heading", { level: 1 })).toContainText("doesn’t work");
  await expectAccessible(lost);
  await screenshots(lost, "link-refused");
});

test("an invitation is withdrawn, and somebody who is in takes another address", async ({ page: ada, browser }) => {
  test.setTimeout(180_000);
  const invite = async (email: string): Promise<string> => {
    await ada.goto("/console/users/new");
    await ada.getByLabel("Name", { exact: true }).fill("Mona Reed");
    await ada.getByLabel("Email address").fill(email);
    await ada.getByLabel(/^Agent/).check();
    await ada.getByRole("button", { name: "Send invitation" }).click();
    return mailedLink(ada, email, "/invitation");
  };
  await signIn(ada, ADA);
  const now = Date.now();
  const regretted = await invite(`regretted${now}@acme.test`);
  await ada.getByRole("button", { name: "Withdraw invitation" }).click();
  await expect(ada.getByText("The invitation of Mona Reed is withdrawn")).toBeVisible();
  const mona = await stranger(browser);
  await mona.goto(regretted);
  await expect(mona.getByRole("heading", { level: 1 })).toHaveText("This invitation was withdrawn");
  await expectAccessible(mona);

  await mona.goto(await invite(`mona${now}@acme.test`));
  await mona.getByLabel("New password").fill(NEW);
  await mona.getByRole("button", { name: "Save password and sign in" }).click();
  await expect(mona).toHaveURL(/\/console\/customers/);
  await mona.goto("/account");
  const change = mona.getByRole("region", { name: "Email address" });
  await change.getByLabel("New email address").fill(`m.reed${now}@acme.test`);
  await change.getByLabel("Present password").fill("not it at all");
  await change.getByRole("button", { name: "Change email address" }).click();
  await expect(change.getByLabel("Present password")).toHaveAccessibleDescription(/not your present password/);
  await expectAccessible(mona);
  await change.getByLabel("Present password").fill(NEW);
  await change.getByRole("button", { name: "Change email address" }).click();
  await expect(mona.getByText("A mail with a link is on its way")).toBeVisible();
  await mona.goto(await mailedLink(mona, `m.reed${now}@acme.test`, "/new-address"));
  await expect(mona.getByRole("heading", { level: 1 })).toHaveText("Confirm your new address");
  await expectAccessible(mona);
  await screenshots(mona, "new-address");
  await mona.getByRole("button", { name: "Use the new address" }).click();
  await expect(mona.getByText(`Your address is m.reed${now}@acme.test from now on`)).toBeVisible();
});

test("a customer lets its people register, and one of them does", async ({ page: carol, browser }) => {
  test.setTimeout(180_000);
  await signIn(carol, CAROL);
  await carol.getByRole("link", { name: "Team" }).click();
  await expectAccessible(carol);
  await screenshots(carol, "team");
  await carol.getByRole("link", { name: "Invite a team member" }).click();
  await expectAccessible(carol);
  await carol.goto("/customer/team");
  await carol.getByRole("link", { name: "Self-registration" }).click();
  await expectAccessible(carol);
  await screenshots(carol, "registration-settings");
  await carol.getByLabel("People may register by themselves").check();
  await carol.getByLabel("Domains").fill("northwind.test");
  await carol.getByRole("button", { name: "Save settings" }).click();
  await expect(carol.getByText("The registration settings are saved.")).toBeVisible();

  const email = `otto${Date.now()}@northwind.test`;
  const otto = await stranger(browser);
  await otto.goto("/login");
  await otto.getByRole("link", { name: "Register" }).click();
  await expectAccessible(otto);
  await screenshots(otto, "register");
  await otto.getByLabel("Name", { exact: true }).fill("Otto Reed");
  await otto.getByLabel("Email address at work").fill("otto@nowhere.test");
  await otto.getByLabel("Password", { exact: true }).fill(NEW);
  await otto.getByRole("button", { name: "Register" }).click();
  await expect(otto.getByText("Nobody can register with this address")).toBeVisible();
  await expectAccessible(otto);
  await otto.getByLabel("Email address at work").fill(email);
  await otto.getByLabel("Password", { exact: true }).fill(NEW);
  await otto.getByRole("button", { name: "Register" }).click();
  await expect(otto.getByRole("heading", { level: 1 })).toHaveText("Look into your mailbox");
  await expectAccessible(otto);
  await otto.goto(await mailedLink(otto, email, "/confirmation"));
  await expectAccessible(otto);
  await otto.getByLabel("Password", { exact: true }).fill(NEW);
  await otto.getByRole("button", { name: "Confirm and sign in" }).click();
  await expect(otto).toHaveURL(/\/customer\/dashboard/);
  await otto.goto("/confirmation?token=none");
  await expectAccessible(otto);
});

test("staff see and set who comes in for a customer", async ({ page: ada }) => {
  await signIn(ada, ADA);
  await ada.goto("/console/customers?q=Northwind");
  await ada.getByRole("rowheader").getByRole("link", { name: "Northwind", exact: true }).click();
  await ada.getByRole("navigation", { name: "Northwind", exact: true }).getByRole("link", { name: "Users" }).click();
  await expectAccessible(ada);
  await ada.getByRole("link", { name: "Self-registration" }).click();
  await expectAccessible(ada);
});
