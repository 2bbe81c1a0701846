/** The background trainer as real processes on a real store that are killed at any moment. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openMemoryStore } from "../core/store/memory.ts";
import { openSqliteStore } from "../core/store/sqlite.ts";
import type { Store } from "../core/store/types.ts";
import { openLearner } from "../rl/chooser/open_learner.ts";
import { runBackgroundTrainer } from "../rl/background/run_background_trainer.ts";
import { trainOnce } from "../rl/background/train_once.ts";
import { readVerdicts, VERDICTS } from "../rl/background/verdicts.ts";
import { DECISIONS } from "../rl/log/decision_log.ts";

const EXPLORE = 0.3;
/** The gate stays shut, so that where it stands does not depend on when it was looked at. */
const SETTINGS = { explore: EXPLORE, gate: { minEss: 1e9 }, lease: 150 };
const ROUNDS = 10;

if (import.meta.main && Deno.args[0] === "train") {
  const store = await openSqliteStore(Deno.args[1]!);
  runBackgroundTrainer({ ...SETTINGS, store, interval: 1, most: 3 });
}

function startTrainer(path: string): Deno.ChildProcess {
  const self = fileURLToPath(import.meta.url);
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--allow-read",
      "--allow-write",
      self,
      "train",
      path,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

/** What must be the same however the log was taken. */
async function taken(store: Store) {
  const { text } = (await store.get<{ text: string }>("rl.background"))!;
  const { offset, folds, forecasts, seen, outcomes, standings } = JSON.parse(text);
  const gates = Object.entries(standings as Record<string, { gate: { n: number } }>)
    .map(([name, { gate }]) => ({ name, gate }));
  return { offset, folds, forecasts, seen, outcomes, gates };
}

Deno.test("two trainers on one store, killed at any moment, count each entry once", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/store.db`;
  const store = await openSqliteStore(path);
  try {
    const learner = await openLearner({ store, explore: EXPLORE });
    const tools = ["grep", "esearch", "tree"].map((tool, i) => ({
      tool,
      weight: 0.5 - i / 10,
      reason: "words",
    }));
    let offset = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const trainers = [startTrainer(path), startTrainer(path)];
      const deadline = Date.now() + 300 + Math.random() * 300;
      while (Date.now() < deadline) {
        const context = { request: "x", step: 1, history: [], features: { "w:x": 1 } };
        const choice = await learner.choose(context, tools);
        await learner.feedback(choice!.tool === "esearch" ? 9 : 2);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      for (const trainer of trainers) trainer.kill("SIGKILL");
      await Promise.all(trainers.map(({ status }) => status));
      const { text } = await store.get<{ text?: string }>("rl.background") ?? {};
      if (text !== undefined) ({ offset } = await taken(store));
    }
    assert.ok(offset > 0, "no trainer came to anything");

    const late = { ...SETTINGS, store, now: () => Date.now() + 1000 };
    assert.equal((await trainOnce(late)).ran, true);
    const log = await store.read(DECISIONS, { limit: 1e6 });
    const other = openMemoryStore();
    await other.append(DECISIONS, log.map(({ value }) => value));
    await trainOnce({ ...SETTINGS, store: other });
    assert.deepEqual(await taken(store), await taken(other));

    const verdicts = await readVerdicts(store);
    assert.equal(verdicts.length, await store.head(VERDICTS));
    const { gates } = await taken(store);
    for (const { name, gate: { n } } of gates) {
      const looked = verdicts.filter(({ challenger }) => challenger === name);
      assert.equal(looked.reduce((sum, { rows }) => sum + rows, 0), n, name);
    }
  } finally {
    await store.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a session lets the trainer work once the log has grown enough, after the outcome", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const path = `${root}/.dspy/store.db`;
  try {
    await Deno.writeTextFile(`${root}/main.py`, "def green():\n    return 1\n");
    await ask(root);
    const store = await openSqliteStore(path);
    assert.equal(await store.get("rl.background"), undefined);
    const learner = await openLearner({ store });
    const context = { request: "x", step: 1, history: [], features: { "w:x": 1 } };
    const tools = [{ tool: "grep", weight: 0.5, reason: "words" }];
    while (await store.head(DECISIONS) < 98) {
      await learner.choose(context, tools);
      await learner.feedback(9);
    }
    await store.close();
    await ask(root);
    const after = await openSqliteStore(path);
    const { offset } = await taken(after);
    assert.ok(offset >= 100 && offset <= await after.head(DECISIONS), `${offset}`);
    assert.equal((await readVerdicts(after)).length, 3);
    await after.close();
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

async function ask(root: string): Promise<void> {
  const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
  const rights = ["--allow-read", "--allow-write", "--allow-env", "--allow-run"];
  const words = ["--workspace", root, "run", "where is green defined?"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...rights, main, ...words],
    env: { XDG_STATE_HOME: `${root}/.dspy/home`, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}
