import assert from "node:assert/strict";
import { isBoundedRegex } from "./is_bounded_regex.ts";
import { matchingRules } from "./matching_rules.ts";
import { EMPTY_POLICY } from "./policy.ts";

Deno.test("isBoundedRegex() refuses what can run away, and takes everyday rules", () => {
  for (const bad of ["(a+)+$", "(a|aa)+$", "((a*)b?)*c", "(.*,){11}P|(x+x+)+y", "(a)\\1"]) {
    assert.equal(isBoundedRegex(bad), false, bad);
  }
  for (
    const bad of [
      "(?:.?){30}.{30}~~",
      "(?:a?){20}a{20}Z",
      "(?:a?a?){20}Z",
      "(?:a{0,9}){9}Z",
      "(?:a|b){20}c",
      "a?".repeat(30) + "a".repeat(30),
    ]
  ) assert.equal(isBoundedRegex(bad), false, bad);
  for (
    const good of ["(?:foo){3}", "\\d{4}-\\d{2}", "(?:ab)?c", "colou?rs?", "a.*?b", "(?<n>x+)?y"]
  ) {
    assert.equal(isBoundedRegex(good), true, good);
  }
  for (
    const good of ["deploy|release", "\\bprod(uction)?\\b", "[a+*(]+x", "(?:foo)+", "fix.*bug"]
  ) {
    assert.equal(isBoundedRegex(good), true, good);
  }
});

Deno.test("matchingRules() is quick on a rule that would run away", () => {
  const rule = { regex: "(a+)+$", prefer_tools: [], deny_tools: ["grep"] };
  const started = performance.now();
  assert.deepEqual(matchingRules({ ...EMPTY_POLICY, rules: [rule] }, "a".repeat(60) + "!"), []);
  assert.ok(performance.now() - started < 2_000);
});
