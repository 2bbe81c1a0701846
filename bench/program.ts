// deno-lint-ignore-file no-console -- a script for the command line
/**
 * A signature with three inputs and five typed outputs, asked of a model that is mocked: our
 * `predict` beside `forward` of npm's `@ax-llm/ax`; and parsing such a signature and writing its
 * prompt, for the first time and again, beside what ax does for it. Rounds alternate in one process, so both meet the same noise:
 * judge by the ratios. The peer is installed by npm into a temporary folder, at the first run.
 *
 * `deno run -A bench/program.ts`
 */
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "../core/lm/cached.ts";
import type { LM } from "../core/lm/types.ts";
import { chat, createTrace, predict, sig, within } from "../core/program/mod.ts";
import { check, median } from "./_report.ts";

const AX = "24.0.21";
const ROUNDS = 7;
const WARM_UP = 300;
const MS = 250;

const ax = await importAx();
const TASK = "Judge the review.";
const OURS = "review, product, words: int -> " +
  "label: positive|negative|mixed, score: float, topics: str[], refund: bool, summary";
const THEIRS = `"${TASK}" reviewBody:string, productName:string, wordCount:number -> ` +
  'verdictLabel:class "positive, negative, mixed", scoreValue:number, topicNames:string[], ' +
  "refundWanted:boolean, summaryLine:string";
const REVIEW = "The case broke after two days, though the sound is fine. I want my money back.";

const usage = { inputTokens: 300, outputTokens: 60, cachedTokens: 0, requests: 1 };
const text = "[[ ## label ## ]]\nnegative\n\n[[ ## score ## ]]\n0.2\n\n" +
  '[[ ## topics ## ]]\n["case", "sound", "refund"]\n\n[[ ## refund ## ]]\nTrue\n\n' +
  "[[ ## summary ## ]]\nBroke after two days.\n\n[[ ## completed ## ]]";
const lm: LM = {
  id: "mock/lm",
  can: { schema: false, tools: false, stream: false, think: false },
  call: () => Promise.resolve({ text, finish: "stop", usage, cached: false }),
};
const kept = cached(new Map())(lm);
const judge = predict(sig(OURS, TASK));
const given = { review: REVIEW, product: "Earphones", words: 16 };
const trace = createTrace();

const content = "Verdict Label: negative\nScore Value: 0.2\n" +
  'Topic Names: ["case", "sound", "refund"]\nRefund Wanted: true\n' +
  "Summary Line: Broke after two days.";
const service = new ax.AxMockAIService({
  features: { functions: false, streaming: false },
  chatResponse: {
    results: [{ index: 0, content, finishReason: "stop" }],
    modelUsage: {
      ai: "mock",
      model: "mock",
      tokens: { promptTokens: 300, completionTokens: 60, totalTokens: 360 },
    },
  },
});
const generator = ax.ax(THEIRS);
const values = { reviewBody: REVIEW, productName: "Earphones", wordCount: 16 };

let count = 0;
/** Each does the work once; ours first, the peer's second. */
const works: Record<string, readonly [() => unknown, () => unknown]> = {
  predict: [
    () => judge.run(given, { lm, trace }),
    () => generator.forward(service, values, { stream: false }),
  ],
  "and cache": [
    () => judge.run(given, { lm: kept, trace }),
    () => generator.forward(service, values, { stream: false }),
  ],
  signature: [
    () => sig(`${OURS}, extra${count++}: int`),
    () => ax.AxSignature.create(`${THEIRS}, extraField${count++}:number`),
  ],
  "first use": [
    () => chat.format(sig(`${OURS}, extra${count++}: int`), [], given, lm),
    () => {
      const signature = ax.AxSignature.create(`${THEIRS}, extraField${count++}:number`);
      return new ax.AxPromptTemplate(signature).render(values, {});
    },
  ],
  prompt: [
    () => chat.format(judge.signature, [], given, lm),
    (() => {
      const template = new ax.AxPromptTemplate(ax.AxSignature.create(THEIRS));
      return () => template.render(values, {});
    })(),
  ],
};

