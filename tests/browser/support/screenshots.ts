// Pictures of a page, wide and narrow, in light and in dark.
import type { Page } from "@playwright/test";
import { join } from "node:path";

// CLIENTELE_SCREENSHOTS=../../docs/screenshots renews the ones in the documentation.
const folder = process.env.CLIENTELE_SCREENSHOTS ?? "results/screenshots";

/** Takes `NAME-1280-light.png` and so on of the page as it is now. */
export async function screenshots(page: Page, name: string): Promise<void> {
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), animations: "disabled" });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
