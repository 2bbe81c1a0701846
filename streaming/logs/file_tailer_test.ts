import assert from "node:assert/strict";
import { FileTailer } from "./file_tailer.ts";
import type { TailNotice } from "./tail_notice.ts";
import { memorySink, testLog, until } from "./_test_log.ts";

const FAST = { pollMs: 10 };

Deno.test("FileTailer gives what is appended, each line once, and nothing from before", async () => {
  await using log = await testLog("old\n");
  const sink = memorySink();
  await using tailer = await FileTailer.open(log.path, sink, FAST);
  await log.append("one\ntw");
  await until(() => sink.lines.length === 1);
  await log.append("o\n\nthree\r\n");
  await until(() => sink.lines.length === 4);
  assert.deepEqual(sink.lines, ["one", "two", "", "three"]);
  assert.equal(new Set(sink.ids).size, 4);
  assert.equal(tailer.metrics().lines, 4);
});

Deno.test("FileTailer reads from the start when asked, and a log that comes later in any case", async () => {
  await using log = await testLog("\uFEFFfirst\n");
  const sink = memorySink();
  await using _tailer = await FileTailer.open(log.path, sink, { ...FAST, fromStart: true });
  await until(() => sink.lines.length === 1);
  await using later = await testLog();
  const second = memorySink();
  await using _late = await FileTailer.open(later.path, second, FAST);
  await later.append("begins here\n");
  await until(() => second.lines.length === 1);
  assert.deepEqual([sink.lines, second.lines], [["first"], ["begins here"]]);
});

Deno.test("FileTailer reads a renamed log to its end, then the new one from its start", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  const notices: TailNotice[] = [];
  const onNotice = (notice: TailNotice) => void notices.push(notice);
  await using tailer = await FileTailer.open(log.path, sink, { ...FAST, onNotice });
  await log.append("a\nb");
  await until(() => sink.lines.length === 1);
  await Deno.rename(log.path, `${log.path}.1`);
  await log.append(" and its end\n", `${log.path}.1`);
  await log.append("c\n");
  await until(() => sink.lines.length === 3);
  // Its writer has not noticed yet.
  await log.append("late\n", `${log.path}.1`);
  await until(() => sink.lines.length === 4);
  assert.deepEqual(sink.lines, ["a", "b and its end", "c", "late"]);
  assert.equal(tailer.metrics().rotations, 1);
  assert.deepEqual(notices.map(({ kind }) => kind), ["rotated"]);
});

Deno.test("FileTailer reads files that came and went between two looks, the oldest first", async () => {
  for (const name of [(n: number) => `app.log.${n}`, (n: number) => `app.${n}.log`]) {
    await using log = await testLog("");
    const sink = memorySink();
    const gate = Promise.withResolvers<void>();
    await using _tailer = await FileTailer.open(log.path, sink, FAST);
    sink.before = () => gate.promise;
    await log.append("0 first\n");
    await until(() => sink.lines.length === 0);
    await new Promise((wake) => setTimeout(wake, 20));
    for (let i = 1; i <= 5; i++) {
      for (let n = i; n >= 1; n--) {
        const from = n === 1 ? log.path : `${log.folder}/${name(n - 1)}`;
        await Deno.rename(from, `${log.folder}/${name(n)}`);
      }
      await log.append(`${i} of its own\n`);
    }
    gate.resolve();
    await until(() => sink.lines.length === 6);
    assert.deepEqual(sink.lines, ["0 first", ...[1, 2, 3, 4, 5].map((i) => `${i} of its own`)]);
  }
});

Deno.test("FileTailer goes on in a copy when the log is copied and cut", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  await using tailer = await FileTailer.open(log.path, sink, FAST);
  await log.append("a\n");
  await until(() => sink.lines.length === 1);
  const gate = Promise.withResolvers<void>();
  sink.before = () => gate.promise;
  await log.append("b\n");
  await new Promise((wake) => setTimeout(wake, 30));
  await log.append("c\n");
  await Deno.copyFile(log.path, `${log.path}.1`);
  await Deno.truncate(log.path, 0);
  await log.append("d\n");
  gate.resolve();
  await until(() => sink.lines.length === 4);
  assert.deepEqual(sink.lines, ["a", "b", "c", "d"]);
  assert.equal(tailer.metrics().truncations, 1);
  assert.equal(new Set(sink.ids).size, 4, "positions of before do not come again");
});

