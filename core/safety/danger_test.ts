import assert from "node:assert/strict";
import fc from "fast-check";
import { DANGER_PATTERNS, findDanger } from "./danger.ts";

/** The list as the specification writes it. */
const LITERALS = [
  "rm -rf",
  "git reset --hard",
  "mkfs",
  ":> /",
  "dd if=",
  "sudo ",
  "curl ",
  "| sh",
  "| bash",
  "chmod -R 777 /",
  "chown -R /",
  "git push --force",
  "git clean -fdx",
  "> /dev/",
];

Deno.test("findDanger() finds each literal of the list, in any case, amid other words", () => {
  for (const literal of LITERALS) {
    for (
      const form of [literal, literal.toUpperCase(), `echo a; ${literal} b`, `x && ${literal}`]
    ) {
      assert.ok(findDanger(`${form} x`).length > 0, form);
    }
  }
  assert.equal(DANGER_PATTERNS.length, LITERALS.length);
});

Deno.test("findDanger() finds the same acts in other spellings", () => {
  const forms: Record<string, string> = {
    "rm -fr x": "rm -rf",
    "rm  -r  -f x": "rm -rf",
    "rm --recursive --force x": "rm -rf",
    "git -C x reset HEAD~1 --hard": "git reset --hard",
    "dd bs=1M if=/dev/zero": "dd if=",
    "curl x |bash": "| bash",
    "git push origin main -f": "git push --force",
    "git push --force-with-lease": "git push --force",
    "git clean -xfd": "git clean -fdx",
    "chown -R me:me /etc": "chown -R /",
  };
  for (const [form, name] of Object.entries(forms)) {
    assert.ok(findDanger(form).some((hit) => hit.name === name), form);
  }
});

Deno.test("findDanger() leaves ordinary commands alone", () => {
  const fine = [
    "npm test",
    "rm file.txt",
    "rm -r build",
    "git reset HEAD file",
    "git push origin main",
    "git clean -n",
    "pseudo code",
    "libcurl build",
    "cat a | shuf",
    "python3 -m pytest -x",
    "chmod 644 a",
    "git add dd.ts if=1",
  ];
  for (const command of fine) assert.deepEqual(findDanger(command), [], command);
});

Deno.test("findDanger() is fast on hostile text", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("rm -", "git ", "git push ", "dd ", "-r ", "rm -r ", "chown -R a"),
      (part) => {
        const start = performance.now();
        findDanger(part.repeat(2_000));
        assert.ok(performance.now() - start < 1_500);
      },
    ),
    { numRuns: 20 },
  );
});
