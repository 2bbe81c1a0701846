// Settings, policy, approval, receipts and plain language, through the real program.
import assert from "node:assert/strict";
import { join } from "node:path";
import { sandbox } from "./_cli.ts";
import { trustPolicy } from "./_trust_policy.ts";
import { check, PROJECT, runRows, snapshot } from "./_project.ts";

Deno.test("doctor names what works and ends with 0", async () => {
  await using box = await sandbox(PROJECT);
  const before = await snapshot(box.ws);
  check(
    await box.cli(["doctor"]),
    { out: /^ok +jail: [^]*^ok +store: [^]*The essentials work/m },
    "doctor",
  );
  assert.deepEqual(await snapshot(box.ws), before);
});

Deno.test("config: files, flags and variables, each with its origin; config init comments", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [[["config", "init"], {
    out: /wrote \.dspy_policy\.yaml\nwrote \.dspy\/config\.yaml\n/,
  }]]);
  assert.match(await box.read(".dspy_policy.yaml"), /^# /);
  await runRows(box, [
    [["config", "init"], { code: 1, err: /\.dspy_policy\.yaml exists and is left as it is/ }],
    [["ls", "src"], { out: /cart\.js/ }],
    [["config", "--timeout-sec=9"], { out: /^timeout_sec +9 +\[flag[^\]]*\]/m }],
  ]);
  const { stdout } = await box.cli(["config"], { env: { MAX_LOG_BYTES: "1000" } });
  assert.match(stdout, /^max_log_bytes +1000 +\[environment[^\]]*\]/m);
  check(
    await box.cli(["config"], { env: { MAX_LOG_BYTES: "lots" } }),
    { out: /^max_log_bytes +512000 +\[default\]/m, err: /MAX_LOG_BYTES.*lots/ },
    "config",
  );
});

Deno.test("questions in plain words are answered from the project", async () => {
  await using box = await sandbox(PROJECT);
  const before = await snapshot(box.ws);
  const questions: readonly (readonly [string, RegExp])[] = [
    ["where is totalPrice defined?", /src\/cart\.js:12/],
    ["what is this project about?", /Shop/],
    ["why did the payment fail?", /payment refused/],
    ["show me src/money.js", /Math\.round/],
    ["which files import money.js?", /src\/cart\.js/],
    ["rename addItem to put", /addItem/],
  ];
  for (const [question, answer] of questions) {
    const { code, stdout, stderr } = await box.cli(["run", question]);
    assert.equal(code, 0, `${question}\n${stdout}${stderr}`);
    assert.match(stdout, answer, question);
    assert.match(stderr, /^-> \w+: /, question);
    assert.match(stdout, /Answered by/, question);
    assert.doesNotMatch(stderr, /Error/, question);
  }
  assert.deepEqual(await snapshot(box.ws), before);
});

Deno.test("a session remembers what earlier ones found", async () => {
  await using box = await sandbox(PROJECT);
  await box.cli([], { stdin: "where is totalPrice defined?\n" });
  const first = JSON.parse(await box.read(".dspy_session_memory.json"));
  assert.match(first.chain_history.at(-1).query, /totalPrice/);
  await box.cli(["run", "where is addItem defined?"]);
  const second = JSON.parse(await box.read(".dspy_session_memory.json"));
  assert.deepEqual(
    second.chain_history.map(({ query }: { query: string }) => /\w+ defined/.exec(query)?.[0]),
    ["totalPrice defined", "addItem defined"],
  );
  await box.cli(["extract", "src/money.js", "--symbol", "round"]);
  check(await box.cli(["diff", "part.js"]), { out: /^\+export function round/m }, "buffer");
});

Deno.test("headless: a program the agent chose is refused with the way out; auto, yes and manual", async () => {
  await using box = await sandbox(PROJECT);
  const request = ["run", "run the tests"];
  check(
    await box.cli(request),
    { code: 1, out: /^Not allowed: /, err: /nobody can be asked.*--yes.*policy file.*npm.* test/ },
    "unset",
  );
  check(
    await box.cli([...request, "--approval", "auto"]),
    { out: /1 passed/, err: /-> run_tests/ },
    "auto",
  );
  // A workspace of its own: what has just been answered is not done again.
  await using other = await sandbox(PROJECT);
  check(
    await other.cli([...request, "--yes"]),
    { out: /1 passed/, err: /-> run_tests/ },
    "yes",
  );
  const manual = await box.cli(["--approval=manual", "run", "where is totalPrice defined?"]);
  assert.match(manual.stderr, /manual approval asks.*nobody can be asked/);
  assert.doesNotMatch(manual.stdout, /cart\.js:12/);
  check(
    await box.cli(["write", "x.txt", "--content", "x", "--approval", "manual"]),
    { code: 1, err: /manual approval asks/ },
    "manual write",
  );
  await assert.rejects(Deno.stat(join(box.ws, "x.txt")), Deno.errors.NotFound);
  check(
    await box.cli(["grep", "round", "src/money.js", "--approval", "manual"]),
    { out: /money/ },
    "read",
  );
});

