/** What is learned, through the real program: jail, store, mirrors, sessions side by side, kills. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Event } from "../core/events.ts";
import { openSqliteStore } from "../core/store/sqlite.ts";

const MAIN = new URL("../cli/main.ts", import.meta.url).pathname;
const RIGHTS = ["--allow-read", "--allow-write", "--allow-env", "--allow-run"];

async function withWorkspace(work: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(join(root, "notes.txt"), "all is green here\n");
    await Deno.writeTextFile(join(root, "main.py"), "def green():\n    return 1\n");
    await work(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function start(root: string, words: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...RIGHTS, MAIN, "--workspace", root, ...words],
    env: { XDG_STATE_HOME: join(root, ".dspy", "home"), NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run(root: string, ...words: string[]) {
  const { code, stdout, stderr } = await start(root, words).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("a request is chosen for, explained, judged and remembered over sessions", async () => {
  await withWorkspace(async (root) => {
    const asked = await run(root, "run", "where is green defined?");
    assert.equal(asked.code, 0, asked.err);
    const why = await run(root, "why");
    assert.match(why.out, /picked with probability 1\.000 by sparse-linear 0@0/);
    assert.match(why.out, /what counted: /);
    const said = await run(root, "feedback", "3", "grep");
    assert.match(said.out, /noted: 3 of 10 for \w+, grep would have been right/);
    const status = await run(root, "policy", "--json");
    const end = status.out.split("\n").filter((line) => line.includes('"tool.end"')).at(-1)!;
    assert.equal(JSON.parse(end).data.data.learned, 1);
    assert.match((await run(root, "policy", "evaluate")).out, /too few outcomes/);
    const mirror = JSON.parse(await Deno.readTextFile(join(root, ".dspy_rl_state.json")));
    assert.deepEqual(mirror.counts.length, mirror.tools.length);
    const lines = (await Deno.readTextFile(join(root, ".dspy_rl_events.jsonl"))).trim().split("\n");
    const outcomes = lines.map((line) => JSON.parse(line));
    assert.ok(
      outcomes.every(({ ts, tool, reward }) =>
        Number.isInteger(ts) && typeof tool === "string" && reward >= 0 && reward <= 1
      ),
    );
    // The score of the call, and what was said: of one decision, with all that it takes to weigh it.
    const [scored, judged] = [outcomes[0], outcomes.at(-1)];
    assert.equal(judged.reward, 0.3);
    for (const { decision, propensity, policy, policy_version } of [scored, judged]) {
      assert.deepEqual([decision, propensity], [scored.decision, 1]);
      assert.deepEqual([policy, policy_version], ["sparse-linear", "0@0"]);
    }
  });
});

Deno.test("a secret in a request is in no decision and no mirror", async () => {
  await withWorkspace(async (root) => {
    const secret = "ghp_" + "Ab3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA2cD4";
    await run(root, "run", `where is ${secret} used?`);
    const store = await openSqliteStore(join(root, ".dspy", "store.db"));
    const entries = await store.read("rl.decisions");
    await store.close();
    assert.ok(entries.length > 0);
    assert.doesNotMatch(JSON.stringify(entries).toLowerCase(), /ab3de6gh9jk2/);
    const mirror = await Deno.readTextFile(join(root, ".dspy_rl_events.jsonl"));
    assert.doesNotMatch(mirror.toLowerCase(), /ab3de6gh9jk2/);
  });
});

Deno.test("feedback and a change taken back are published on agent.learning", async () => {
  const { openSession } = await import("../skills/open_session.ts");
  const { openLearner } = await import("../rl/chooser/open_learner.ts");
  const { createSessionBus } = await import("../skills/session_bus.ts");
  await withWorkspace(async (root) => {
    const bus = createSessionBus();
    const told: Event<"agent.learning">["data"][] = [];
    bus.subscribe("agent.learning", ({ value }) => void told.push(value.data as typeof told[0]));
    const session = await openSession(root, {
      bus,
      learner: (store, session) => openLearner({ store, session, explore: 0 }),
      interactive: true,
      approve: () => Promise.resolve(true),
    });
    await session.ask("where is green defined?");
    const [scored] = told.splice(0);
    await session.call("feedback", { mark: 2, tool: "grep" });
    const [said] = told.splice(0);
    assert.deepEqual([said!.decision, said!.tool], [scored!.decision, scored!.tool]);
    assert.deepEqual([said!.reward, said!.components, said!.better], [
      0.2,
      { feedback: 2 },
      "grep",
    ]);
    assert.equal(said!.propensity, 1);

    await Deno.writeTextFile(
      join(root, "blue.patch"),
      "--- a/notes.txt\n+++ b/notes.txt\n@@ -1 +1 @@\n-all is green here\n+all is blue here\n",
    );
    await session.ask("apply blue.patch");
    const changed = told.splice(0).find(({ components }) => components.accepted === 1);
    assert.match(await Deno.readTextFile(join(root, "notes.txt")), /all is blue/);
    await session.call("undo", {});
    const [reverted] = told.splice(0);
    assert.equal(reverted!.decision, changed!.decision);
    assert.deepEqual([reverted!.reward, reverted!.components], [0, { reverted: 1 }]);
    await session.close();
  });
});

Deno.test("tests before and after a patch become a part of what its choice is worth", async () => {
  const { openSession } = await import("../skills/open_session.ts");
  const { openLearner } = await import("../rl/chooser/open_learner.ts");
  await withWorkspace(async (root) => {
    const test = (name: string, holds: boolean) =>
      `Deno.test("${name}", () => {\n  if (!${holds}) throw new Error("no");\n});\n`;
    await Deno.writeTextFile(join(root, "deno.json"), "{}\n");
    await Deno.writeTextFile(join(root, "a_test.ts"), test("kept", true) + test("fixed", false));
    await Deno.writeTextFile(
      join(root, "fix.patch"),
      "--- a/a_test.ts\n+++ b/a_test.ts\n@@ -5,1 +5,1 @@\n" +
        '-  if (!false) throw new Error("no");\n+  if (!true) throw new Error("no");\n',
    );
    const session = await openSession(root, {
      learner: (store, session) => openLearner({ store, session, explore: 0 }),
      interactive: true,
      approve: () => Promise.resolve(true),
    });
    await session.call("run_tests", {});
    await session.ask("apply fix.patch");
    await session.call("run_tests", {});
    await session.close();
    const store = await openSqliteStore(join(root, ".dspy", "store.db"));
    const entries = await store.read<{ kind: string; event_id: string; action?: string }>(
      "rl.decisions",
    );
    await store.close();
    const [patch, ...rewards] = entries.map(({ value }) => value);
    assert.equal(patch!.action, "patch");
    const components = Object.assign(
      {},
      ...rewards.map((reward) => (reward as unknown as { components: object }).components),
    );
    const { gate, f2p_fixed, f2p_of, p2p_kept, p2p_of, accepted } = components;
    assert.deepEqual([gate, f2p_fixed, f2p_of, p2p_kept, p2p_of, accepted], [1, 1, 1, 1, 1, 1]);
  });
});

Deno.test("with a model the chooser's pick is logged beside what the model took", async () => {
  const { openSession } = await import("../skills/open_session.ts");
  const { openLearner } = await import("../rl/chooser/open_learner.ts");
  const { scriptedLM } = await import("../core/lm/scripted_lm.ts");
  await withWorkspace(async (root) => {
    const lm = scriptedLM([
      { toolCalls: [{ id: "c1", name: "grep", arguments: '{"pattern":"green"}' }] },
      "It is in main.py.",
    ]);
    let asked = 0;
    const slow = {
      ...lm,
      call: async (request: Parameters<typeof lm.call>[0]) => {
        if (asked++ === 0) await new Promise((resolve) => setTimeout(resolve, 4_000));
        return await lm.call(request);
      },
    };
    const session = await openSession(root, {
      lm: () => Promise.resolve(slow),
      learner: (store, session) => openLearner({ store, session, explore: 0 }),
    });
    assert.equal((await session.ask("where is green defined?")).text, "It is in main.py.");
    assert.match(
      (await session.call("policy", {})).text,
      /model took what was suggested in 0 of 1/,
    );
    assert.match((await session.call("feedback", { mark: 9 })).text, /no request to judge/);
    await session.close();
    const store = await openSqliteStore(join(root, ".dspy", "store.db"));
    const entries = await store.read<Record<string, unknown>>("rl.decisions");
    await store.close();
    const [{ kind, suggested, taken, propensity, components }] = entries.map(({ value }) =>
      value
    ) as [
      Record<string, unknown>,
    ];
    assert.deepEqual([entries.length, kind, suggested, taken], [
      1,
      "suggestion",
      "knowledge",
      "grep",
    ]);
    assert.equal(propensity, 1);
    assert.ok((components as { score: number }).score > 1);
  });
});

Deno.test("what others wrote into the mirror stays", async () => {
  await withWorkspace(async (root) => {
    const path = join(root, ".dspy_rl_state.json");
    await Deno.writeTextFile(path, '{"tools":["theirs"],"values":[0.5],"counts":[7]}');
    await run(root, "run", "where is green defined?");
    await run(root, "feedback", "9");
    const { tools, counts } = JSON.parse(await Deno.readTextFile(path));
    assert.equal(counts[tools.indexOf("theirs")], 7);
    assert.equal(tools.length, 2);
  });
});

Deno.test("policy exports, resets and imports what was learned; a damaged file changes nothing", async () => {
  await withWorkspace(async (root) => {
    await run(root, "run", "where is green defined?");
    await run(root, "feedback", "9");
    assert.match((await run(root, "policy", "export", "kept.json")).out, /written: kept\.json/);
    assert.match((await run(root, "policy", "reset")).out, /sparse-linear 0@\d+: 0 decisions/);
    assert.deepEqual(
      JSON.parse(await Deno.readTextFile(join(root, ".dspy_rl_state.json"))).tools,
      [],
      "the mirror forgets, too",
    );
    const kept = await Deno.readTextFile(join(root, "kept.json"));
    await Deno.writeTextFile(join(root, "bad.json"), kept.replace("beliefs", "bel1efs"));
    const bad = await run(root, "policy", "import", "bad.json");
    assert.equal(bad.code, 2);
    assert.match(bad.err, /damaged.*give a file that policy export has written/);
    assert.match((await run(root, "policy", "import", "kept.json")).out, /learned from 1/);
    const report = await run(root, "policy", "report", "curve.svg");
    assert.match(report.out, /mean reward[\s\S]*decisions[\s\S]*written: curve\.svg/);
    assert.match(await Deno.readTextFile(join(root, "curve.svg")), /^<svg[\s\S]*<\/svg>\n$/);
  });
});

Deno.test("learning allows nothing: what the policy denies is masked and never chosen", async () => {
  await withWorkspace(async (root) => {
    await Deno.writeTextFile(
      join(root, ".dspy_policy.yaml"),
      "policy:\n  deny_tools: [knowledge, extract]\n",
    );
    const { out, err } = await run(root, "--json", "run", "where is green defined?");
    const events = out.trim().split("\n").map((line) => JSON.parse(line));
    const started = events.filter(({ type }) => type === "tool.start").map(({ data }) => data.tool);
    assert.ok(started.length > 0, err);
    assert.ok(!started.includes("knowledge") && !started.includes("extract"), String(started));
    const store = await openSqliteStore(join(root, ".dspy", "store.db"));
    const [first] = await store.read<{ arms: string[]; mask: boolean[]; probs: number[] }>(
      "rl.decisions",
    );
    const at = first!.value.arms.indexOf("knowledge");
    assert.deepEqual([first!.value.mask[at], first!.value.probs[at]], [false, 0]);
    await store.close();
    const why = await run(root, "why");
    assert.match(why.out, /could not be chosen: .*knowledge \(denied by the policy\)/);
  });
});

Deno.test("the agent itself may not judge, reset or import", async () => {
  const { openSession } = await import("../skills/open_session.ts");
  await withWorkspace(async (root) => {
    const session = await openSession(root);
    for (const [tool, input] of [["feedback", { mark: 10 }], ["policy", { action: "reset" }]]) {
      const { ok, text } = await session.call(tool as string, input, { origin: "agent" });
      assert.equal(ok, false);
      assert.match(text, /for the person alone/);
    }
    const { text } = await session.call("why", {});
    assert.match(text, /nothing learns in this session/);
    await session.close();
  });
});

Deno.test("two sessions at once, and kills at any moment, lose no decision and learn none twice", async () => {
  await withWorkspace(async (root) => {
    const ask = () => start(root, ["run", "where is green defined?"]);
    await Promise.all([ask(), ask()].map((child) => child.output()));
    for (let i = 0; i < 8; i++) {
      const child = ask();
      const done = child.output();
      await new Promise((resolve) => setTimeout(resolve, 120 + i * 60));
      try {
        // The whole family: the session would otherwise end its work in peace.
        Deno.kill(child.pid, "SIGKILL");
      } catch { /* it was faster */ }
      await done;
    }
    assert.equal((await run(root, "feedback", "8")).code, 0);
    const { out } = await run(root, "policy", "--json");
    const end = out.split("\n").filter((line) => line.includes('"tool.end"')).at(-1)!;
    const { decisions, learned, open, passedOver } = JSON.parse(end).data.data;
    const store = await openSqliteStore(join(root, ".dspy", "store.db"));
    const entries = await store.read<{ kind: string }>("rl.decisions");
    await store.close();
    assert.equal(decisions, entries.filter(({ value }) => value.kind === "decision").length);
    assert.ok(decisions >= 2 && learned >= 1 && learned + open <= decisions, `${learned} ${open}`);
    assert.equal(passedOver, 0);
  });
});
