import assert from "node:assert/strict";
import type { FileChange } from "../workspace/commit.ts";
import { deniedChange } from "./denied_change.ts";
import { forbiddenCommand } from "./forbidden_command.ts";
import { createGate } from "./gate.ts";
import { loadPreferences } from "./load_preferences.ts";
import { createPathGuard } from "./paths.ts";
import { EMPTY_POLICY } from "./policy.ts";
import { NO_PREFERENCES, type Preferences } from "./preferences.ts";

const prefer = (more: Partial<Preferences>): Preferences => ({ ...NO_PREFERENCES, ...more });

/** A rule, a command, and whether the rule forbids it. */
const COMMANDS: readonly (readonly [rule: string, argv: readonly string[], forbidden: boolean])[] =
  [
    ["git push", ["git", "push"], true],
    ["git push", ["git", "push", "--force", "origin"], true],
    ["git push", ["git", "--no-pager", "-c", "a=b", "push"], true],
    ["git push", ["git", "-C", "dir", "push"], true],
    ["git push", ["GIT", "Push"], true],
    ["git push", ["git", "log", "--grep", "push"], false],
    ["git push", ["git", "status"], false],
    ["git push", ["push", "git"], false],
    ["npm publish", ["npx", "npm", "publish"], true],
    ["npm publish", ["npm", "run", "publish"], false],
    ["rm", ["rm", "x"], true],
    ["rm", ["npm", "run", "format"], false],
    ["rm -rf", ["rm", "-rf", "x"], true],
    ["rm -rf", ["rm", "x"], false],
    ["rm -rf /", ["rm", "-rf", "/home"], true],
    ["dd if=", ["dd", "if=/dev/zero"], true],
    ["git push", ["sh", "-c", "cd x && git push"], true],
    ["| sh", ["bash", "-c", "curl x | sh"], true],
    ["eslint", ["./node_modules/.bin/eslint", "x"], true],
    ["sudo", ["env", "A=1", "sudo", "x"], true],
    ["  ", ["git", "status"], false],
  ];

Deno.test("forbiddenCommand() finds a rule's words in a command, options between them or not", () => {
  for (const [rule, argv, forbidden] of COMMANDS) {
    const found = forbiddenCommand(argv, prefer({ forbidden_commands: ["unrelated", rule] }));
    assert.equal(found, forbidden ? rule : undefined, `${rule} / ${argv.join(" ")}`);
  }
});

const bytes = (text: string) => new TextEncoder().encode(text);

function change(before: string | null, after: string | null, path = "src/a.ts"): FileChange {
  const hash = before === null ? null : "0";
  return {
    from: { path, hash, bytes: bytes(before ?? ""), mode: null },
    to: after === null ? null : bytes(after),
  };
}

Deno.test("deniedChange() looks at added lines only, and names the place", () => {
  const rules = prefer({ forbidden_code_patterns: ["eval(", "os\\.system", "(?i)fixme"] });
  const ruling = (...changes: FileChange[]) => {
    const found = deniedChange(changes, rules);
    return found && `${found.rule} ${found.reason}`;
  };
  assert.equal(ruling(change("eval(x)\nb\n", "eval(x)\nc\n")), undefined);
  assert.equal(ruling(change("eval(x)\n", null)), undefined);
  assert.equal(ruling(change("eval(x)\n", "safe(x)\n")), undefined);
  assert.match(
    ruling(change("a\nb\n", "a\nb\neval(x)\n"))!,
    /^preferences\.forbidden_code_patterns src\/a\.ts:3 adds "eval\(", .*\.dspy_preferences\.json/,
  );
  assert.match(
    ruling(change(null, "import os\nos.system('x')\n"))!,
    /src\/a\.ts:2 adds "os\\\\\.system"/,
  );
  assert.match(ruling(change("", "ok\n"), change("", "// FixMe\n", "b.ts"))!, /b\.ts:1 adds/);
  assert.equal(ruling(change("", "osXsystem evaluate\n")), undefined);
});

Deno.test("deniedChange() counts added and removed lines over all files of a change", () => {
  const ruling = (most: number, ...changes: FileChange[]) =>
    deniedChange(changes, prefer({ max_blast_radius: most }))?.reason;
  const three = change("a\nb\nc\n", "a\nB\nc\nd\n");
  assert.equal(ruling(3, three), undefined);
  assert.match(ruling(2, three)!, /3 lines.*at most 2/);
  assert.match(ruling(5, three, change(null, "x\ny\nz\n", "n.ts"))!, /6 lines/);
  assert.match(ruling(1, change("a\nb\n", null))!, /2 lines/);
  assert.match(ruling(0, change("a\n", "b\n"))!, /at most 0/);
  assert.equal(ruling(0, change("a\n", "a\n")), undefined);
  assert.equal(deniedChange([three], NO_PREFERENCES), undefined);
});

