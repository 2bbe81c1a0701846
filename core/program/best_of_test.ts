// Several runs of one program.
import assert from "node:assert/strict";
import { LMError } from "../lm/lm_error.ts";
import { scriptedLM, type ScriptedReply } from "../lm/scripted_lm.ts";
import type { LMRequest } from "../lm/types.ts";
import { bestOf, type BestOfOptions } from "./best_of.ts";
import { chainOfThought } from "./chain_of_thought.ts";
import { chat } from "./chat.ts";
import { ParseError } from "./parse_error.ts";
import { createTrace, type Step } from "./trace.ts";
import { thrownBy } from "./_test_reply.ts";

type Options = BestOfOptions<{ q: string }, { reasoning: string; score: number }>;

async function play(script: readonly ScriptedReply[], options: Partial<Options> = {}): Promise<{
  out: { score: number; readonly $: { readonly usage: { readonly requests: number } } };
  requests: LMRequest[];
  steps: Step[];
  trace: readonly Step[];
}> {
  const requests: LMRequest[] = [];
  const steps: Step[] = [];
  const trace = createTrace();
  const lm = scriptedLM((request, call) => (requests.push(request), script[call]!));
  const program = bestOf(chainOfThought("q -> score: float"), {
    n: 3,
    reward: (_, { score }) => score,
    ...options,
  });
  const onStep = (step: Step) => void steps.push(step);
  const out = await program.run({ q: "?" }, { lm, adapters: [chat], onStep, trace });
  return { out, requests, steps, trace: trace.steps };
}

const scored = (score: number) => `[[ ## reasoning ## ]] r [[ ## score ## ]] ${score}`;

Deno.test("bestOf() takes the first that reaches the threshold", async () => {
  const { out, requests } = await play([scored(1), scored(5), scored(9)], { threshold: 5 });
  assert.equal(out.score, 5);
  assert.equal(requests.length, 2);
  assert.equal(out.$.usage.requests, 2, "runs that did not do are counted");
});

Deno.test("bestOf() takes the best when none reaches it, the first of equals", async () => {
  const { out, requests } = await play([scored(1), scored(5), scored(3)], { threshold: 9 });
  assert.equal(out.score, 5);
  const params = requests.map(({ params }) => params);
  assert.deepEqual(params, [1, 2, 3].map((rollout) => ({ temperature: 1, rollout })));
});

Deno.test("bestOf() inside bestOf() never asks the same rollout twice", async () => {
  const rollouts: unknown[] = [];
  const lm = scriptedLM(({ params }) => (rollouts.push(params?.rollout), scored(0)));
  const reward = () => 0;
  const inner = bestOf(chainOfThought("q -> score: float"), { n: 3, reward });
  await bestOf(inner, { n: 2, reward }).run({ q: "?" }, { lm });
  assert.equal(new Set(rollouts).size, 6);
});

Deno.test("bestOf() puts up with unreadable replies, not with a model that fails", async () => {
  assert.equal((await play(["no", scored(2), "no"])).out.score, 2);
  const error = await thrownBy(() => play(["one", "two", "three"]));
  assert.ok(error instanceof ParseError && error.raw === "one");
  const limited = new LMError("rate", "too many requests");
  assert.equal(await thrownBy(() => play([scored(1), limited, scored(2)])), limited);
});

Deno.test("bestOf() has the model advise the predictors of a run that did not do", async () => {
  const advice = '[[ ## discussion ## ]] d [[ ## advice ## ]] {"predict": "Aim higher."}';
  const { out, requests, steps, trace } = await play(
    [scored(1), advice, scored(9)],
    { threshold: 5, advise: true },
  );
  assert.equal(out.score, 9);
  assert.match(requests[2]!.messages[0]!.content, /Advice from an earlier try: Aim higher\./);
  assert.doesNotMatch(requests[0]!.messages[0]!.content, /Advice/);
  assert.match(requests[1]!.messages.at(-1)!.content, /"predictor":"predict"/);
  const names = steps.map(({ predictor }) => predictor);
  assert.deepEqual(names, ["module.predict", "(advice)", "module.predict"]);
  assert.deepEqual(trace.map(({ predictor }) => predictor), names);
  assert.equal(out.$.usage.requests, 3);
});

Deno.test("bestOf() takes advice from a function, and none from a model that gives none", async () => {
  const { requests } = await play([scored(1), scored(9)], {
    n: 2,
    advise: ({ reward, trace }) => ({ predict: `Was ${reward} by ${trace[0]!.predictor}.` }),
  });
  assert.match(requests[1]!.messages[0]!.content, /Was 1 by predict\./);
  const none = await play([scored(1), "no advice", scored(9)], { n: 2, advise: true });
  assert.doesNotMatch(none.requests[2]!.messages[0]!.content, /Advice/);
});

Deno.test("bestOf() refuses an n that is no count", () => {
  for (const n of [0, -1, 1.5, NaN]) {
    const program = chainOfThought("q -> score: float");
    assert.throws(() => bestOf(program, { n, reward: () => 0 }), /expected a whole number/);
  }
});
