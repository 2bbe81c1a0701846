import assert from "node:assert/strict";
import { catalogEntry } from "../core/catalog_entry.ts";
import patch from "../skills/edit/patch.ts";
import cat from "../skills/files/cat.ts";
import { parseToolWords } from "./flags.ts";
import { stdinWords } from "./stdin_words.ts";

function source(chunks: readonly Uint8Array[], terminal = false) {
  return { isTerminal: () => terminal, readable: ReadableStream.from(chunks) };
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("stdinWords() puts standard input in place of -, in pieces that split letters", async () => {
  const entry = catalogEntry(patch);
  const text = '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-"a"  \\\n+\u00e9 $x\n';
  const raw = bytes(text);
  const cut = raw.indexOf(0xc3) + 1;
  const words = await stdinWords(
    ["-", "--dry-run"],
    entry,
    source([raw.subarray(0, cut), raw.subarray(cut)]),
  );
  assert.deepEqual(await parseToolWords(entry, words), { patch: text, dryRun: true });
});

Deno.test("stdinWords() leaves other words alone, and says what cannot be read", async () => {
  const entry = catalogEntry(patch);
  const none = source([]);
  assert.deepEqual(await stdinWords(["fix.patch"], entry, none), ["fix.patch"]);
  assert.deepEqual(await stdinWords(["-"], catalogEntry(cat), none), ["-"]);
  await assert.rejects(stdinWords(["-"], entry, source([], true)), /nothing is piped/);
  await assert.rejects(stdinWords(["-"], entry, source([new Uint8Array([0xff])])), /not UTF-8/);
});