Deno.test("FileTailer does not read a copy again that it had read under the other name", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  await using tailer = await FileTailer.open(log.path, sink, FAST);
  await log.append("a\nb\n");
  await until(() => sink.lines.length === 2);
  await Deno.copyFile(log.path, `${log.path}.1`);
  // However new it looks.
  await Deno.utime(`${log.path}.1`, new Date(), new Date(Date.now() + 60_000));
  await Deno.truncate(log.path, 0);
  for (const [i, line] of ["c", "d", "e"].entries()) {
    await log.append(`${line}\n`);
    await until(() => sink.lines.length >= 3 + i);
  }
  assert.deepEqual(sink.lines, ["a", "b", "c", "d", "e"]);
  assert.equal(tailer.metrics().truncations, 1);
});

Deno.test("FileTailer starts anew when a log is cut, also when it has outgrown itself", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  await using tailer = await FileTailer.open(log.path, sink, FAST);
  await log.append("a long first line\nunfinished");
  await until(() => sink.lines.length === 1);
  await Deno.writeTextFile(log.path, "cut\n");
  await until(() => sink.lines.length === 3);
  await Deno.writeTextFile(log.path, "another, and much longer than the one before\n");
  await until(() => sink.lines.length === 4);
  assert.deepEqual(sink.lines, [
    "a long first line",
    "unfinished~",
    "cut",
    "another, and much longer than the one before",
  ]);
  assert.equal(tailer.metrics().truncations, 2);
});

Deno.test("FileTailer passes over the NULs that a writer leaves behind a cut", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  await using _tailer = await FileTailer.open(log.path, sink, FAST);
  using writer = await Deno.open(log.path, { write: true });
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  await write("one\ntwo\n");
  await until(() => sink.lines.length === 2);
  await Deno.truncate(log.path, 0);
  await write("three\n");
  await until(() => sink.lines.length === 3);
  assert.deepEqual(sink.lines, ["one", "two", "three"]);
});

Deno.test("FileTailer finishes a deleted log, and begins the next under the name", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  await using tailer = await FileTailer.open(log.path, sink, FAST);
  using writer = await Deno.open(log.path, { append: true });
  await writer.write(new TextEncoder().encode("a\n"));
  await until(() => sink.lines.length === 1);
  await Deno.remove(log.path);
  await writer.write(new TextEncoder().encode("b\n"));
  await until(() => sink.lines.length === 2);
  await log.append("c\n");
  await until(() => sink.lines.length === 3);
  assert.deepEqual(sink.lines, ["a", "b", "c"]);
  assert.equal(tailer.metrics().gaps, 0);
});

Deno.test("FileTailer gives a line without an end after a while, and says so", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  await using _tailer = await FileTailer.open(log.path, sink, { ...FAST, idleMs: 60 });
  await log.append("50 %");
  await until(() => sink.lines.length === 1);
  await log.append(" 100 %\nnext\n");
  await until(() => sink.lines.length === 3);
  await log.append("whole");
  await until(() => sink.lines.length === 4);
  await log.append("\nlast\n");
  await until(() => sink.lines.length === 5);
  assert.deepEqual(sink.lines, ["50 %~", "+ 100 %", "next", "whole~", "last"]);
});

Deno.test("FileTailer splits lines that are too long, and reads what is no UTF-8", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  await using _tailer = await FileTailer.open(log.path, sink, { ...FAST, maxLine: 1 << 20 });
  await log.append("x".repeat(2.5 * (1 << 20)) + "\n");
  await log.append(new Uint8Array([0x67, 0x72, 0xfc, 0xdf, 0x65, 0x0a]));
  await until(() => sink.lines.length === 4);
  assert.deepEqual(sink.lines.map((line) => line.length), [
    (1 << 20) + 1,
    (1 << 20) + 2,
    (1 << 19) + 1,
    5,
  ]);
  assert.equal(sink.lines[3], "gr\uFFFD\uFFFDe");
});

