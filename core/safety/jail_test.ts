import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { jailFlags, type JailPlan, NEVER_GRANTED, STATE_PATHS } from "./jail.ts";

const PLAN: JailPlan = { main: "/own/cli/session_main.ts", root: "/w", writes: "state" };
const DENIED = "/w/.dspy/config.yaml,/w/.dspy_policy.json,/w/.dspy_policy.yaml," +
  "/w/.dspy_preferences.json,/w/.git";
const STATE = "/w/.dspy,/w/.dspy_agentic,/w/.dspy_index,/w/.dspy_online_bandit.json," +
  "/w/.dspy_patches,/w/.dspy_reports,/w/.dspy_rl_events.jsonl,/w/.dspy_rl_state.json," +
  "/w/.dspy_session_memory.json,/w/.dspy_stream_metrics.json";

const flagsOf = (plan: JailPlan) => jailFlags(plan).map(({ flag }) => flag);

Deno.test("jailFlags() gives exactly these arguments for a checkout", () => {
  const plan = { ...PLAN, config: "/own/deno.json", ownFiles: ["/own/skills", "/own/core"] };
  assert.deepEqual(flagsOf(plan), [
    "run",
    "--no-prompt",
    "--cached-only",
    "--config=/own/deno.json",
    "--no-lock",
    "--v8-flags=--max-old-space-size=1024,--min-semi-space-size=4",
    "--allow-read=/own/core,/own/skills,/w",
    `--allow-write=${STATE}`,
    `--deny-write=${DENIED}`,
    "/own/cli/session_main.ts",
  ]);
});

Deno.test("jailFlags() gives exactly these arguments for a registry, with all writes", () => {
  const main = "https://jsr.example/@dspy/code/cli/session_main.ts";
  const plan: JailPlan = {
    ...PLAN,
    main,
    registry: "jsr.example",
    writes: "all",
    logs: "/var/log/app",
    keep: ["/w/.local/state/dspy-code/1"],
    hosts: ["127.0.0.1:11434"],
    heapMb: 256,
    eager: true,
  };
  assert.deepEqual(flagsOf(plan), [
    "run",
    "--no-prompt",
    "--cached-only",
    "--no-config",
    "--no-lock",
    "--v8-flags=--max-old-space-size=256,--min-semi-space-size=4,--no-lazy",
    "--allow-read=/var/log/app,/w",
    "--allow-write=/w",
    `--deny-write=${DENIED},/w/.local/state/dspy-code/1`,
    "--allow-import=jsr.example",
    "--allow-net=127.0.0.1:11434",
    main,
  ]);
});

Deno.test("jailFlags() gives each flag a reason and never one of those it names as such", () => {
  for (const writes of ["state", "all"] as const) {
    const flags = jailFlags({ ...PLAN, writes, hosts: ["h:1"], registry: "r:1", logs: "/l" });
    assert.ok(flags.every(({ why }) => why.length > 5));
    for (const never of [...Object.keys(NEVER_GRANTED), "--allow-all", "-A"]) {
      assert.ok(!flags.some(({ flag }) => flag.startsWith(never)), never);
    }
  }
});

Deno.test("jailFlags() refuses a path with a comma, wherever it is", () => {
  const comma = "/w/a,/etc";
  for (const plan of [{ root: comma }, { logs: comma }, { ownFiles: [comma] }]) {
    assert.throws(() => jailFlags({ ...PLAN, ...plan }), { kind: "usage" });
  }
  const keep = ["/w/s,t"];
  assert.throws(() => jailFlags({ ...PLAN, writes: "all", keep }), { kind: "usage" });
});

const PROBE = fileURLToPath(new URL("_jail_probe_child.ts", import.meta.url));

/** Runs the probe in the jail of a workspace that stands beside a folder with a secret. */
async function probe(
  writes: JailPlan["writes"],
): Promise<{ passed: string[]; errors: Record<string, string>; left: string[] }> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const root = `${base}/ws`;
  const outside = `${base}/out`;
  try {
    for (const folder of ["ws/.git/hooks", "ws/.state", "out"]) {
      await Deno.mkdir(`${base}/${folder}`, { recursive: true });
    }
    await Deno.writeTextFile(`${root}/a.txt`, "a");
    await Deno.writeTextFile(`${root}/.git/config`, "git");
    await Deno.writeTextFile(`${outside}/secret`, "secret");
    await Deno.writeTextFile(`${outside}/module.ts`, "");
    const plan: JailPlan = { main: PROBE, root, writes, keep: [`${root}/.state`] };
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...flagsOf(plan), root, outside],
      cwd: "/",
      env: { HOME: Deno.env.get("HOME") ?? "/", CANARY: "canary" },
      clearEnv: true,
    }).output();
    const text = new TextDecoder();
    assert.notEqual(stdout.length, 0, text.decode(stderr));
    assert.equal(await Deno.readTextFile(`${outside}/secret`), "secret");
    assert.equal(await Deno.readTextFile(`${root}/.git/config`), "git");
    assert.deepEqual((await namesIn(outside)).sort(), ["module.ts", "secret"]);
    return { ...JSON.parse(text.decode(stdout)), left: (await namesIn(root)).sort() };
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
}

const ALWAYS = ["read root", "list root", "write state", "write memory"];

Deno.test('a process with the flags of writes "state" can do nothing but read and keep state', async () => {
  const { passed, errors, left } = await probe("state");
  assert.deepEqual(passed, ALWAYS);
  assert.deepEqual(left, [".dspy", ".dspy_session_memory.json", ".git", ".state", "a.txt"]);
  assertRefused(errors);
});

Deno.test('a process with the flags of writes "all" can also write the workspace, but not git or policy', async () => {
  const { passed, errors, left } = await probe("all");
  assert.deepEqual(passed.sort(), [...ALWAYS, "write root"].sort());
  assert.ok(left.includes("new.txt") && !left.includes("moved") && !left.includes("copied"));
  assertRefused(errors);
});

/** Every failure is a refusal by the runtime, not an accident of the probe. */
function assertRefused(errors: Record<string, string>): void {
  for (const [name, error] of Object.entries(errors)) {
    assert.match(
      error,
      /^NotCapable|Requires (?:import|read) access|--cached-only is specified/,
      name,
    );
  }
}

Deno.test("STATE_PATHS are all ours by name", () => {
  assert.deepEqual(STATE_PATHS.filter((path) => !path.startsWith(".dspy")), []);
});
