import assert from "node:assert/strict";
import { filesFromPatch } from "./files_from_patch.ts";
import { summarizePatch } from "./summarize_patch.ts";
import { verifyPatch } from "./verify_patch.ts";

const ONE = "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n+b\n+c\n";

Deno.test("filesFromPatch() lists old and new names once, sorted, without prefixes", () => {
  const rename = "diff --git a/z b/y\nrename from z\nrename to y\n";
  const gone = "--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
  assert.deepEqual(filesFromPatch(ONE + gone + ONE + rename), ["f", "gone", "y", "z"]);
  assert.deepEqual(filesFromPatch("hello"), []);
});

Deno.test("summarizePatch() counts files and lines, and zeros for nothing", () => {
  assert.deepEqual(summarizePatch(ONE), { files: 1, added_lines: 2, removed_lines: 1 });
  assert.deepEqual(summarizePatch(""), { files: 0, added_lines: 0, removed_lines: 0 });
});

Deno.test("verifyPatch() passes a small patch", () => {
  assert.deepEqual(verifyPatch(ONE), {
    verdict: "pass",
    risk_level: "low",
    reasons: [],
    fix_suggestions: [],
  });
  assert.equal(verifyPatch(ONE.replaceAll("/f", "/package.json")).risk_level, "medium");
});

Deno.test("verifyPatch() fails what is empty, broken, too large, forbidden or dangerous", () => {
  const reason = (...args: Parameters<typeof verifyPatch>) => {
    const { verdict, risk_level, reasons, fix_suggestions } = verifyPatch(...args);
    assert.deepEqual([verdict, risk_level, fix_suggestions.length], ["fail", "high", 1]);
    return reasons[0];
  };
  assert.equal(reason(" \n"), "Empty patch");
  assert.equal(reason("--- a\n@@ -1 +1 @@\n"), "Missing +++");
  assert.equal(reason("hello"), "Missing ---, +++, @@");
  assert.equal(reason("*** Begin Patch\n*** End Patch\n"), "Missing a `*** \u2026 File:` line");
  assert.equal(reason(ONE, { maxLines: 2 }), "Patch too large: files=1 lines=3");
  assert.equal(reason(ONE, { maxFiles: 0 }), "Patch too large: files=1 lines=3");
  assert.match(reason(ONE, { forbidden: ["C"] }) ?? "", /Forbidden in added lines: "C"/);
  assert.match(reason(ONE.replace("+c", "+rm -rf /")) ?? "", /"rm -rf"/);
});

Deno.test("verifyPatch() does not look at lines that go away", () => {
  assert.equal(verifyPatch(ONE.replace("-a", "-sudo rm -rf /")).verdict, "pass");
});