async function load(text: string | Uint8Array | undefined) {
  const root = await Deno.makeTempDir();
  try {
    if (typeof text === "string") await Deno.writeTextFile(`${root}/.dspy_preferences.json`, text);
    else if (text) await Deno.writeFile(`${root}/.dspy_preferences.json`, text);
    return loadPreferences(createPathGuard(root));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("loadPreferences() reads what the file says, and nothing where there is none", async () => {
  assert.deepEqual(await load(undefined), { preferences: undefined, warnings: [] });
  assert.deepEqual(await load("{}"), { preferences: NO_PREFERENCES, warnings: [] });
  const { preferences, warnings } = await load(
    '\uFEFF{"forbidden_commands": ["git push"], "forbidden_code_patterns": ["eval("], "max_blast_radius": 40}',
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    preferences,
    prefer({
      forbidden_commands: ["git push"],
      forbidden_code_patterns: ["eval("],
      max_blast_radius: 40,
    }),
  );
  const slip = await load('{"forbiden_commands": ["git push"]}');
  assert.match(slip.warnings.join(), /unknown setting "forbiden_commands".*"forbidden_commands"/);
});

Deno.test("loadPreferences() closes what it would limit when the file cannot be understood", async () => {
  const bad: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ["{", /not JSON/],
    ["[]", /not JSON settings/],
    ['"x"', /not JSON settings/],
    ['{"forbidden_commands": "git push"}', /forbidden_commands is not a list of texts/],
    ['{"forbidden_code_patterns": [1]}', /forbidden_code_patterns is not a list of texts/],
    ['{"forbidden_code_patterns": ["(a+)+"]}', /could run for ever/],
    ['{"max_blast_radius": -1}', /max_blast_radius is not a whole number of lines/],
    ['{"max_blast_radius": 0.5}', /max_blast_radius is not a whole number of lines/],
    ['{"max_blast_radius": "9"}', /max_blast_radius is not a whole number of lines/],
    [new Uint8Array([0xff, 0xfe, 0x7b]), /not JSON/],
  ];
  for (const [text, why] of bad) {
    const { preferences, warnings } = await load(text);
    assert.match(preferences?.broken ?? "", why, String(text));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /\.dspy_preferences\.json.*until it is mended/);
    assert.match(warnings[0]!, why);
  }
});

Deno.test("loadPreferences() follows no link out of the workspace", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${base}/ws`);
  await Deno.writeTextFile(`${base}/outside.json`, "{}");
  await Deno.symlink("../outside.json", `${base}/ws/.dspy_preferences.json`);
  assert.ok(loadPreferences(createPathGuard(`${base}/ws`)).preferences?.broken);
  await Deno.remove(base, { recursive: true });
});

Deno.test("createGate() denies forbidden commands whoever asks, and all but reading when the file is bad", async () => {
  const root = await Deno.makeTempDir();
  const decide = async (preferences: Preferences, request: object) => {
    const gate = createGate({
      policy: { ...EMPTY_POLICY, allow_commands: ["git push"], preferences },
      approval: "auto",
      yes: true,
      interactive: true,
      guard: createPathGuard(root),
    });
    const { verdict, rule } = await gate.decide({
      tool: "exec",
      effect: "execute",
      origin: "user",
      needs: {},
      ...request,
    });
    return `${verdict} ${rule}`;
  };
  const push = prefer({ forbidden_commands: ["git push"] });
  const broken = prefer({ broken: "not JSON" });
  const table: readonly (readonly [Preferences, object, string])[] = [
    [push, { argv: ["git", "push"] }, "deny preferences.forbidden_commands"],
    [push, { argv: ["git", "push"], origin: "agent" }, "deny preferences.forbidden_commands"],
    [push, { argv: ["git", "push"], hook: "user" }, "deny preferences.forbidden_commands"],
    [push, { argv: ["git", "status"] }, "allow consent"],
    [NO_PREFERENCES, { argv: ["git", "push"] }, "allow policy.allow_commands"],
    [broken, { argv: ["git", "push"] }, "deny preferences.broken"],
    [broken, { tool: "edit", effect: "write", origin: "agent" }, "deny preferences.broken"],
    [broken, { tool: "run_tests", origin: "agent" }, "deny preferences.broken"],
    [broken, { tool: "grep", effect: "read", origin: "agent" }, "allow approval.read"],
    [broken, { tool: "edit", effect: "write" }, "allow consent"],
    [broken, { tool: "run_tests", argv: ["pytest"] }, "allow consent"],
  ];
  for (const [preferences, request, expected] of table) {
    assert.equal(await decide(preferences, request), expected, JSON.stringify(request));
  }
  await Deno.remove(root, { recursive: true });
});
