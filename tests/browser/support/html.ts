// Every page's HTML is put aside while the tests run, and checked in one go at their end: the checker takes a second to start.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";

const folder = "results/html";

type Message = { type: string; subType?: string; url?: string; lastLine?: number; message: string; extract?: string };

/** Puts the HTML of a page aside for the checker. The same HTML is kept once. */
export function keepHtml(url: string, html: string): void {
  mkdirSync(folder, { recursive: true });
  const path = new URL(url).pathname.replace(/[^a-z0-9]+/gi, "_").slice(0, 80);
  const digest = createHash("sha1").update(html).digest("hex").slice(0, 10);
  writeFileSync(join(folder, `${path}-${digest}.html`), html);
}

/** How many pages have been kept. */
export function keptPages(): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}

/** What the Nu HTML checker finds wrong with the kept pages, each fault once with the pages that have it. */
export async function faultsInHtml(): Promise<string[]> {
  const jar: string = createRequire(import.meta.url)("vnu-jar");
  const options = ["-Xss8m", "-jar", jar, "--stdout", "--format", "json", "--exit-zero-always", "--skip-non-html", folder];
  const { stdout } = await promisify(execFile)("java", options, { maxBuffer: 64 << 20 });
  const found = new Map<string, Set<string>>();
  for (const { type, subType, url, lastLine, message, extract } of JSON.parse(stdout).messages as Message[]) {
    if (type === "info" && subType !== "warning") continue;
    const fault = `${message}\n    ${(extract ?? "").trim().replace(/\s+/g, " ")}`;
    const page = `${url?.split("/").pop()}:${lastLine ?? "?"}`;
    found.set(fault, (found.get(fault) ?? new Set()).add(page));
  }
  return [...found].map(([fault, pages]) => `${fault}\n    ${[...pages].slice(0, 3).join(", ")} (${pages.size} in all)`);
}
