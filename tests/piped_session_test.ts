// Lines that are piped into a session.
import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";

for (
  const [lines, code] of [
    ["grep tea\nls\n", 0],
    ["grep nothing-like-it\nls\n", 0],
    ["ls\ngrep nothing-like-it\n", 1],
    ["ls\ncat ../outside\n\n# a comment\n", 1],
    ["grep tea --frobnicate\n", 2],
    ["grepp tea\n", 2],
    ["grep nothing-like-it; ls\n", 1],
    ["grep nothing-like-it\nexit\n", 1],
    ["", 0],
  ] as const
) {
  Deno.test(`a session of ${JSON.stringify(lines)} ends with ${code}`, async () => {
    await using box = await sandbox({ "a.txt": "tea\n" });
    const { code: found, stderr } = await box.cli([], { stdin: lines });
    assert.equal(found, code, stderr);
  });
}

Deno.test("permissions explain and audit print JSON when they are asked to", async () => {
  await using box = await sandbox({ "a.txt": "needle\n" });
  await box.cli(["grep", "needle"]);
  const explained = await box.cli(["--json", "permissions", "explain", "run_tests"]);
  const { command, argv, flags, never, programs } = JSON.parse(explained.stdout);
  assert.deepEqual([command, argv[0], flags.length], ["run_tests", "deno", argv.length - 1]);
  assert.ok(never.some(({ flag }: { flag: string }) => flag === "--allow-run"));
  assert.ok(programs.every(({ name }: { name: string }) => name.startsWith("run_tests.")));
  const audited = await box.cli(["--json", "permissions", "audit"]);
  const receipts = audited.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(receipts.some(({ tool, verdict }) => tool === "grep" && verdict === "allow"));
  const verified = await box.cli(["--json", "permissions", "audit", "--verify"]);
  assert.deepEqual(JSON.parse(verified.stdout), { ok: true, count: receipts.length });
});

Deno.test("permissions audit of a session that has no receipts says so and fails", async () => {
  await using box = await sandbox({ "a.txt": "tea\n" });
  assert.match((await box.cli(["permissions", "audit"])).stdout, /no receipts yet/);
  await box.cli(["ls"]);
  const { code, stderr } = await box.cli(["permissions", "audit", "frob"]);
  assert.equal(code, 1);
  assert.match(stderr, /no receipts of a session "frob": permissions audit shows all/);
});
