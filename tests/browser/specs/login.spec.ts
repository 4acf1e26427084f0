import { expectAccessible } from "../support/accessibility";
import { ADA, signIn, submitSignIn } from "../support/people";
import { screenshots } from "../support/screenshots";
import { expect, test } from "../support/test";

test("the sign-in page is for everybody", async ({ page }) => {
  await page.goto("/login");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await expectAccessible(page);
  await screenshots(page, "login");
});

test("what is missing is said beside its field", async ({ page }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Email address")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Email address")).toHaveAccessibleDescription(/Enter your email address/);
  await expectAccessible(page);
});

test("a wrong password keeps the address and says no more than it must", async ({ page }) => {
  await page.goto("/login");
  await submitSignIn(page, "nobody@acme.test", "not-the-password");
  await expect(page.getByText("The email address or the password is wrong")).toBeVisible();
  await expect(page.getByLabel("Email address")).toHaveValue("nobody@acme.test");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await expectAccessible(page);
});

test("a page that is asked for signed out is shown after signing in", async ({ page }) => {
  await page.goto("/console/customers");
  await expect(page).toHaveURL(/\/login/);
  await submitSignIn(page, ADA);
  await expect(page).toHaveURL(/\/console\/customers/);
});

test.describe("with JavaScript off", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in works", async ({ page }) => {
    await signIn(page, ADA);
    await expect(page).toHaveURL(/\/console/);
  });
});
