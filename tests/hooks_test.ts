/** Hooks in the real program, around calls of the scripted model. */
import assert from "node:assert/strict";
import { askScripted, calls, endOf } from "./_agent.ts";
import { sandbox } from "./_cli.ts";
import { script, trustHooks, userHooks } from "./_hooks.ts";

/** Made up here, so that no scanner takes this file for a leak. */
const TOKEN = "ghp_" + "a1B2".repeat(9);

/** A key of the launcher's environment: the session never learns it. */
const ENV = { STATION_TOKEN: "seven-green-kettles" };

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

const EDIT = { path: "a.txt", edits: [{ old: "one", new: "two" }] };

const flags = ["--json", "--approval", "auto"];

Deno.test("a hook before an edit blocks it, and the model reads the reason", async () => {
  await using box = await sandbox({ "a.txt": "one\n" });
  const said = `${box.folder}/said.json`;
  const no = await script(box, "no.sh", `cat > ${said}\necho frozen until Monday >&2\nexit 2`);
  await userHooks(box, [{ on: "before", tools: ["edit", "write"], command: [no] }]);
  const played = await askScripted(box, [
    calls(["cat", { file: "a.txt" }]),
    { ...calls(["edit", EDIT]), expect: { lastResult: "one" } },
    { expect: { lastResult: "frozen until Monday [hook.blocked]" }, say: "I may not." },
  ], { flags });
  assert.deepEqual(played.problems, [], played.stderr);
  assert.deepEqual([played.code, played.done], [1, true], played.stderr);
  assert.equal(endOf(played).stop, "permission");
  assert.equal(await box.read("a.txt"), "one\n");
  const { event, tool, input, workspace, result } = JSON.parse(await Deno.readTextFile(said));
  assert.deepEqual([event, tool, workspace, result], ["before", "edit", box.ws, undefined]);
  assert.equal(input.path, "a.txt");
  const audit = await box.cli(["permissions", "audit"]);
  assert.match(audit.stdout, /allow hook: \S+no\.sh \[hook\.user\]/);
  assert.match(audit.stdout, /allow hook: \S+no\.sh \[program\.end\] exit 2/);
  assert.match(audit.stdout, /deny {2}edit: edit \[hook\.blocked\]/);
  // What the person types themselves is left alone.
  const own = await box.cli(["edit", "a.txt", "--old", "one", "--new", "two"]);
  assert.deepEqual([own.code, await box.read("a.txt")], [0, "two\n"], own.stderr);
});

Deno.test("a hook blocks by JSON, and reading tools in plan mode too", async () => {
  await using box = await sandbox({ "a.txt": "one\n" });
  const no = await script(box, "no.sh", `echo '{"block": true, "reason": "private"}'`);
  await userHooks(box, [{ on: "before", tools: "*", command: [no] }]);
  const played = await askScripted(box, [
    calls(["cat", { file: "a.txt" }]),
    { expect: { lastResult: "private [hook.blocked]" }, say: "I may not." },
  ], { flags: ["--json", "--approval", "plan"] });
  assert.deepEqual(played.problems, [], played.stderr);
});

Deno.test("a formatter after an edit: its change is told, and the next edit asks for another look", async () => {
  await using box = await sandbox({ "a.txt": "one\nlast\n" });
  const format = await script(box, "format.sh", "sed -i 's/two/TWO/' a.txt\necho formatted a.txt");
  await userHooks(box, [{ on: "after", tools: ["edit"], command: [format] }]);
  const next = { path: "a.txt", edits: [{ old: "last", new: "end" }] };
  const played = await askScripted(box, [
    calls(["cat", { file: "a.txt" }]),
    calls(["edit", EDIT]),
    {
      ...calls(["edit", next]),
      expect: { lastResult: "/formatted a\\.txt\\]\\n\\[hooks changed a\\.txt .*read it again/" },
    },
    {
      ...calls(["cat", { file: "a.txt" }]),
      expect: { lastResult: "/changed on disk since you read it \\(line 1\\)/" },
    },
    { ...calls(["edit", next]), expect: { lastResult: "TWO" } },
    { say: "done" },
  ], { flags });
  assert.deepEqual(played.problems, [], played.stderr);
  assert.equal(await box.read("a.txt"), "TWO\nend\n");
});

Deno.test("a hook after a call that fails, prints too much or a secret is a short note without it", async () => {
  await using box = await sandbox({ "a.txt": "one\n" });
  const lint = await script(
    box,
    "lint.sh",
    `echo "${TOKEN} ${ENV.STATION_TOKEN}"\necho broken >&2\nexit 1`,
  );
  const talk = await script(box, "talk.sh", "yes | head -c 300000");
  const note = await script(box, "note.sh", `echo '{"note": "all is well"}'`);
  await userHooks(
    box,
    [lint, talk, note].map((path) => ({ on: "after", tools: ["cat"], command: [path] })),
  );
  const turns = [calls(["cat", { file: "a.txt" }]), { say: "done" }];
  const played = await askScripted(box, turns, { flags, env: ENV });
  assert.deepEqual([played.code, played.problems], [0, []], played.stderr);
  const text = played.results.at(-1)!;
  assert.match(text, /lint\.sh: it failed with exit code 1: \[redacted\] \[redacted\]\nbroken\]/);
  assert.match(text, /note\.sh: all is well\]$/);
  assert.ok(text.length < 3_000, `${text.length} characters`);
  const all = played.stdout + played.stderr + played.bodies.join();
  for (const secret of [TOKEN, ENV.STATION_TOKEN]) assert.equal(all.includes(secret), false);
});

