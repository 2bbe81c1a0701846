import assert from "node:assert/strict";
import fc from "fast-check";
import { unifiedDiff } from "./unified_diff.ts";

Deno.test("unifiedDiff() writes standard hunks", () => {
  assert.equal(
    unifiedDiff("a\nb\nc\n", "a\nB\nc\n", "a/f", "b/f"),
    [
      "--- a/f",
      "+++ b/f",
      "@@ -1,3 +1,3 @@",
      " a",
      "-b",
      "+B",
      " c",
      "",
    ].join("\n"),
  );
});

Deno.test("unifiedDiff() is empty for equal texts", () => {
  assert.equal(unifiedDiff("a", "a", "x", "y"), "");
});

Deno.test("unifiedDiff() gives an empty side the start 0, and omits the length 1", () => {
  assert.match(unifiedDiff("", "x\n", "/dev/null", "b/f"), /^@@ -0,0 \+1 @@$/m);
  assert.match(unifiedDiff("x\ny\n", "", "a/f", "/dev/null"), /^@@ -1,2 \+0,0 @@$/m);
});

Deno.test("unifiedDiff() marks each side that ends without a newline", () => {
  assert.equal(
    unifiedDiff("x", "x\n", "f", "f"),
    "--- f\n+++ f\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n",
  );
});

Deno.test("unifiedDiff() splits distant changes and joins near ones", () => {
  const a = Array.from({ length: 30 }, (_, i) => `${i}\n`);
  const far = a.with(2, "x\n").with(25, "y\n").join("");
  const near = a.with(2, "x\n").with(9, "y\n").join("");
  assert.equal(unifiedDiff(a.join(""), far, "f", "f").match(/^@@/gm)?.length, 2);
  assert.equal(unifiedDiff(a.join(""), near, "f", "f").match(/^@@/gm)?.length, 1);
});

Deno.test("unifiedDiff() quotes names as git does", () => {
  assert.match(unifiedDiff("", "x", 'a "b"\n', "c d"), /^--- "a \\"b\\"\\n"\n\+\+\+ c d\t\n/);
});

Deno.test("unifiedDiff() is applied by git and by patch", async () => {
  const dir = await Deno.makeTempDir();
  const text = fc.array(fc.constantFrom("a", "b", "", "-- x", "++ y", "@@ -1 +1 @@", "z\r"), {
    maxLength: 14,
  }).chain((lines) => fc.boolean().map((end) => lines.join("\n") + (end ? "\n" : "")));
  try {
    await fc.assert(
      fc.asyncProperty(text, text, fc.integer({ min: 1, max: 4 }), async (a, b, context) => {
        if (a === b) return;
        const diff = unifiedDiff(a, b, a === "" ? "/dev/null" : "a/f", "b/f", context);
        for (const [program, ...args] of [["git", "apply", "-"], ["patch", "-s", "-p1"]]) {
          await Deno.remove(`${dir}/f`).catch(() => {});
          if (a !== "") await Deno.writeTextFile(`${dir}/f`, a);
          const { code, text } = await pipe(program!, args, diff, dir);
          assert.equal(code, 0, `${program}: ${text}\n${diff}`);
          assert.equal(await Deno.readTextFile(`${dir}/f`).catch(() => ""), b, program);
        }
      }),
      { numRuns: 60 },
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("unifiedDiff() is quick on large files that share nothing", () => {
  const lines = (seed: number) =>
    Array.from({ length: 20_000 }, (_, i) => `${(i * seed) % 97}\n`).join("");
  const start = performance.now();
  assert.ok(unifiedDiff(lines(31), lines(53), "a", "b").length > 0);
  assert.ok(performance.now() - start < 3000);
});

async function pipe(program: string, args: string[], stdin: string, cwd: string) {
  const child = new Deno.Command(program, {
    args,
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}
