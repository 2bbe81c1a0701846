// Programs: what is learned, copies of them, saving and loading.
import assert from "node:assert/strict";
import { UserError } from "../errors.ts";
import { scriptedLM } from "../lm/scripted_lm.ts";
import { bestOf } from "./best_of.ts";
import { chainOfThought } from "./chain_of_thought.ts";
import { load } from "./load.ts";
import { Module } from "./module.ts";
import { Predict, predict } from "./predict.ts";
import { react } from "./react.ts";
import { save, type SavedProgram } from "./save.ts";
import type { State } from "./state.ts";
import { thrownBy } from "./_test_reply.ts";

class Pipeline extends Module<{ question: string }, { answer: string }> {
  readonly shared = predict("question -> query");
  readonly same = this.shared;
  readonly steps = [chainOfThought("query -> facts"), predict("facts -> facts2")];
  readonly byName = { last: predict("facts2 -> answer") };
  readonly settings = { limit: 3 };
  async forward(input: { question: string }): Promise<{ answer: string }> {
    const { query } = await this.shared.run(input);
    return await this.byName.last.run({ facts2: query });
  }
}

const NAMES = ["shared", "steps.0.predict", "steps.1", "byName.last"];

Deno.test("state() finds predictors in properties, lists and objects, by the way to them", () => {
  assert.deepEqual(Object.keys(new Pipeline().state()), NAMES);
  assert.deepEqual(Object.keys(predict("a -> b").state()), ["predict"]);
  assert.deepEqual(Object.keys(chainOfThought("a -> b").state()), ["predict"]);
  assert.deepEqual(Object.keys(react("a -> b", []).state()), ["react", "extract.predict"]);
  const options = { n: 2, reward: () => 1 };
  assert.deepEqual(Object.keys(bestOf(predict("a -> b"), options).state()), ["module"]);
});

Deno.test("state() is plain frozen JSON: nobody's later change reaches the program", () => {
  const demo = { a: "x", b: ["y"] };
  const program = predict("a, b: str[] -> c", { demos: [demo] });
  demo.b.push("z");
  const state = program.state();
  assert.deepEqual(JSON.parse(JSON.stringify(state)), {
    predict: {
      instructions: "Given the fields `a`, `b`, produce the fields `c`.",
      demos: [{ a: "x", b: ["y"] }],
    },
  });
  assert.throws(() => (state["predict"]!.demos as unknown[]).push({}), TypeError);
  assert.throws(() => Object.assign(state["predict"]!.demos[0]!, { a: "other" }), TypeError);
});

Deno.test("with() gives a new program and leaves the old one as it was", async () => {
  const old = new Pipeline();
  const before = JSON.stringify(old.state());
  const state: State = { shared: { instructions: "Search.", demos: [] } };
  const made = old.with(state);
  assert.equal(JSON.stringify(old.state()), before);
  assert.ok(made instanceof Pipeline && made !== old);
  assert.equal(made.state()["shared"]!.instructions, "Search.");
  assert.equal(made.same, made.shared, "what was one object is one again");
  assert.equal(made.byName, old.byName, "what has not changed is shared");
  assert.equal(made.settings, old.settings);
  const prompts: string[] = [];
  const lm = scriptedLM(({ messages }, call) => {
    prompts.push(messages[0]!.content);
    return call % 2 === 0 ? "[[ ## query ## ]] q" : "[[ ## answer ## ]] a";
  });
  await made.run({ question: "?" }, { lm });
  await old.run({ question: "?" }, { lm });
  assert.match(prompts[0]!, /objective is: \n {8}Search\.$/);
  assert.doesNotMatch(prompts[2]!, /Search/);
});

Deno.test("with() refuses what the program does not have or state cannot be", () => {
  const one = { instructions: "x", demos: [] };
  assert.throws(() => new Pipeline().with({ shard: one }), {
    message: 'the program has no predictor "shard"',
    hint: "it has shared",
  });
  const bad = [null, {}, { instructions: "x" }, { instructions: 1, demos: [] }, {
    instructions: "x",
    demos: ["text"],
  }];
  for (const state of bad) {
    assert.throws(() => predict("a -> b").with({ predict: state } as unknown as State), UserError);
  }
  class Arrow extends Module<{ a: string }, { b: string }> {
    one = predict("a -> b");
    override forward = (input: { a: string }) => this.one.forward(input);
  }
  assert.throws(() => new Arrow().with({ one }), { hint: /write it as a method/ });
});

Deno.test("with() keeps a predictor's options, signature and class", async () => {
  const lm = scriptedLM(["[[ ## b ## ]] x"]);
  const made = predict("a -> b", { lm }).with({ predict: { instructions: "New.", demos: [] } });
  assert.ok(made instanceof Predict);
  assert.equal((await made.run({ a: "" })).b, "x");
  assert.equal(made.signature.instructions, "New.");
});

Deno.test("save() and load() keep instructions and demos: DSPy's complaint of lost demos", () => {
  const state: State = {
    shared: { instructions: "Search.", demos: [{ question: "q", query: "x", augmented: true }] },
    "steps.0.predict": { instructions: "Look.", demos: [{ query: "q", facts: "f" }] },
  };
  const program = new Pipeline().with(state);
  const text = JSON.stringify(save(program, { score: 0.5 }));
  const saved: SavedProgram = JSON.parse(text);
  assert.equal(saved.format, "dspy-code/1");
  assert.deepEqual(saved.meta, { score: 0.5 });
  assert.deepEqual(Object.keys(saved.signatures), NAMES);
  const fresh = new Pipeline();
  assert.deepEqual(load(fresh, saved).state(), program.state());
  assert.notDeepEqual(fresh.state(), program.state());
});

Deno.test("load() names every mismatch at once, or passes over them when not strict", () => {
  const saved: SavedProgram = JSON.parse(JSON.stringify(save(new Pipeline())));
  class Changed extends Pipeline {
    override readonly shared = predict("question -> query: int") as never;
    readonly more = predict("a -> b");
  }
  assert.throws(() => load(new Changed(), saved), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /"shared" has another signature; .*nothing was saved of "more"/);
    return true;
  });
  const told: string[] = [];
  const bare = predict("a -> b");
  const known = { ...saved, state: { ...saved.state, predict: { instructions: "P", demos: [] } } };
  load(bare, known, { strict: false, onMismatch: (problem) => told.push(problem) });
  assert.equal(told.length, 5);
  assert.ok(told.includes('the program has no predictor "shared"'));
  const kept = load(new Changed(), saved, { strict: false });
  assert.equal(kept.state()["steps.1"]!.instructions, saved.state["steps.1"]!.instructions);
});

Deno.test("load() refuses what save() did not give", async () => {
  for (const saved of [null, [], {}, { format: "dspy-code/2" }, { format: "dspy-code/1" }, "x"]) {
    const error = await thrownBy(() => load(predict("a -> b"), saved as unknown as SavedProgram));
    assert.ok(error instanceof UserError && error.message.startsWith("not a saved program"));
  }
  const polluting = JSON.parse(
    '{"format":"dspy-code/1","signatures":{},"state":{"__proto__":{"instructions":"x","demos":[]}}}',
  );
  assert.throws(() => load(predict("a -> b"), polluting), /has no predictor "__proto__"/);
});

Deno.test("other instructions do not change the fingerprint, so optimized programs load", () => {
  const tuned = predict("a -> b").with({ predict: { instructions: "Better.", demos: [] } });
  const loaded = load(predict("a -> b"), save(tuned));
  assert.equal(loaded.state()["predict"]!.instructions, "Better.");
});
