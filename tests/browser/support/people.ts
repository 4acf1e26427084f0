// The people of the demo world.
import { type Page, expect } from "@playwright/test";

export const ADA = "ada@acme.test"; // tenant admin
export const GRACE = "grace@acme.test"; // agent
export const CHLOE = "chloe@acme.test"; // customer success
export const CAROL = "carol@northwind.test"; // customer admin
export const CODY = "cody@northwind.test"; // customer user
export const EVE = "eve@globex.test"; // tenant admin, elsewhere
export const ROOT = "root@clientele.test"; // platform admin
export const PASSWORD = "brisk-otter-lantern";

/** Fills in the sign-in form of the page as it stands, and sends it. */
export async function submitSignIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs somebody in, as they would do it. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto("/login");
  await submitSignIn(page, email);
  await expect(page).not.toHaveURL(/\/login/);
}
