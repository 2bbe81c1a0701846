/** What is learned, through the real program: jail, store, mirrors, sessions side by side, kills. */
import assert from "node:assert/strict";
import { join } from "node:path";
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
    assert.match(why.out, /picked with probability 1\.000 by sparse-linear 0/);
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
    assert.ok(
      lines.map((line) => JSON.parse(line)).every(({ tool, reward }) =>
        typeof tool === "string" && reward >= 0 && reward <= 1
      ),
    );
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
    assert.match((await run(root, "policy", "reset")).out, /sparse-linear 0: 0 decisions/);
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
