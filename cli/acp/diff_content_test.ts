import assert from "node:assert/strict";
import { unifiedDiff } from "../../skills/edit/unified_diff.ts";
import { diffContent } from "./diff_content.ts";

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join("");

Deno.test("diffContent() gives one block for each hunk, with both texts", () => {
  const before = lines(1, 40);
  const after = before.replace("line 2\n", "two\n").replace("line 39\n", "");
  const blocks = diffContent(unifiedDiff(before, after, "a/x.txt", "b/x.txt"), "/ws");
  assert.deepEqual(blocks, [
    {
      type: "diff",
      path: "/ws/x.txt",
      oldText: lines(1, 5),
      newText: lines(1, 5).replace("line 2", "two"),
    },
    {
      type: "diff",
      path: "/ws/x.txt",
      oldText: lines(36, 40),
      newText: lines(36, 40).replace("line 39\n", ""),
    },
  ]);
});

Deno.test("diffContent() knows new files, deleted ones and missing line ends", () => {
  const only = (a: string, b: string, from: string, to: string) =>
    diffContent(unifiedDiff(a, b, from, to), "/ws")?.[0];
  assert.deepEqual(only("", "x\n", "/dev/null", "b/n.txt"), {
    type: "diff",
    path: "/ws/n.txt",
    oldText: null,
    newText: "x\n",
  });
  assert.deepEqual(only("x\n", "", "a/n.txt", "/dev/null"), {
    type: "diff",
    path: "/ws/n.txt",
    oldText: "x\n",
    newText: "",
  });
  assert.deepEqual(only("x", "x\n", "a/n.txt", "b/n.txt"), {
    type: "diff",
    path: "/ws/n.txt",
    oldText: "x",
    newText: "x\n",
  });
});

Deno.test("diffContent() leaves alone what it would not show whole", () => {
  assert.equal(diffContent("git commit -m x", "/ws"), undefined);
  assert.equal(diffContent("words\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "/ws"), undefined);
  assert.equal(
    diffContent("--- a/x\n+++ b/x\nBinary files a/x and b/x differ\n", "/ws"),
    undefined,
  );
});