await proveEqual();
const rates: Record<string, [number[], number[]]> = {};
for (const [name, sides] of Object.entries(works)) {
  rates[name] = [[], []];
  for (const work of sides) for (let i = 0; i < WARM_UP; i++) await work();
  for (let round = 0; round < ROUNDS; round++) {
    // Who goes first changes, as the second finds a warmer machine.
    for (const side of round % 2 === 0 ? [0, 1] as const : [1, 0] as const) {
      rates[name][side].push(await rate(sides[side]));
    }
  }
}

const ratio = (name: string) =>
  median(rates[name]![0].map((ours, round) => ours / rates[name]![1][round]!));
const limits: Record<string, number> = {
  predict: 8,
  "and cache": 8,
  signature: 1,
  "first use": 1,
  prompt: 1,
};
console.log(`${"".padEnd(10)} ours/s (range)              ax ${AX}/s (range)        ratio  limit`);
for (const [name, sides] of Object.entries(rates)) {
  const [ours, theirs] = sides.map((all) => shown(all).padEnd(27));
  console.log(
    `${name.padEnd(10)} ${ours} ${theirs} ${ratio(name).toFixed(1).padStart(5)}  >= ${
      limits[name]
    }`,
  );
}
// Ratios are of the middle round. What other programs do can only slow a round down, so the limits
// that are no ratios hold for the best one.
await check({
  "program.predict_per_s": {
    value: Math.max(...rates["predict"]![0]),
    limit: 40_000,
    better: "higher",
  },
  "program.predict_cached_us": {
    value: 1e6 / Math.max(...rates["and cache"]![0]),
    limit: 25,
    better: "lower",
  },
  "program.predict_vs_ax": { value: ratio("predict"), limit: 8, better: "higher" },
  "program.signature_vs_ax": { value: ratio("signature"), limit: 1, better: "higher" },
  "program.first_use_vs_ax": { value: ratio("first use"), limit: 1, better: "higher" },
  "program.prompt_vs_ax": { value: ratio("prompt"), limit: 1, better: "higher" },
});
// The peer leaves timers behind.
Deno.exit();

async function rate(work: () => unknown): Promise<number> {
  let done = 0;
  const started = performance.now();
  while (performance.now() - started < MS) {
    for (let i = 0; i < 20; i++) await work();
    done += 20;
  }
  return done / (performance.now() - started) * 1000;
}

function shown(rates: readonly number[]): string {
  const number = (value: number) => Math.round(value).toLocaleString("en");
  return `${number(median(rates))} (${number(Math.min(...rates))}-${number(Math.max(...rates))})`;
}

/** Both must have understood the reply, or their speed says nothing. */
async function proveEqual(): Promise<void> {
  const ours = await within({ lm }, () => judge.run(given));
  const theirs = await generator.forward(service, values, { stream: false });
  const wanted = ["negative", 0.2, ["case", "sound", "refund"], true, "Broke after two days."];
  const { label, score, topics, refund, summary } = ours;
  const { verdictLabel, scoreValue, topicNames, refundWanted, summaryLine } = theirs;
  const both = [
    [label, score, topics, refund, summary],
    [verdictLabel, scoreValue, topicNames, refundWanted, summaryLine],
  ];
  for (const found of both) {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      throw new Error(`one side misread the reply: ${JSON.stringify(found)}`);
    }
  }
}

// deno-lint-ignore no-explicit-any -- the peer is not among our dependencies, nor are its types
async function importAx(): Promise<any> {
  const folder = join(tmpdir(), `dspy-code-bench-ax-${AX}`);
  const entry = join(folder, "node_modules", "@ax-llm", "ax", "index.cjs");
  if (!await Deno.stat(entry).catch(() => undefined)) {
    await Deno.mkdir(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
    const { success, stderr } = await new Deno.Command("npm", {
      args: [...args, `@ax-llm/ax@${AX}`],
      cwd: folder,
    }).output();
    if (!success) throw new Error(`npm install failed: ${new TextDecoder().decode(stderr)}`);
  }
  // Required, as Deno would look for the imports of an ES module in our own configuration.
  return createRequire(import.meta.url)(entry);
}
