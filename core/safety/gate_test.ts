import assert from "node:assert/strict";
import type { Effect, Origin } from "../tool.ts";
import type { GateRequest } from "./decision.ts";
import { createGate, type GateSetup } from "./gate.ts";
import { createPathGuard } from "./paths.ts";
import { EMPTY_POLICY } from "./policy.ts";

const root = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
await Deno.writeTextFile(`${root}/a.ts`, "a");
const guard = createPathGuard(root);

function gate(setup: Partial<GateSetup> = {}): (request: Partial<GateRequest>) => Promise<string> {
  const made = createGate({
    policy: EMPTY_POLICY,
    approval: undefined,
    interactive: true,
    guard,
    ...setup,
  });
  return async (request) => {
    const { verdict, rule } = await made.decide({
      tool: "t",
      effect: "read",
      origin: "agent",
      needs: {},
      ...request,
    });
    return `${verdict} ${rule}`;
  };
}

const argv = ["cargo", "test"];

/** Verdict by approval, origin and effect, with a person at the terminal and without. */
const MODES: readonly [
  approval: GateSetup["approval"],
  origin: Origin,
  effect: Effect,
  asked: string,
  headless: string,
][] = [
  [undefined, "agent", "read", "allow approval.read", "allow approval.read"],
  [undefined, "agent", "write", "ask approval.unset.write", "deny approval.unset.write"],
  [undefined, "agent", "execute", "ask approval.unset.execute", "deny approval.unset.execute"],
  [undefined, "user", "read", "allow consent", "allow consent"],
  [undefined, "user", "write", "allow consent", "allow consent"],
  [undefined, "user", "execute", "allow consent", "allow consent"],
  ["auto", "agent", "read", "allow approval.read", "allow approval.read"],
  ["auto", "agent", "write", "allow approval.auto", "allow approval.auto"],
  ["auto", "agent", "execute", "allow approval.auto", "allow approval.auto"],
  ["edit", "agent", "read", "allow approval.read", "allow approval.read"],
  ["edit", "agent", "write", "allow approval.edit", "allow approval.edit"],
  ["edit", "agent", "execute", "ask approval.unset.execute", "deny approval.unset.execute"],
  ["edit", "user", "write", "allow consent", "allow consent"],
  ["plan", "agent", "read", "allow approval.read", "allow approval.read"],
  ["plan", "agent", "write", "deny approval.plan", "deny approval.plan"],
  ["plan", "agent", "execute", "deny approval.plan", "deny approval.plan"],
  ["plan", "user", "write", "allow consent", "allow consent"],
  ["manual", "agent", "read", "ask approval.manual", "deny approval.manual"],
  ["manual", "agent", "write", "ask approval.manual", "deny approval.manual"],
  ["manual", "agent", "execute", "ask approval.manual", "deny approval.manual"],
  ["manual", "user", "read", "allow consent", "allow consent"],
  ["manual", "user", "write", "ask approval.manual", "deny approval.manual"],
  ["manual", "user", "execute", "ask approval.manual", "deny approval.manual"],
];

Deno.test("decide() follows approval, origin and effect, and asks nobody where nobody is", async () => {
  for (const [approval, origin, effect, asked, headless] of MODES) {
    const request = { origin, effect, ...effect === "execute" && { argv } };
    const name = `${approval} ${origin} ${effect}`;
    assert.equal(await gate({ approval })(request), asked, name);
    assert.equal(await gate({ approval, interactive: false })(request), headless, name);
  }
});

Deno.test("decide() lets --yes answer, but not for protected files", async () => {
  const yes = gate({ yes: true, interactive: false, approval: "manual" });
  assert.equal(await yes({ effect: "write", needs: { write: ["a.ts"] } }), "allow approval.yes");
  assert.equal(
    await yes({ effect: "write", needs: { write: ["package.json"] } }),
    "deny path.protected",
  );
});

Deno.test("decide() asks for protected files in every mode, and lets the person change them", async () => {
  for (const approval of [undefined, "auto", "manual"] as const) {
    const needs = { write: ["a.ts", "AGENTS.md"] };
    const request = { effect: "write" as const, needs };
    const stored = () => true;
    assert.equal(await gate({ approval, stored })(request), "ask path.protected");
    assert.equal(await gate({ approval, interactive: false })(request), "deny path.protected");
  }
  const request = { effect: "write" as const, origin: "user" as const };
  assert.equal(await gate()({ ...request, needs: { write: ["deno.json"] } }), "allow consent");
  for (const path of [".git/config", ".dspy_policy.yaml", ".env", "../x"]) {
    assert.match(
      await gate({ yes: true })({ ...request, needs: { write: [path] } }),
      /^deny path\./,
    );
  }
});

Deno.test("decide() denies what the policy denies, to the person too, and before anything else", async () => {
  const policy = {
    ...EMPTY_POLICY,
    deny_tools: ["git-commit"],
    rules: [{ regex: "(?i)prod", prefer_tools: [], deny_tools: ["edit"] }],
    deny_commands: ["git push *", "rm *"],
    allow_commands: ["git push origin"],
  };
  const decide = gate({ policy, yes: true, approval: "auto" });
  assert.equal(await decide({ tool: "git_commit", origin: "user" }), "deny policy.deny_tools");
  assert.equal(await decide({ tool: "edit", query: "touch PROD" }), "deny policy.rules");
  assert.equal(await decide({ tool: "edit", query: "dev" }), "allow approval.read");
  for (const tool of ["exec", "git_push"]) {
    for (const argv of [["git", "push", "origin"], ["git", "push"], ["rm"], ["/bin/rm", "x"]]) {
      const verdict = await decide({ tool, effect: "execute", origin: "user", argv });
      assert.match(verdict, /^deny (?:policy\.deny_commands|command\.path)$/, argv.join(" "));
    }
  }
});

