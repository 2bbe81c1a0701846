// Rows 68 and 70 of the table of bad inputs, and inputs of the wrong kind or size.
import assert from "node:assert/strict";
import { join } from "node:path";
import { fails, noTrace, runLines } from "./_bad_input.ts";
import { sandbox } from "./_cli.ts";

Deno.test("row 68: a regex that takes forever ends with one sentence", async () => {
  await using box = await sandbox({ "a.txt": `${"a".repeat(60)}!\n`, "b.txt": "plain\n" });
  const started = Date.now();
  await fails(box, ["grep", "(a+)+$"], 1, /the regex takes too long/);
  assert.ok(Date.now() - started < 20_000);
});

Deno.test("row 70: words that look like flags of ours are data after --, and usage errors before", async () => {
  await using box = await sandbox({ "a.txt": "--allow-all\n" });
  await fails(box, ["run", "--allow-all"], 2, /--allow-all/);
  await fails(box, ["--allow-all"], 2, /allow-all/);
  const found = await box.cli(["grep", "-f", "--", "--allow-all"]);
  assert.equal(found.stdout, "a.txt:1: --allow-all\n");
  const asked = await box.cli(["run", "--", "--allow-all where is it ?"]);
  noTrace(asked);
  assert.doesNotMatch(asked.stderr, /No flag/);
  const { stdout } = await box.cli(["permissions", "explain", "--json"]);
  assert.doesNotMatch(stdout, /-A\b|--allow-all/);
});

Deno.test("a workspace that is none, or that cannot be understood, is one sentence and exit 2", async () => {
  await using box = await sandbox({ "file": "x\n" });
  await fails(box, ["--workspace", join(box.ws, "file"), "ls"], 2, /^not a directory: ".*file"/);
  await fails(box, ["--workspace", join(box.ws, "none"), "ls"], 2, /^no such folder: ".*none"/);
  await fails(box, ["ls", "--workspace="], 2, /workspace/);
  await box.write(".dspy/config.yaml", "approval: [unclosed\n");
  await fails(box, ["ls"], 2, /config\.yaml/);
  await Deno.remove(join(box.ws, ".dspy"), { recursive: true });
  await box.write(".dspy_policy.yaml", "deny_tools: 7\n");
  await fails(box, ["ls"], 2, /deny_tools is not a list/);
});

Deno.test("a single line of 100 MB, invalid UTF-8, a tree 10,000 deep: answers, no crash", async () => {
  await using box = await sandbox();
  await box.write(
    "latin.txt",
    new Uint8Array([97, 0xff, 0xfe, 0xc3, 40, ...new TextEncoder().encode(" needle\n")]),
  );
  await box.write("big.txt", new Uint8Array(100_000_000).fill(120));
  await deepTree(box.ws, 10_000);
  const { ends } = await runLines(box, [
    "grep needle",
    "cat latin.txt",
    "extract latin.txt --regex needle",
    "grep -f xxxxy big.txt",
    "cat big.txt",
    "extract big.txt --regex xxx",
    "index",
    "esearch needle",
    "ls",
    "tree",
    "codectx",
  ]);
  const [grep, cat, extract, long, ...rest] = ends;
  assert.match(grep!.text, /^latin\.txt:1: a.*needle/);
  assert.match(cat!.text, /needle/);
  assert.match(extract!.text, /needle/);
  assert.deepEqual([long!.ok, long!.exitCode], [false, 1]);
  assert.match(rest[0]!.text, /"big\.txt" is too large: 100\.0 MB/);
  assert.match(rest[1]!.text, /"big\.txt" is too large/);
  for (const end of rest.slice(2)) assert.ok(end.ok, `${end.tool}: ${end.text}`);
});

/** Folders inside each other; their path is longer than a system call takes. */
async function deepTree(root: string, depth: number): Promise<void> {
  const script = "import os,sys\nos.chdir(sys.argv[1])\n" +
    'for i in range(int(sys.argv[2])):\n os.mkdir("d"); os.chdir("d")';
  const made = await new Deno.Command("python3", { args: ["-c", script, root, String(depth)] })
    .output().catch(() => undefined);
  // deno-lint-ignore no-console -- a skipped check says so
  if (!made?.success) console.log("SKIP 10,000-deep tree: python3, which makes it, is missing");
}
