// What `bin/bench-live` measures: the delay of live pages, and what many of them cost while nothing happens.
import { chromium } from "@playwright/test";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { dirname, extname } from "node:path";
import { createInterface } from "node:readline";

const [address, pages, server, socket] = process.argv.slice(2);
const pause = (ms) => new Promise((over) => setTimeout(over, ms));
const row = (what, value) => console.log(`  ${what.padEnd(66)} ${String(value).padStart(16)}`);
const spread = (times) => {
  const sorted = times.toSorted((a, b) => a - b);
  return `${sorted[sorted.length >> 1].toFixed(1)} / ${sorted.at(Math.floor(sorted.length * 0.95)).toFixed(1)} ms`;
};

const signIn = await fetch(`${address}/login`, {
  method: "POST",
  redirect: "manual",
  body: new URLSearchParams({ email: "grace@acme.test", password: "brisk-otter-lantern" }),
});
const cookie = signIn.headers.getSetCookie()[0].split(";")[0];
const agent = new http.Agent({ maxSockets: Infinity });
const listen = (path, heard = () => {}) =>
  new Promise((open, failed) => {
    const request = http.get(`${address}${path}`, { agent, headers: { cookie, accept: "text/event-stream" } }, (response) => {
      if (response.statusCode !== 200) failed(new Error(`status ${response.statusCode}`));
      response.setEncoding("utf8").on("data", (text) => (heard(text, performance.now()), open(request))).on("error", () => {});
    });
    request.on("error", failed);
  });

// One connection that changes a customer whenever it is told to, and says when that is committed.
const owner = process.getuid?.() === 0 ? ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "psql"]] : ["psql", []];
const reached = ["-XqAt", "-h", dirname(socket), "-p", extname(socket).slice(1)];
const names = [["postgres", "clientele"], ["clientele", "clientele"], ["postgres", "postgres"]];
const [user, database] = names.find(([user, database]) => {
  try {
    return execFileSync(owner[0], [...owner[1], ...reached, "-U", user, database, "-c", "SELECT count(*) FROM customers"], { stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return false;
  }
});
const psql = spawn(owner[0], [...owner[1], ...reached, "-U", user, database], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: psql.stdout })[Symbol.asyncIterator]();
const ask = async (sql) => {
  psql.stdin.write(`${sql};\n\\echo\n`);
  const answer = (await lines.next()).value;
  if (answer) await lines.next();
  return { answer, at: performance.now(), clock: Date.now() };
};
const customer = (await ask("SELECT c.id FROM customers c JOIN tenants t ON t.id = c.tenant_id WHERE t.slug = 'acme' ORDER BY c.name LIMIT 1")).answer;
const rename = (n) => ask(`UPDATE customers SET name = 'Measured ${n}' WHERE id = '${customer}'`);

const cpu = () => {
  const [user, system] = readFileSync(`/proc/${server}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).map(Number);
  return (user + system) * 10;
};
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server}/status`, "utf8"))[1]) / 1024;

console.log(`\nLive pages\n\n  ${"".padEnd(66)} ${"median / 95 %".padStart(16)}`);
{
  let heard;
  const stream = await listen("/live?list=customers", (text, at) => text.includes("event: changes") && heard?.(at));
  const [fromCommit, fromStart] = [[], []];
  for (let n = 0; n < 200; n++) {
    const told = new Promise((come) => (heard = come));
    const start = performance.now();
    const committed = await rename(n);
    const at = await told;
    fromCommit.push(Math.max(0, at - committed.at));
    fromStart.push(at - start);
    await pause(60);
  }
  stream.destroy();
  row("a change: its commit to the message at a reader", spread(fromCommit));
  row("a change: its statement sent to the message at a reader", spread(fromStart));
}
{
  const browser = await chromium.launch({ executablePath: process.env.CLIENTELE_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  for (const [path, where] of [[`/console/customers/${customer}`, "h1"], ["/console/customers?q=measured", "tbody"]]) {
    const context = await browser.newContext();
    const [name, value] = cookie.split("=");
    await context.addCookies([{ name, value, url: address }]);
    const page = await context.newPage();
    await page.goto(`${address}${path}`);
    const times = [];
    for (let n = 1000; n < 1030; n++) {
      const shown = page.evaluate(
        ([where, text]) =>
          new Promise((done) => {
            const look = () => document.querySelector(where)?.textContent.includes(text) && done(Date.now());
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
          }),
        [where, `Measured ${n}`],
      );
      await pause(1_300);
      const { clock } = await rename(n);
      times.push((await shown) - clock);
    }
    row(`a change: its commit to the ${where === "h1" ? "page of its customer" : "list"} in a browser showing it`, spread(times));
    await context.close();
  }
  await browser.close();
}
{
  for (let n = 0; n < 50; n++) await (await fetch(`${address}/console/customers`, { headers: { cookie } })).text();
  await pause(3_000);
  const idle = cpu();
  await pause(60_000);
  const without = cpu() - idle;
  const before = memory();
  const streams = await Promise.all(Array.from({ length: Number(pages) }, (_, n) => listen(n % 2 ? "/live?list=customers" : `/live?customer=${customer}`)));
  await pause(5_000);
  const after = memory();
  const begun = cpu();
  await pause(60_000);
  const spent = cpu() - begun;
  row(`memory of the server before and with ${pages} idle pages`, `${before.toFixed(1)}, ${after.toFixed(1)} MB`);
  row("so they cost", `${(after - before).toFixed(1)} MB`);
  row("processor time in a minute without them and with them", `${without}, ${spent} ms`);
  let told = 0;
  const start = performance.now();
  let all;
  const everybody = new Promise((done) => (all = done));
  // The streams are told of one change all at once: how long until the last of them has it?
  for (const stream of streams) stream.res.on("data", (text) => text.includes("event: changes") && ++told === streams.length && all());
  await rename(9999);
  await everybody;
  row(`a change: its statement sent to the last of ${pages} readers`, `${(performance.now() - start).toFixed(1)} ms`);
  for (const stream of streams) stream.destroy();
}
psql.stdin.end();