Deno.test("FileTailer leaves out what is no text, and says so once", async () => {
  for (
    const bytes of [
      new Uint8Array(600_000).map((_, i) => (i * 7919 + (i >> 3)) & 0xff),
      new Uint8Array(
        new Uint16Array(
          [0xfeff, ..."line\n".repeat(50)].map((c) => typeof c === "number" ? c : c.charCodeAt(0)),
        ).buffer,
      ),
    ]
  ) {
    await using log = await testLog("");
    const sink = memorySink();
    const notices: TailNotice[] = [];
    const onNotice = (notice: TailNotice) => void notices.push(notice);
    await using tailer = await FileTailer.open(log.path, sink, { ...FAST, onNotice });
    await log.append(bytes);
    await until(() => tailer.metrics().binaryBytes === bytes.length);
    assert.deepEqual(sink.lines, []);
    assert.deepEqual(notices.map(({ kind }) => kind), ["binary"]);
    await Deno.writeTextFile(log.path, "text now\n");
    await until(() => sink.lines.length === 1);
  }
});

Deno.test("FileTailer notices that a file was replaced in the middle of a read", async () => {
  await using log = await testLog();
  const line = (text: string) => `${text} `.padEnd(1023, ".") + "\n";
  await log.append(line("old").repeat(1000));
  const sink = memorySink();
  let replaced = false;
  sink.before = async () => {
    if (replaced) return;
    replaced = true;
    await Deno.writeTextFile(log.path, line("new").repeat(2000));
  };
  await using _tailer = await FileTailer.open(log.path, sink, { ...FAST, fromStart: true });
  await until(() => sink.lines.length >= 2256);
  const texts = sink.lines.map((line) => line.slice(0, 3));
  assert.deepEqual(new Set(texts.slice(0, 256)), new Set(["old"]));
  assert.deepEqual(new Set(texts.slice(256)), new Set(["new"]));
  assert.equal(texts.length, 2256);
});

Deno.test("FileTailer tries again what its sink would not take", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  const notices: TailNotice[] = [];
  const onNotice = (notice: TailNotice) => void notices.push(notice);
  await using tailer = await FileTailer.open(log.path, sink, { ...FAST, onNotice });
  let failures = 3;
  sink.before = () => {
    if (failures-- > 0) throw new Error("the disk is full");
  };
  await log.append("a\nb\n");
  await until(() => sink.lines.length === 2);
  assert.deepEqual(sink.lines, ["a", "b"]);
  const { errors, lastError } = tailer.metrics();
  assert.deepEqual([errors, lastError, notices.length], [3, "Error: the disk is full", 1]);
});

Deno.test("FileTailer ends by its signal and leaves nothing open", async () => {
  await using log = await testLog("");
  const sink = memorySink();
  const ending = new AbortController();
  const tailer = await FileTailer.open(log.path, sink, { pollMs: 60_000, signal: ending.signal });
  await log.append("a\nunfinished");
  ending.abort();
  await tailer.stop();
  assert.deepEqual(sink.lines, ["a", "unfinished~"]);
  const over = await FileTailer.open(log.path, sink, { signal: AbortSignal.abort() });
  await over.stop();
});

Deno.test("FileTailer refuses what is no log of the workspace", async () => {
  await using log = await testLog("");
  const inside = await Deno.realPath(log.folder);
  await Deno.symlink("/etc/hostname", `${log.folder}/link.log`);
  const open = (path: string) => FileTailer.open(path, memorySink(), { root: inside });
  await assert.rejects(open(`${log.folder}/link.log`), /leads out of/);
  await assert.rejects(open(log.folder), /is no regular file/);
  await assert.rejects(open(""), /no path of a log/);
});
