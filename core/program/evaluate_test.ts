// Scoring a program on examples.
import assert from "node:assert/strict";
import { UserError } from "../errors.ts";
import { LMError } from "../lm/lm_error.ts";
import { scriptedLM } from "../lm/scripted_lm.ts";
import { within } from "./context.ts";
import { evaluate } from "./evaluate.ts";
import type { Example } from "./example.ts";
import { predict } from "./predict.ts";
import type { Step } from "./trace.ts";
import { thrownBy } from "./_test_reply.ts";

const qa = predict("question -> answer: int");
const data: Example<{ question: string }, { answer: number }>[] = Array.from(
  { length: 12 },
  (_, i) => ({ input: { question: `Q${i}` }, label: { answer: i % 3 } }),
);
const question = (messages: readonly { content: string }[]) =>
  Number(/\nQ(\d+)/.exec(messages.map(({ content }) => content).join("\n"))![1]);

Deno.test("evaluate() gives rows in the order of the examples, whatever ends first", async () => {
  let running = 0;
  let most = 0;
  const lm = scriptedLM(async ({ messages }) => {
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, 12 - question(messages)));
    running--;
    return `[[ ## answer ## ]] ${question(messages) % 2}`;
  });
  const run = () =>
    evaluate(qa, data, ({ label }, { answer }, { trace }) => {
      assert.equal(trace.length, 1, "each row has a trace of its own");
      return label.answer === answer;
    }, { concurrency: 3 });
  const found = await within({ lm }, run);
  assert.deepEqual(found.rows.map(({ example }) => example), data);
  assert.deepEqual(found.rows.map(({ output }) => output!.answer), data.map((_, i) => i % 2));
  assert.deepEqual(found.rows.map(({ score }) => score), [1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
  assert.equal(found.score, 4 / 12);
  assert.equal(most, 3);
  assert.equal(found.usage.requests, 12);
  assert.equal(found.errors, 0);
  assert.ok(found.ms > 0 && found.rows.every(({ ms }) => ms > 0));
});

Deno.test("evaluate() keeps the error of a row and what it took", async () => {
  const limited = new LMError("rate", "too many requests");
  const lm = scriptedLM(({ messages }) => {
    const number = question(messages);
    return number === 1 ? "no" : number === 2 ? limited : "[[ ## answer ## ]] 0";
  });
  const score = { score: 0.5, feedback: "fine", objectives: { brief: 1 } };
  const { rows, errors, score: mean } = await within(
    { lm },
    () => evaluate(qa, data.slice(0, 3), () => score, { failureScore: -1 }),
  );
  assert.equal(errors, 2);
  assert.equal(mean, -0.5);
  assert.deepEqual([rows[0]!.feedback, rows[0]!.objectives], ["fine", { brief: 1 }]);
  assert.match(rows[1]!.error!, /does not give `answer`/);
  assert.equal(rows[1]!.usage.requests, 3, "fallback and repair are counted");
  assert.equal(rows[2]!.cause, limited, "an LMError can be told from a bad answer");
  assert.equal(rows[2]!.score, -1);
});

Deno.test("evaluate() takes a metric that throws or gives no number for a failure", async () => {
  const lm = scriptedLM(() => "[[ ## answer ## ]] 0");
  const metrics = [() => NaN, () => undefined as unknown as number, () => {
    throw new Error("broken");
  }];
  const errors = [/gave NaN as a score/, /gave undefined as a score/, /Error: broken/];
  for (const [i, metric] of metrics.entries()) {
    const { rows } = await within({ lm }, () => evaluate(qa, data.slice(0, 1), metric));
    assert.match(rows[0]!.error!, errors[i]!);
    assert.equal(rows[0]!.output!.answer, 0);
  }
});

Deno.test("evaluate() gives up above maxErrors, with the first error as cause", async () => {
  const first = new LMError("auth", "no key");
  let calls = 0;
  const lm = scriptedLM(() => (calls++, first));
  const error = await thrownBy(() =>
    within({ lm }, () => evaluate(qa, data, () => 1, { maxErrors: 1, concurrency: 2 }))
  );
  assert.ok(error instanceof UserError);
  assert.match(error.message, /2 examples failed, more than the 1 allowed; the first: no key/);
  assert.equal(error.cause, first);
  assert.ok(calls <= 4, `${calls} calls`);
});

Deno.test("evaluate() ends when it is aborted", async () => {
  const stop = new AbortController();
  let calls = 0;
  const lm = scriptedLM(() => {
    if (++calls === 3) stop.abort(new Error("enough"));
    return "[[ ## answer ## ]] 0";
  });
  const run = () => evaluate(qa, data, () => 1, { concurrency: 1, signal: stop.signal });
  await assert.rejects(within({ lm }, run), /enough/);
  assert.equal(calls, 3);
  // The very last example is no result either when it was ended.
  const late = new AbortController();
  const last = scriptedLM(() => (late.abort(new Error("too late")), "[[ ## answer ## ]] 0"));
  const one = () => evaluate(qa, data.slice(0, 1), () => 1, { signal: late.signal });
  await assert.rejects(within({ lm: last }, one), /too late/);
});

Deno.test("evaluate() shows its steps to the context around it and refuses no examples", async () => {
  const steps: Step[] = [];
  const lm = scriptedLM(() => "[[ ## answer ## ]] 0");
  await within({ lm, onStep: (step) => steps.push(step) }, () => evaluate(qa, data, () => 1));
  assert.equal(steps.length, 12);
  await assert.rejects(evaluate(qa, [], () => 1), /no examples/);
});
