import assert from "node:assert/strict";
import { openApprovals } from "./approvals.ts";
import type { Decision, GateRequest } from "./decision.ts";
import { loadPolicy } from "./load_policy.ts";
import { createPathGuard } from "./paths.ts";
import { isTrusted, readTrust, trust, trustDigest, trustText, withTrust } from "./trust.ts";

async function withPlace(work: (root: string, dir: string) => Promise<void>): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${base}/ws`);
  try {
    await work(`${base}/ws`, `${base}/state`);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

const SCRIPTS = { scripts: { pretest: "true", test: "true" } };

Deno.test("trust() holds for the exact text, for one root, in a private file", async () => {
  await withPlace(async (root, dir) => {
    const digest = await trustDigest("text");
    assert.equal(await isTrusted(dir, root, digest), false);
    const record = await trust(dir, root, "text");
    assert.equal(record.digest, digest);
    assert.equal(await isTrusted(dir, root, digest), true);
    assert.equal(await isTrusted(dir, `${root}2`, digest), false);
    assert.equal(await isTrusted(dir, root, await trustDigest("text ")), false);
    assert.equal((await Deno.stat(`${dir}/trust.json`)).mode! & 0o777, 0o600);
    await Deno.writeTextFile(`${dir}/trust.json`, "{ broken");
    assert.equal(await readTrust(dir, root), undefined);
    await Deno.chmod(`${dir}/trust.json`, 0o666);
    await assert.rejects(isTrusted(dir, root, digest), { rule: "state.foreign" });
  });
});

Deno.test("trustText() changes with the policy and with the scripts that it allows", async () => {
  await withPlace(async (root) => {
    const write = (name: string, value: unknown) =>
      Deno.writeTextFile(`${root}/${name}`, JSON.stringify(value));
    const text = async () => trustText(root, await loadPolicy(createPathGuard(root)));
    await write(".dspy_policy.json", { allow_commands: ["npm test"] });
    await write("package.json", { ...SCRIPTS, version: "1" });
    const before = await text();
    await write("package.json", { ...SCRIPTS, version: "2" });
    assert.equal(await text(), before);
    await write("package.json", { scripts: { ...SCRIPTS.scripts, pretest: "touch PWN" } });
    assert.notEqual(await text(), before);
    await write("package.json", SCRIPTS);
    await write(".dspy_policy.json", { allow_commands: ["npm test", "make"] });
    assert.notEqual(await text(), before);
  });
});

Deno.test("withTrust() drops what a workspace allows, never what it denies", async () => {
  await withPlace(async (root) => {
    const policy = { allow_commands: ["make"], deny_commands: ["rm *"], deny_tools: ["edit"] };
    await Deno.writeTextFile(`${root}/.dspy_policy.json`, JSON.stringify(policy));
    const loaded = await loadPolicy(createPathGuard(root));
    const cut = withTrust(loaded.policy, false);
    assert.deepEqual([cut.allow_commands, cut.deny_commands, cut.deny_tools], [
      [],
      ["rm *"],
      ["edit"],
    ]);
    assert.deepEqual(withTrust(loaded.policy, true).allow_commands, ["make"]);
  });
});

const ask = (scope: string, rule = "command.unlisted"): Decision => ({
  verdict: "ask",
  rule,
  scope,
  reason: "",
});
const exec = (...argv: string[]): GateRequest => ({
  tool: "exec",
  effect: "execute",
  origin: "agent",
  needs: {},
  argv,
});

Deno.test("approvals hold for one exact thing, until what it runs has changed (row 24)", async () => {
  await withPlace(async (root, dir) => {
    const approvals = openApprovals(dir, root);
    const argv = ["npm", "test"];
    await Deno.writeTextFile(`${root}/package.json`, JSON.stringify(SCRIPTS));
    assert.equal(await approvals.has("npm test", { argv }), false);
    await approvals.add(ask("npm test"), exec(...argv));
    assert.equal(await openApprovals(dir, root).has("npm test", { argv }), true);
    assert.equal(await approvals.has("npm test x", { argv: [...argv, "x"] }), false);
    const changed = { scripts: { pretest: "touch PWN", test: "true" } };
    await Deno.writeTextFile(`${root}/package.json`, JSON.stringify(changed));
    assert.equal(await approvals.has("npm test", { argv }), false);
    assert.equal((await Deno.stat(`${dir}/approvals.json`)).mode! & 0o777, 0o600);
  });
});

Deno.test("approvals of a command in a folder end when the scripts of that folder change", async () => {
  await withPlace(async (root, dir) => {
    const approvals = openApprovals(dir, root);
    const argv = ["npm", "test"];
    const here = { ...exec(...argv), cwd: "sub" };
    await Deno.mkdir(`${root}/sub`);
    await Deno.writeTextFile(`${root}/sub/package.json`, JSON.stringify(SCRIPTS));
    await approvals.add(ask("npm test (in sub)"), here);
    assert.equal(await approvals.has("npm test (in sub)", here), true);
    assert.equal(await approvals.has("npm test", { argv }), false);
    const changed = { scripts: { test: "touch PWN" } };
    await Deno.writeTextFile(`${root}/sub/package.json`, JSON.stringify(changed));
    assert.equal(await approvals.has("npm test (in sub)", here), false);
  });
});

Deno.test("approvals are never kept for interpreters, wrappers and protected files", async () => {
  await withPlace(async (root, dir) => {
    const approvals = openApprovals(dir, root);
    for (const program of ["python3", "bash", "node", "env", "xargs", "find", "perl5.36"]) {
      await assert.rejects(approvals.add(ask(program), exec(program, "x")), {
        rule: "approval.storable",
      });
    }
    const write: GateRequest = { ...exec(), effect: "write", needs: { write: ["deno.json"] } };
    await assert.rejects(approvals.add(ask("edit deno.json", "path.protected"), write));
    await assert.rejects(approvals.add({ ...ask("x"), verdict: "deny" }, exec("ls")));
    assert.equal(await approvals.has("python3", { argv: ["python3", "x"] }), false);
  });
});

Deno.test("approvals that are forged or broken count as none", async () => {
  await withPlace(async (root, dir) => {
    await Deno.mkdir(dir);
    for (const text of ["{", "null", '[{"scope":1}]', '{"scope":"ls"}', "[[]]"]) {
      await Deno.writeTextFile(`${dir}/approvals.json`, text);
      assert.equal(await openApprovals(dir, root).has("ls", { argv: ["ls"] }), false);
    }
  });
});