Deno.test("decide() denies reads of denied files, and lets absent ones be the tool's matter", async () => {
  const decide = gate({ approval: "auto", yes: true });
  assert.equal(await decide({ needs: { read: ["a.ts", ".env"] } }), "deny path.denied");
  assert.equal(await decide({ needs: { read: ["nope.ts"] } }), "allow approval.read");
  const policy = { ...EMPTY_POLICY, deny_paths: ["private/", "*.csv"] };
  const guarded = gate({ policy, guard: createPathGuard(root, { denied: policy.deny_paths }) });
  assert.equal(await guarded({ needs: { read: ["sub/Private/x"] } }), "deny path.denied");
  assert.equal(await guarded({ needs: { read: ["sub/x.CSV"] } }), "deny path.denied");
  assert.equal(await guarded({ needs: { read: ["private"] } }), "deny path.denied");
  assert.equal(await guarded({ needs: { read: ["privately/x"] } }), "allow approval.read");
});

Deno.test("decide() allows reads of further folders, not writes", async () => {
  const logs = await Deno.makeTempDir();
  await Deno.writeTextFile(`${logs}/app.log`, "x");
  const decide = gate({ readable: [createPathGuard(logs)] });
  assert.equal(await decide({ needs: { read: [`${logs}/app.log`] } }), "allow approval.read");
  assert.equal(
    await decide({ effect: "write", needs: { write: [`${logs}/app.log`] } }),
    "deny path.outside",
  );
  await Deno.remove(logs, { recursive: true });
});

Deno.test("decide() of a free command: listed runs, unlisted asks, interpreters never for the agent", async () => {
  const policy = { ...EMPTY_POLICY, allow_commands: ["npm test", "python <path>", "sh build.sh"] };
  const exec = { tool: "exec", effect: "execute" } as const;
  const run = (line: string, origin: Origin, setup: Partial<GateSetup> = {}) =>
    gate({ policy, ...setup })({ ...exec, origin, argv: line.split(" ") });
  const listed = "allow policy.allow_commands";
  assert.equal(await run("npm test", "agent", { interactive: false }), listed);
  assert.equal(await run("sh build.sh", "agent"), listed);
  assert.equal(await run("python a.ts", "agent"), "deny command.interpreter");
  assert.equal(await run("ls -la", "agent"), "ask command.unlisted");
  assert.equal(await run("ls -la", "agent", { approval: "auto" }), "ask command.unlisted");
  assert.equal(await run("ls -la", "user"), "allow consent");
  assert.equal(await run("python a.ts", "user"), "allow consent");
  assert.equal(await run("ls -la", "user", { interactive: false }), "deny command.unlisted");
  const yes = { interactive: false, yes: true };
  assert.equal(await run("ls -la", "user", yes), "allow approval.yes");
  assert.equal(await run("rm -rf /", "user"), "ask command.danger");
  assert.equal(await run("rm -rf /", "agent", yes), "deny command.danger");
  assert.equal(await run("python -c 1", "agent", yes), "deny command.interpreter");
  assert.equal(await run("npm test", "agent", { approval: "manual" }), "ask approval.manual");
});

Deno.test("decide() uses a stored answer only where it would ask, with the exact scope", async () => {
  const asked: string[] = [];
  const stored = (scope: string) => (asked.push(scope), scope === "ls -la");
  const exec = { tool: "exec", effect: "execute" } as const;
  const decide = gate({ stored, interactive: false });
  assert.equal(await decide({ ...exec, argv: ["ls", "-la"] }), "allow approval.stored");
  assert.equal(await decide({ ...exec, argv: ["ls", "-la", "x"] }), "deny command.unlisted");
  assert.equal(
    await decide({ effect: "write", needs: { write: ["b", "a"] } }),
    "deny approval.unset.write",
  );
  assert.deepEqual(asked, ["ls -la", "ls -la x", "t a b"]);
  assert.equal(
    await gate({ stored, approval: "manual" })({ ...exec, argv: ["ls", "-la"] }),
    "ask approval.manual",
  );
});

Deno.test("decide() never throws: what cannot be decided is denied", async () => {
  const stored = () => Promise.reject(new Error("broken"));
  assert.equal(await gate({ stored })({ effect: "write" }), "deny gate.error");
});

Deno.test("the scope of a program names the folder it runs in", async () => {
  const made = createGate({ policy: EMPTY_POLICY, approval: undefined, interactive: true, guard });
  const request = { tool: "run_tests", effect: "execute", origin: "agent", needs: {} } as const;
  const scope = async (cwd?: string) =>
    (await made.decide({ ...request, argv: ["npm", "test"], cwd })).scope;
  assert.equal(await scope(), "npm test");
  assert.equal(await scope("."), "npm test");
  assert.equal(await scope("sub"), "npm test (in sub)");
  assert.equal(await scope("sub) x"), "npm test (in 'sub) x')");
});

Deno.test("decide() lets a configured hook run in every mode, unless the policy denies its command", async () => {
  const request = { tool: "hook", effect: "execute", argv } as const;
  for (const approval of [undefined, "plan", "manual", "auto"] as const) {
    const decide = gate({ approval, interactive: false });
    assert.equal(await decide({ ...request, hook: "user" }), "allow hook.user");
    assert.equal(await decide({ ...request, hook: "workspace" }), "allow hook.trusted");
  }
  const strict = gate({ policy: { ...EMPTY_POLICY, deny_commands: ["cargo *"] } });
  assert.equal(await strict({ ...request, hook: "user" }), "deny policy.deny_commands");
});
