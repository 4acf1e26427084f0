// Pictures of a page, wide and narrow, in light and in dark.
import { type Page, expect } from "@playwright/test";
import { join } from "node:path";

// CLIENTELE_SCREENSHOTS=../../docs/screenshots renews the ones in the documentation; without it none are taken.
const folder = process.env.CLIENTELE_SCREENSHOTS;

/** Fails where the page is wider than the window, with what sticks out. */
export async function expectNothingSideways(page: Page): Promise<void> {
  const sticking = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const all = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > clientWidth + 1);
    return [`${scrollWidth} > ${clientWidth}`, ...all.slice(0, 5).map((e) => `${e.tagName}.${e.className}: ${e.textContent?.trim().slice(0, 40)}`)];
  });
  expect(sticking, page.url()).toEqual([]);
}

/** Also where a page is neither wide nor narrow. */
const BETWEEN = [1024, 800];

/** Looks whether anything sticks out of the page as it is now, and takes `NAME-1280-light.png` and so on of it where they are wanted. */
export async function screenshots(page: Page, name: string): Promise<void> {
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    await expectNothingSideways(page);
    if (!folder) continue;
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), animations: "disabled" });
    }
  }
  for (const width of BETWEEN) {
    await page.setViewportSize({ width, height: 900 });
    await expectNothingSideways(page);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
