import { expectAccessible } from "../support/accessibility";
import { ADA, signIn } from "../support/people";
import { screenshots } from "../support/screenshots";
import { expect, test } from "../support/test";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a note is added, pinned, edited and deleted", async ({ page }) => {
      await signIn(page, ADA);
      await page.goto("/console/customers/new");
      await page.getByLabel("Name").fill(javaScriptEnabled ? "Heron Paper" : "Kestrel Paper");
      await page.getByLabel("VAT number").fill("IE6388047V");
      await page.getByRole("button", { name: "Save customer" }).click();
      await page.getByRole("link", { name: "Notes" }).click();
      await expect(page.getByText("No notes yet")).toBeVisible();
      await page.getByLabel("Text").fill("Renewal in May.\nAsk Carol first: https://example.com/plan");
      await page.getByRole("button", { name: "Add note" }).click();
      await expect(page.getByText("The note is added.")).toBeVisible();
      await page.getByLabel("Text").fill("Likes tea.");
      await page.getByRole("button", { name: "Add note" }).click();
      await expect(page.getByRole("article")).toHaveCount(2);
      await page.getByRole("article").filter({ hasText: "Renewal" }).getByRole("button", { name: "Pin" }).click();
      await expect(page.getByText("The note is pinned.")).toBeVisible();
      await expect(page.getByRole("article").first()).toContainText("Ask Carol first");
      if (javaScriptEnabled) {
        await expectAccessible(page);
        await screenshots(page, "notes");
      }
      await page.getByRole("article").first().getByRole("link", { name: "Edit" }).click();
      if (javaScriptEnabled) {
        await expectAccessible(page);
        await screenshots(page, "note");
      }
      await page.getByLabel("Text").fill("Renewal in June.");
      await page.getByRole("button", { name: "Save note" }).click();
      await expect(page.getByRole("article").first()).toContainText("Renewal in June.");
      await expect(page.getByRole("article").first()).toContainText("edited");
      await page.getByRole("article").first().getByRole("link", { name: "Edit" }).click();
      await page.getByRole("button", { name: "Delete note" }).click();
      await expect(page.getByText("The note is deleted.")).toBeVisible();
      await expect(page.getByRole("article")).toHaveCount(1);
    });
  });
}
