import assert from "node:assert/strict";
import { focusText } from "./_focus_text.ts";

const LONG = Array.from({ length: 1_000 }, (_, i) => i === 500 ? "const LIMIT = 10;" : `line ${i}`)
  .join("\n");

Deno.test("focusText() shows the lines that a task is about, and marks what is left out", () => {
  const text = focusText(LONG, "raise the limit of each line", 1_000);
  assert.ok(text.length <= 1_000, String(text.length));
  assert.match(
    text,
    /^\.\.\. \d+ lines left out \.\.\.\nline 488\n[^]*line 499\nconst LIMIT = 10;\n/m,
  );
  assert.match(text, /\.\.\. \d+ lines left out \.\.\.$/);
});

Deno.test("focusText() leaves a short text alone, and cuts one that says nothing in the middle", () => {
  assert.equal(focusText("a\nb", "b", 3), "a\nb");
  assert.match(focusText(LONG, "zzyzx", 500), /^line 0\n[^]*lines left out[^]*line 999$/);
});

Deno.test("focusText() takes a text of one line, however long", () => {
  assert.ok(focusText("word ".repeat(10_000), "word", 500).length <= 600);
});
