import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { FileTailer } from "./file_tailer.ts";
import { appendLines, storeLines } from "./store_lines.ts";
import type { TailNotice } from "./tail_notice.ts";
import { memorySink, testLog, until } from "./_test_log.ts";

const FAST = { pollMs: 10 };

Deno.test("FileTailer takes up its position: rotated, copied and cut while it was away", async () => {
  const away: Record<string, (path: string) => Promise<void>> = {
    "nothing": () => Promise.resolve(),
    "renamed twice": async (path) => {
      await Deno.rename(path, `${path}.2`);
      await Deno.writeTextFile(`${path}.1`, "between\n");
      await Deno.writeTextFile(path, "");
    },
    "copied and cut": async (path) => {
      await Deno.copyFile(path, `${path}.1`);
      await Deno.truncate(path, 0);
    },
    "renamed by date": async (path) => {
      await Deno.rename(path, path.replace(".log", "-2025-01-02.log"));
    },
  };
  for (const [how, change] of Object.entries(away)) {
    await using log = await testLog("not read\n");
    await Deno.writeTextFile(`${log.path}.3`, "nor this\n");
    const sink = memorySink(true);
    const first = await FileTailer.open(log.path, sink, FAST);
    await log.append("a\nunfinished");
    await until(() => sink.lines.length === 1);
    await first.stop();
    assert.deepEqual(sink.lines, ["a"], "what has no end waits for the next process");
    await log.append(" no more\nb\n");
    await change(log.path);
    await log.append("c\n");
    await using second = await FileTailer.open(log.path, sink, FAST);
    const between = how === "renamed twice" ? ["between"] : [];
    const expected = ["a", "unfinished no more", "b", ...between, "c"];
    await until(() => sink.lines.length >= expected.length, how);
    await log.append("d\n");
    await until(() => sink.lines.length > expected.length, how);
    assert.deepEqual(sink.lines, [...expected, "d"], how);
    assert.equal(second.metrics().gaps, 0, how);
    assert.equal(new Set(sink.ids).size, sink.ids.length, how);
  }
});

Deno.test("FileTailer says what it could not find again", async () => {
  await using log = await testLog("");
  const sink = memorySink(true);
  const first = await FileTailer.open(log.path, sink, FAST);
  await log.append("a\n");
  await until(() => sink.lines.length === 1);
  await first.stop();
  await Deno.remove(log.path);
  await Deno.writeTextFile(`${log.path}.1.gz`, "packed");
  await log.append("b\n");
  const notices: TailNotice[] = [];
  const onNotice = (notice: TailNotice) => void notices.push(notice);
  await using second = await FileTailer.open(log.path, sink, { ...FAST, onNotice });
  await until(() => sink.lines.length === 2);
  assert.deepEqual(sink.lines, ["a", "b"]);
  assert.equal(second.metrics().gaps, 1);
  assert.match(notices[0]!.text, /after byte 2 was not read; it may be in app\.log\.1\.gz/);
});

Deno.test("FileTailer: two with one position in one store give each line once", async () => {
  await using log = await testLog("");
  const store = openMemoryStore();
  const open = () =>
    FileTailer.open(
      log.path,
      storeLines(store, { key: "tail:app", writes: appendLines("logs.raw.app") }),
      FAST,
    );
  await using _a = await open();
  await using _b = await open();
  let expected = 0;
  for (let round = 0; round < 40; round++) {
    if (round === 20) await Deno.rename(log.path, `${log.path}.1`);
    await log.append(Array.from({ length: 25 }, () => `${expected++}\n`).join(""));
    await new Promise((wake) => setTimeout(wake, 3));
  }
  await until(async () => await store.head("logs.raw.app") >= expected);
  const entries = await store.read<{ line: string }>("logs.raw.app", { limit: 5000 });
  assert.deepEqual(
    entries.map(({ value }) => value.line),
    Array.from({ length: expected }, (_, i) => String(i)),
  );
});