Deno.test("a hook sees a secret of the input redacted", async () => {
  await using box = await sandbox();
  const said = `${box.folder}/said.json`;
  const look = await script(box, "look.sh", `cat > ${said}`);
  await userHooks(box, [{ on: "before", tools: ["write"], command: [look] }]);
  const content = `${TOKEN} ${ENV.STATION_TOKEN}`;
  const turns = [calls(["write", { path: "n.txt", content }]), { say: "done" }];
  await askScripted(box, turns, { flags, env: ENV });
  assert.match(await Deno.readTextFile(said), /"content":"\[redacted\] \[redacted\]"/);
});

Deno.test("a hook that hangs blocks after its time, and ends with its children", async () => {
  await using box = await sandbox({ "a.txt": "one\n" });
  const canary = `${box.folder}/canary`;
  const hang = await script(box, "hang.sh", `trap '' TERM\n(sleep 4; touch ${canary}) &\nwait`);
  await userHooks(box, [{ on: "before", tools: ["cat"], command: [hang], timeout_sec: 0.5 }]);
  const started = performance.now();
  const played = await askScripted(box, [
    calls(["cat", { file: "a.txt" }]),
    { expect: { lastResult: "/it was ended after .* seconds \\[hook\\.blocked\\]/" }, say: "no" },
  ], { flags });
  assert.deepEqual(played.problems, [], played.stderr);
  // Longer than the canary sleeps.
  await new Promise((ready) => setTimeout(ready, 5_000 - (performance.now() - started)));
  assert.equal(await exists(canary), false);
});

Deno.test("a hook whose program is missing blocks before and is a note after; doctor warns", async () => {
  await using box = await sandbox({ "a.txt": "one\n" });
  await userHooks(box, [
    { on: "before", tools: ["cat"], command: ["no-such-check"] },
    { on: "after", tools: ["ls"], command: ["no-such-lint"] },
  ]);
  const played = await askScripted(box, [
    calls(["cat", { file: "a.txt" }]),
    {
      ...calls(["ls"]),
      expect: { lastResult: "/it did not run: no-such-check not found.*hook\\.blocked/" },
    },
    { expect: { lastResult: "/a\\.txt[^]*it did not run: no-such-lint not found/" }, say: "done" },
  ], { flags });
  assert.deepEqual(played.problems, [], played.stderr);
  const doctor = await box.cli(["doctor"]);
  assert.match(doctor.stdout, /warn +hooks: no-such-check: no-such-check not found.*blocks cat/);
});

Deno.test("hooks of a repository: unused before trust, used after it, unused again when it changes", async () => {
  const hooks = [{ on: "after", tools: ["cat"], command: ["sh", "tools/mark.sh"] }];
  await using box = await sandbox({
    "a.txt": "one\n",
    ".dspy/config.yaml": JSON.stringify({ hooks }),
    "tools/mark.sh": "echo ran > canary\n",
  });
  const canary = `${box.ws}/canary`;
  const play = async () => {
    const turns = [calls(["cat", { file: "a.txt" }]), { say: "done" }];
    const played = await askScripted(box, turns, { flags });
    assert.deepEqual([played.code, played.problems], [0, []], played.stderr);
    return played.stderr;
  };
  const untrusted = await play();
  assert.equal(await exists(canary), false);
  assert.equal(untrusted.match(/not used until you trust this text/g)?.length, 1, untrusted);
  assert.match(
    (await box.cli(["permissions", "explain"])).stdout,
    /names hooks; they are not used/,
  );

  const asked = await box.cli(["--yes", "permissions", "trust"]);
  assert.match(
    asked.stdout,
    /"command":\["sh","tools\/mark\.sh"\][^]*mark\.sh\n +sha256 [0-9a-f]{64}/,
  );
  assert.match(asked.stderr, /trust needs a person/);

  await trustHooks(box, hooks);
  assert.doesNotMatch(await play(), /not used/);
  assert.equal(await exists(canary), true);
  const explained = await box.cli(["permissions", "explain"]);
  assert.match(
    explained.stdout,
    /after cat: sh tools\/mark\.sh \(of the workspace, trusted, 30 s\)/,
  );
  assert.match((await box.cli(["permissions", "audit"])).stdout, /mark\.sh \[hook\.trusted\]/);

  // As `git pull` would: the configuration is the same, what it runs is not.
  await Deno.remove(canary);
  await box.write("tools/mark.sh", "echo other > canary\n");
  assert.match(await play(), /changed since you trusted them/);
  assert.equal(await exists(canary), false);
});

Deno.test("a trusted hook that the agent itself changes blocks from then on", async () => {
  const hooks = [{ on: "before", tools: ["cat"], command: ["sh", "check.sh"] }];
  await using box = await sandbox({
    "a.txt": "one\n",
    ".dspy/config.yaml": JSON.stringify({ hooks }),
    "check.sh": "exit 0\n",
  });
  await trustHooks(box, hooks);
  const played = await askScripted(box, [
    calls(["cat", { file: "check.sh" }]),
    calls(["write", { path: "check.sh", content: "touch canary\n" }]),
    calls(["cat", { file: "a.txt" }]),
    { expect: { lastResult: "/changed since you trusted it.*hook\\.blocked/" }, say: "no" },
  ], { flags });
  assert.deepEqual(played.problems, [], played.stderr);
  assert.equal(await exists(`${box.ws}/canary`), false);
});

Deno.test("hooks that cannot be understood are an error of their file, with the way out", async () => {
  await using box = await sandbox({ "a.txt": "one\n" });
  await userHooks(box, [{ on: "before", tools: ["edti"], command: ["true"] }]);
  const { code, stderr } = await box.cli(["cat", "a.txt"]);
  assert.equal(code, 2);
  assert.match(stderr, /your config\.yaml: hook 1: no tool called "edti": did you mean edit/);
});
