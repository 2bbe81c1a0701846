import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openFiles } from "../../core/workspace/open_files.ts";
import { autodiscoverLogs, type DiscoverOptions } from "./discover_logs.ts";

async function discover(files: Record<string, string>, options: DiscoverOptions = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), "discover-")));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    await symlink("/etc/hostname", join(root, "out.log"));
    const found = await autodiscoverLogs(openFiles(root), options);
    return found.map(({ container, service, log_file }) => `${container} ${service} ${log_file}`);
  } finally {
    await rm(root, { recursive: true });
  }
}

Deno.test("autodiscoverLogs() gives one log each for frontend, backend and app", async () => {
  const found = await discover({
    "logs/web.log": "",
    "logs/api.log": "",
    "logs/api2-server.log": "",
    "logs/rest.log": "",
    "logs/other.txt": "",
  });
  assert.deepEqual(found, [
    "app other logs/other.txt",
    "backend api logs/api.log",
    "frontend web logs/web.log",
  ]);
});

Deno.test("autodiscoverLogs() compares whole words of the path, not parts of words", async () => {
  const found = await discover({ "logs/webster.log": "", "logs/rapid.log": "" });
  assert.deepEqual(found, ["app rapid logs/rapid.log"]);
});

Deno.test("autodiscoverLogs() names every log with all, each once and uniquely", async () => {
  const found = await discover({
    "logs/frontend/access.log": "",
    "logs/frontend/error.log": "",
    "logs/worker.log": "",
    "logs/jobs/worker.log": "",
    "svc/run.OUT": "",
  }, { all: true });
  assert.deepEqual(found, [
    "frontend access logs/frontend/access.log",
    "frontend-error error logs/frontend/error.log",
    "run run svc/run.OUT",
    "worker worker logs/jobs/worker.log",
    "worker-worker worker logs/worker.log",
  ]);
});

Deno.test("autodiscoverLogs() leaves out rotated, packed and foreign logs, and links", async () => {
  const found = await discover({
    "logs/app.log": "",
    "logs/app.log.1": "",
    "logs/app.log.2.gz": "",
    "logs/app-2026-11-28.log": "",
    "node_modules/x/npm.log": "",
    ".cache/y.log": "",
    ".gitignore": "logs/\n",
  }, { all: true });
  assert.deepEqual(found, ["app app logs/app.log"]);
});

Deno.test("autodiscoverLogs() trusts compose services first, then containers, then folders", async () => {
  const files = {
    "compose.yaml": "services:\n  billing-api: {image: x}\n  db: {image: y}\n",
    "logs/billing-api.log": "",
    "shop/package.json": '{"dependencies": {"react": "19"}}',
    "shop/run.log": "",
  };
  assert.deepEqual(await discover(files, { containers: ["web-1"] }), [
    "backend billing-api logs/billing-api.log",
    "frontend web-1 docker:web-1",
  ]);
  assert.deepEqual(await discover(files, {}), [
    "backend billing-api logs/billing-api.log",
    "frontend run shop/run.log",
  ]);
});

Deno.test("autodiscoverLogs() tells of a broken compose file and goes on", async () => {
  const told: string[] = [];
  const files = { "compose.yaml": "services: [\n", "logs/app.log": "" };
  assert.deepEqual(await discover(files, { warn: (text) => void told.push(text) }), [
    "app app logs/app.log",
  ]);
  assert.match(told.join(), /compose file was not read/);
});

Deno.test("autodiscoverLogs() takes no log that rotation numbered in its middle", async () => {
  const found = await discover(
    { "logs/app.log": "", "logs/app.1.log": "", "logs/job.2.log": "", "logs/app.log.1": "" },
    { all: true },
  );
  assert.deepEqual(found.map((line) => line.split(" ").at(-1)), ["logs/app.log", "logs/job.2.log"]);
});

Deno.test("autodiscoverLogs() takes 1,000 logs, and says when there are more", async () => {
  const told: string[] = [];
  const files = Array.from({ length: 1_001 }, (_, n) => [`logs/part${n}.log`, ""]);
  const warn = (text: string) => void told.push(text);
  const found = await discover(Object.fromEntries(files), { all: true, warn });
  assert.equal(found.length, 1_000);
  assert.deepEqual(told, ["of 1001 logs the first 1000 are taken"]);
});