Deno.test("policy: denied tools never run, for the person neither; commands run once trusted", async () => {
  await using box = await sandbox(PROJECT);
  await box.write(
    ".dspy_policy.yaml",
    'policy:\n  deny_tools: [esearch]\n  allow_commands: ["node --version"]\n  deny_paths: ["src/money.js"]\n',
  );
  const untrusted = /\.dspy_policy\.yaml wants to allow commands; .*permissions trust\n/;
  check(
    await box.cli(["esearch", "cart"]),
    { code: 1, err: /policy-deny: esearch.*policy file/ },
    "deny_tools",
  );
  check(
    await box.cli(["cat", "src/money.js"]),
    { code: 1, err: /denied by the policy/ },
    "deny_paths",
  );
  check(
    await box.cli(["grep", "toFixed|Math"]),
    { code: 1, out: /no matches/, err: untrusted },
    "grep",
  );
  check(await box.cli(["exec", "node --version"]), { code: 1, err: /nobody can be asked/ }, "exec");
  check(
    await box.cli(["permissions", "trust"]),
    { code: 1, out: /node --version/, err: /trust needs a person/ },
    "trust",
  );
  check(
    await box.cli(["permissions", "trust", "--yes"], { stdin: "y\n" }),
    { code: 1, out: /node --version/, err: /trust needs a person.*--yes does not answer/ },
    "trust --yes",
  );
  check(
    await box.cli(["exec", "node --version"]),
    { code: 1, err: /nobody can be asked/ },
    "still",
  );
  await trustPolicy(box);
  check(await box.cli(["exec", "node --version"]), { out: /^v\d+/ }, "trusted");
  check(
    await box.cli(["exec", "node -e 1"]),
    { code: 1, err: /nobody can be asked/ },
    "other argv",
  );
  await box.write(
    ".dspy_policy.yaml",
    "policy:\n  allow_commands: ['node --version', 'node -e 1']\n",
  );
  check(await box.cli(["exec", "node --version"]), { code: 1, err: untrusted }, "changed");
});

Deno.test("permissions audit: refused and granted calls leave receipts outside the workspace", async () => {
  await using box = await sandbox(PROJECT);
  check(await box.cli(["permissions", "audit"]), { out: /^no receipts yet\n$/ }, "none");
  await box.cli(["cat", "../secret"]);
  await box.cli(["exec", "--yes", "node --version"]);
  const { stdout } = await box.cli(["permissions", "audit"]);
  assert.match(stdout, / deny {2}cat: /);
  assert.match(stdout, / allow exec: node --version \[approval\.yes\]/);
  assert.match(stdout, / allow exec: node --version \[program\.end\] exit 0/);
  const log = [
    ...new Set((await filesBelow(box.folder)).filter((path) => /receipts|audit/.test(path))),
  ];
  assert.equal(log.length, 1, String(log));
  assert.ok(!log[0]!.startsWith(box.ws));
  assert.equal((await Deno.stat(log[0]!)).mode! & 0o777, 0o600);
  const text = await Deno.readTextFile(log[0]!);
  await Deno.writeTextFile(log[0]!, text.replace("node --version", "node --vorsion"));
  check(
    await box.cli(["permissions", "audit", "--verify"]),
    { code: 1, err: /receipt \d+ does not fit/ },
    "verify",
  );
});

Deno.test("permissions shrink: what it proposes suffices for the same, and denies what else writes", async () => {
  await using box = await sandbox(PROJECT);
  check(await box.cli(["permissions", "shrink"]), { out: /nothing to go by/ }, "none");
  const before = await snapshot(box.ws);
  const runs = [["grep", "totalPrice"], ["exec", "node --version"]];
  for (const args of runs) check(await box.cli(["--yes", ...args]), { out: /./ }, args[0]!);
  const { stdout } = await box.cli(["permissions", "shrink"]);
  assert.match(stdout, /^# Tools used: exec, grep$/m);
  assert.match(stdout, /^ {2}allow_commands:\n {4}- "node --version"$/m);
  assert.deepEqual(await snapshot(box.ws), before);
  assert.doesNotMatch((await box.cli(["permissions", "shrink", "--last", "1"])).stdout, /grep/);
  await box.write(".dspy_policy.yaml", stdout);
  await trustPolicy(box);
  for (const args of runs) check(await box.cli(args), { out: /./ }, args[0]!);
  check(
    await box.cli(["edit", "src/cart.js", "--old", "a", "--new", "b"]),
    { code: 1, err: /policy-deny: edit/ },
    "edit",
  );
});

async function filesBelow(folder: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) all.push(...await filesBelow(join(folder, name)));
    else all.push(join(folder, name));
  }
  return all;
}
