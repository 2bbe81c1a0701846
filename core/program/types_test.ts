// What must not compile. `deno check` is the test: an unused @ts-expect-error is an error.
import assert from "node:assert/strict";
import { z } from "zod";
import { scriptedLM } from "../lm/scripted_lm.ts";
import { chainOfThought } from "./chain_of_thought.ts";
import { evaluate } from "./evaluate.ts";
import type { InferInput, InferOutput } from "./infer_signature.ts";
import { predict } from "./predict.ts";
import { react } from "./react.ts";
import { sig, type Signature } from "./signature.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

function holds<_ extends true>(): void {}

Deno.test("types follow from the text of a signature", () => {
  type Text = "q, context: str[], k: int -> answer, label: spam | ham, score: float, ok: bool";
  holds<Same<InferInput<Text>, { q: string; context: string[]; k: number }>>();
  holds<
    Same<
      InferOutput<Text>,
      { answer: string; label: "spam" | "ham"; score: number; ok: boolean }
    >
  >();
  holds<Same<InferOutput<"a -> b: (x|y)[], c: int[][]">, { b: ("x" | "y")[]; c: number[][] }>>();
  // @ts-expect-error -- a score is a number
  holds<Same<InferOutput<"a -> score: float">, { score: string }>>();
});

// Never called: it is there to be checked.
async function _wrong(): Promise<void> {
  const judge = predict("text, k: int -> label: spam|ham, score: float");
  // @ts-expect-error -- there is no input `test`
  await judge.run({ test: "x", k: 1 });
  // @ts-expect-error -- `k` is missing
  await judge.run({ text: "x" });
  // @ts-expect-error -- `k` is a number
  await judge.run({ text: "x", k: "1" });
  // @ts-expect-error -- one input too many
  await judge.run({ text: "x", k: 1, more: true });
  const { label, score, $ } = await judge.run({ text: "x", k: 1 });
  // @ts-expect-error -- `eggs` is none of the words
  if (label === "eggs") return;
  // @ts-expect-error -- a number is no text
  score.trim();
  $.usage.requests.toFixed();
  // @ts-expect-error -- a string needs an arrow: it has no inputs
  await predict("text").run({ text: "x" });
  // @ts-expect-error -- `strng` is no type
  (await predict("a -> b: strng").run({ a: "x" })).b.trim();

  const triage = chainOfThought(sig(
    { ticket: z.string(), hint: z.string().optional(), n: z.int().default(1) },
    { urgency: z.enum(["low", "high"]), note: z.string().optional() },
  ));
  const triaged = await triage.run({ ticket: "x" });
  // @ts-expect-error -- `mid` is none of the words
  if (triaged.urgency === "mid") return;
  triaged.reasoning.trim();
  // @ts-expect-error -- it may be missing
  triaged.note.trim();
  // @ts-expect-error -- `ticket` is missing
  await triage.run({ hint: "x" });

  await evaluate(
    judge,
    [{ input: { text: "x", k: 1 }, label: { label: "ham" } }],
    (example, out) =>
      // @ts-expect-error -- `eggs` is none of the words
      out.label === "eggs" || example.label.label === out.label,
  );
  // @ts-expect-error -- a label of the wrong word
  await evaluate(judge, [{ input: { text: "x", k: 1 }, label: { label: "eggs" } }], () => true);

  const { trajectory, ...rest } = await react("q -> answer: int", []).run({ q: "x" });
  Object.keys(trajectory);
  rest.answer.toFixed();
  // @ts-expect-error -- `answer` is a number
  rest.answer.trim();
}

// A constant whose type is written out, as JSR wants it.
const exported: Signature<InferInput<"a -> b: int">, InferOutput<"a -> b: int">> = sig(
  "a -> b: int",
);

Deno.test("text that is only known later takes and gives any record", async () => {
  const text: string = ["question", "answer"].join(" -> ");
  const lm = scriptedLM(["[[ ## answer ## ]] Paris"]);
  const { answer } = await predict(text).run({ question: "?" }, { lm });
  assert.equal(answer, "Paris");
  assert.deepEqual(Object.keys(exported.outputs), ["b"]);
});
