import assert from "node:assert/strict";
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { FileTailer } from "./file_tailer.ts";
import type { TailedLine } from "./line_sink.ts";
import { appendLines, storeLines } from "./store_lines.ts";
import { testLog, until } from "./_test_log.ts";

const LANES = 2;
const KILLS = 50;
const CHILD = new URL("./_tailer_child.ts", import.meta.url).href;

Deno.test(`FileTailer stores each line once through ${LANES * KILLS} kill -9 and rotations`, async () => {
  await Promise.all(Array.from({ length: LANES }, lane));
});

async function lane(): Promise<void> {
  await using log = await testLog();
  await Deno.mkdir(`${log.folder}/store`);
  const database = `${log.folder}/store/store.db`;
  const open = async () => {
    const store = await openSqliteStore(database);
    const sink = storeLines(store, { key: "tail:app", writes: appendLines("logs.raw.app") });
    return { store, tailer: await FileTailer.open(log.path, sink) };
  };
  // From its first start on it has to miss nothing.
  const first = await open();
  await first.tailer.stop();
  await first.store.close();
  const writer = startWriter(log.path);
  let written: string[];
  try {
    for (let round = 0; round < KILLS; round++) await runAndKill(log, database, round % 10 === 9);
  } finally {
    written = await writer.stop();
  }
  const { store, tailer } = await open();
  await until(async () => (await lines(store)).at(-1) === written.at(-1), "the last line");
  await tailer.stop();
  const found = await lines(store);
  await store.close();
  assert.deepEqual(found, written);
  assert.equal(tailer.metrics().gaps, 0);
  assert.ok(writer.rotations() > KILLS / 2, `${writer.rotations()} rotations`);
}

/** Lines of the store; those that were given in parts are joined. */
async function lines(store: Awaited<ReturnType<typeof openSqliteStore>>): Promise<string[]> {
  const all: string[] = [];
  for (let after = 0;;) {
    const entries = await store.read<TailedLine>("logs.raw.app", { after, limit: 10_000 });
    if (entries.length === 0) return all;
    for (const { value } of entries) {
      if (value.continues) all[all.length - 1] += value.line;
      else all.push(value.line);
    }
    after = entries.at(-1)!.offset;
  }
}

/** Writes numbered lines, in pieces of any length, and rotates in both ways. */
function startWriter(path: string) {
  const lines: string[] = [];
  let rotations = 0;
  let highest = 0;
  let isOn = true;
  const rotate = (): void => {
    rotations++;
    for (let n = highest++; n >= 1; n--) Deno.renameSync(`${path}.${n}`, `${path}.${n + 1}`);
    if (Math.random() < 0.3) {
      Deno.copyFileSync(path, `${path}.1`);
      Deno.truncateSync(path, 0);
    } else Deno.renameSync(path, `${path}.1`);
  };
  const write = (text: string) => Deno.writeTextFileSync(path, text, { append: true });
  const running = (async () => {
    while (isOn) {
      const batch = Array.from({ length: 1 + Math.floor(Math.random() * 12) }, () => {
        const line = `${lines.length} ${"x".repeat(Math.random() * 120)}`;
        lines.push(line);
        return line;
      });
      const text = batch.join("\n") + "\n";
      const cut = Math.floor(Math.random() * text.length);
      write(text.slice(0, cut));
      await pause(Math.random() * 4);
      write(text.slice(cut));
      if (Math.random() < 0.12) rotate();
      await pause(Math.random() * 4);
    }
  })();
  return {
    rotations: () => rotations,
    async stop() {
      isOn = false;
      await running;
      write("the end\n");
      return [...lines, "the end"];
    },
  };
}

async function runAndKill(
  log: { path: string; folder: string },
  database: string,
  early: boolean,
): Promise<void> {
  const flags = ["--no-prompt", "--cached-only", "--no-check", "--no-config", "--no-lock"];
  const rights = [`--allow-read=${log.folder}`, `--allow-write=${log.folder}`];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, ...rights, CHILD, log.path, database],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = () => setTimeout(() => child.kill("SIGKILL"), Math.random() * (early ? 120 : 60));
  let timer = early ? kill() : undefined;
  const errors = new Response(child.stderr).text();
  for await (const _ of child.stdout) timer ??= kill();
  const { signal } = await child.status;
  clearTimeout(timer);
  assert.equal(signal, "SIGKILL", await errors);
  assert.equal(await errors, "");
}

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
