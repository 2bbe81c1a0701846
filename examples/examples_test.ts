import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { serveScripted } from "../testing/mod.ts";

const folder = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));
await Deno.writeTextFile(`${folder}/notes.txt`, "one needle\ntwo\n");

async function run(name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--cached-only",
      fileURLToPath(new URL(name, import.meta.url)),
      ...args,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("examples/search_a_folder.ts finds a word", async () => {
  assert.match(await run("search_a_folder.ts", "needle"), /^notes\.txt:1: one needle$/m);
});

Deno.test("examples/patch_and_undo.ts applies a patch and takes it back", async () => {
  const [red, blue, green] = ["roses are red\n", "violets are blue\n", "violets are green\n"];
  assert.equal(await run("patch_and_undo.ts"), `${red}${blue}\n${red}${green}\n`);
});

Deno.test("examples/own_tool.ts calls a tool of its own through the gate", async () => {
  assert.equal(await run("own_tool.ts", "notes.txt"), "3 words\n");
});

Deno.test("examples/ask_a_model.ts has a model look at the folder", async () => {
  await using model = await serveScripted({
    turns: [
      { calls: [{ tool: "cat", args: { file: "notes.txt" } }] },
      { expect: { lastResult: "one needle" }, say: "There is one needle." },
    ],
  });
  const said = await run("ask_a_model.ts", model.url, "scripted", "how many needles?");
  assert.equal(said, "There is one needle.\n");
  assert.deepEqual(model.problems, []);
});

Deno.test("examples/triage.ts gets typed fields out of a model", async () => {
  const reply = '[[ ## urgency ## ]]\nhigh\n\n[[ ## tags ## ]]\n["login", "outage"]\n';
  await using model = await serveScripted({ turns: [{ expect: "nobody can log in", say: reply }] });
  const said = await run("triage.ts", model.url, "scripted", "nobody can log in");
  assert.equal(said, "high: login, outage\n");
});

Deno.test("examples/streaming/local_bus.ts shares messages and keeps the one nobody can do", async () => {
  const said = await run("streaming/local_bus.ts");
  assert.match(said, /^(ann|bob) does lint of jobs\.nightly$/m);
  assert.match(said, /^(ann|bob) does build of jobs\.nightly$/m);
  assert.match(said, /^given up after 2 tries: broken \(.*cannot read this one\)$/m);
});

Deno.test("examples/streaming/watch_a_log.ts tells what a log says", async () => {
  await Deno.writeTextFile(`${folder}/app.log`, "INFO ready\nERROR no such table: users\n");
  const said = await run("streaming/watch_a_log.ts", "app.log", "1");
  assert.match(said, /^1x ERROR no such table: users$/m);
  assert.match(said, /^1\. .*migrations/m);
});

Deno.test("examples/streaming/job_queue.ts does one job and gives up another", async () => {
  assert.match(await run("streaming/job_queue.ts"), /^\d+ NotFound: .*no\.txt'$/m);
});

Deno.test("examples/streaming/status_server.ts answers without a port", async () => {
  const said = await run("streaming/status_server.ts");
  assert.match(said, /^200 \{"ok":true,/m);
  assert.match(said, /"event":\{"name":"grep","result":"3 hits"\}/);
});

Deno.test("examples/three_services writes three logs, rotates them, and really fails", async () => {
  const shop = `${folder}/shop`;
  const service = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      fileURLToPath(new URL("three_services/start.ts", import.meta.url)),
      "60",
      shop,
    ],
    stdout: "null",
  }).spawn();
  const end = Date.now() + 50_000;
  const rotated = ["backend", "frontend", "worker"].map((name) => `${shop}/logs/${name}.log.1`);
  const areThere = async () => {
    const files = await Promise.all(rotated.map((path) => Deno.stat(path).catch(() => undefined)));
    return files.every((file) => file !== undefined);
  };
  while (Date.now() < end && !await areThere()) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  service.kill("SIGTERM");
  assert.equal((await service.status).code, 130);
  const [backend, frontend, worker] = await Promise.all(
    rotated.map((path) => Deno.readTextFile(path)),
  );
  for (const error of ["TypeError: Cannot read", "ConnectionRefused", "TimeoutError"]) {
    assert.match(backend!, new RegExp(`ERROR ${error}.*\\n\\s+at `));
  }
  assert.match(frontend!, /ERROR visitor \d GET \/orders\/\d+ 502 upstream failed/);
  assert.match(worker!, /"warn","msg":"job=9 attempt=1 failed: TimeoutError/);
});
