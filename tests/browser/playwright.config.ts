import { execFileSync } from "node:child_process";
import { defineConfig, devices } from "@playwright/test";

// The workers read this file too, and must come to the same port as the process that starts the server.
process.env.CLIENTELE_TEST_PORT ??= freePort();
const address = `http://127.0.0.1:${process.env.CLIENTELE_TEST_PORT}`;

export default defineConfig({
  testDir: "specs",
  outputDir: "results/traces",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: 1, // told as flaky where a busy machine was too slow once
  workers: 2,
  timeout: 90_000, // two cores, and a browser beside a debug build
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    baseURL: address,
    viewport: { width: 1280, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CLIENTELE_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // The checker runs when everybody has been everywhere, whether or not they liked it there.
  projects: [
    { name: "journeys", testMatch: "*.spec.ts", teardown: "markup" },
    { name: "markup", testMatch: "markup.ts" },
  ],
  webServer: {
    command: "node server.mjs",
    env: { CLIENTELE_LISTEN: address.replace("http://", "") },
    url: `${address}/health/live`,
    stdout: "ignore",
    stderr: "pipe",
    timeout: 120_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 30_000 },
  },
});

function freePort(): string {
  const ask = "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})";
  return execFileSync(process.execPath, ["-e", ask], { encoding: "utf8" }).trim();
}
