// Runs the server that Cargo built, on a small demo world in a folder of its own, and removes both at the end.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const program = process.env.CLIENTELE_PROGRAM ?? join(process.env.CARGO_TARGET_DIR ?? resolve("../../target"), "debug/clientele");
const folder = mkdtempSync(join(tmpdir(), "clientele-browser-"));
chmodSync(folder, 0o711); // PostgreSQL runs as another user when we are root, and has to get in.

rmSync("results", { recursive: true, force: true });
const { DATABASE_URL, CLIENTELE_CONFIG, ...environment } = process.env;
const server = spawn(program, ["serve", "--demo", "--customers", "300"], {
  cwd: folder,
  env: { ...environment, CLIENTELE_DATA: join(folder, "data"), CLIENTELE_DEVELOPMENT: "true", CLIENTELE_LOG: "warn" },
  stdio: ["ignore", "inherit", "inherit"],
});
server.on("error", (error) => {
  console.error(`${program}: ${error.message}: build it with \`cargo build\``);
  process.exit(1);
});
server.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
});
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => server.kill("SIGTERM"));
