import assert from "node:assert/strict";
import { missingFiles, namedPaths } from "./_named_paths.ts";

Deno.test("namedPaths() finds files by folder or ending, and takes no prose for one", () => {
  const text =
    "See src/a.ts:12, `b_test.py`, ./lib/c.d.ts, (docs/guide.md) and README.md, README.md.";
  assert.deepEqual(namedPaths(text), [
    "src/a.ts",
    "b_test.py",
    "lib/c.d.ts",
    "docs/guide.md",
    "README.md",
  ]);
  for (
    const none of [
      "https://example.org/a.ts",
      "v1.2.3, e.g. foo.bar",
      "Node.js and Vue.js",
      "console.log",
      "`response.json`, data.json()",
      "and/or, src/folder/",
    ]
  ) assert.deepEqual(namedPaths(none), [], none);
});

Deno.test("namedPaths() takes long hostile texts in its stride", () => {
  for (const part of ["a.", "a/", "a.a/", "-", "@.-", "http://"]) {
    const started = performance.now();
    namedPaths(part.repeat(50_000));
    assert.ok(performance.now() - started < 2_000, part);
  }
});

Deno.test("missingFiles() knows bare names by the end of a known path", async () => {
  const known = new Set(["src/a.ts"]);
  assert.deepEqual(await missingFiles(["a.ts", "src/a.ts", "b.ts", "lib/a.ts"], known, {}), [
    "b.ts",
    "lib/a.ts",
  ]);
});
