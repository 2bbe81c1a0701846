import assert from "node:assert/strict";
import type { FilePosition } from "./file_position.ts";
import { hashBytes } from "./_hash_bytes.ts";
import { type Candidate, planSources } from "./_plan_sources.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A file with this text. */
function file(name: string, ino: number, text: string, mtime = ino): Candidate {
  const kind = name === "app.log" ? "path" : "suffix";
  const [size, head] = [text.length, bytes(text).subarray(0, 1024)];
  return { name, kind, dev: 1, ino, born: 0, size, mtime, head };
}

/** Where a file was read to, when it had this text. */
function read(ino: number, text: string, offset = text.length, mtime = ino): FilePosition {
  const head = bytes(text).subarray(0, 1024);
  const known = { head: hashBytes(head), headBytes: head.length };
  return { dev: 1, ino, born: 0, offset, mtime, generation: 1, ...known };
}

/** Names and offsets of what is to be read. */
function plan(known: readonly FilePosition[], files: readonly Candidate[], cursor?: number) {
  const { reads } = planSources(known.map((position) => ({ position, cursor })), files);
  return reads.map(({ candidate, from }) => `${candidate.name} from ${from?.offset ?? 0}`);
}

Deno.test("planSources() goes on in a renamed file, then reads those in between, then the new one", () => {
  assert.deepEqual(
    plan([read(1, "aaaa", 2)], [
      file("app.log", 4, "dddd"),
      file("app.log.1", 3, "cccc"),
      file("app.log.2", 2, "bbbb"),
      file("app.log.3", 1, "aaaaaa"),
      file("app.log.4", 0, "old"),
    ]),
    ["app.log.3 from 2", "app.log.2 from 0", "app.log.1 from 0", "app.log from 0"],
  );
});

Deno.test("planSources() goes on in the copy of a file that was cut", () => {
  const files = [file("app.log", 1, "new", 5), file("app.log.1", 2, "old and more")];
  assert.deepEqual(plan([read(1, "old", 3, 1)], files), ["app.log.1 from 3", "app.log from 0"]);
  // All of it was read: there is nothing more in the copy.
  const whole = [file("app.log", 1, "new", 5), file("app.log.1", 2, "old")];
  assert.deepEqual(plan([read(1, "old", 3, 1)], whole), ["app.log from 0"]);
});

Deno.test("planSources() leaves out a copy whose file is not cut yet, known or new", () => {
  const files = [file("app.log", 1, "text and more", 5), file("app.log.1", 2, "text and")];
  assert.deepEqual(plan([read(1, "text", 4, 1)], files), ["app.log from 4"]);
  assert.deepEqual(plan([read(9, "gone", 4, 0)], files), ["app.log from 0"]);
});

Deno.test("planSources() tells a file that was cut while only its first bytes were known", () => {
  // "1" was read of "10 old", then it was copied and cut, and begins with "1" again.
  const files = [file("app.log", 1, "11 new", 5), file("app.log.1", 2, "10 old")];
  assert.deepEqual(plan([read(1, "1", 0, 1)], files, 1), ["app.log.1 from 0", "app.log from 0"]);
});

Deno.test("planSources() takes an empty file for itself, not for what was copied before", () => {
  const copy = read(2, "old text", 8, 2);
  const files = [file("app.log", 1, "new", 5), file("app.log.1", 2, "old text")];
  assert.deepEqual(plan([copy, read(1, "", 0, 2)], files), ["app.log from 0"]);
});

Deno.test("planSources() does not take another file with a used inode for the old one", () => {
  const other = { ...file("app.log", 1, "begins otherwise"), born: 7 };
  assert.deepEqual(plan([read(1, "begins", 6)], [other]), ["app.log from 0"]);
  const alike = { ...file("app.log", 1, "begins"), born: 7 };
  assert.deepEqual(plan([read(1, "begins", 6)], [alike]), ["app.log from 0"]);
});

Deno.test("planSources() reads what lies beside only if it is newer than what was read last", () => {
  const files = [file("app.log", 5, "e"), file("app.log.1", 4, "d"), file("app.log.2", 3, "c")];
  assert.deepEqual(plan([read(5, "e", 1)], files), ["app.log from 1"]);
});
