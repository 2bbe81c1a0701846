import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";

Deno.test("run --output json without a model holds what the tools found, in one object", async () => {
  await using box = await sandbox({ "shop.ts": "export function openShop(): void {}\n" });
  const { code, stdout } = await box.cli(["run", "--output", "json", "where is openShop defined?"]);
  assert.equal(code, 0);
  const { ok, answer, results } = JSON.parse(stdout);
  assert.deepEqual([ok, answer], [true, "Answered by knowledge."]);
  assert.equal(results.length, 1);
  assert.deepEqual([results[0].tool, results[0].ok], ["knowledge", true]);
  assert.match(results[0].text, /function openShop\s+shop\.ts:1/);
});

Deno.test("the same request again runs its tools again, and sees what has changed", async () => {
  await using box = await sandbox({ "shop.ts": "export function openShop(): void {}\n" });
  const ask = () => box.cli(["run", "the shops and their doors"]);
  const before = await ask();
  await box.write("other.ts", "// the doors of the shops\n");
  const after = await ask();
  assert.doesNotMatch(before.stdout, /other\.ts/);
  assert.match(after.stdout, /other\.ts/, after.stdout + after.stderr);
  assert.doesNotMatch(after.stdout + after.stderr, /Answered just now/);
});
