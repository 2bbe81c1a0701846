import { z } from "zod";
import type { Scenario } from "./scenario.ts";

const Count = z.int().min(1);
const Ms = z.number().min(0).max(600_000);
const Args = z.record(z.string(), z.unknown());

const PatternText = z.string().superRefine((text, ctx) => {
  const regex = /^\/(.+)\/([a-z]*)$/s.exec(text);
  if (regex === null) return;
  try {
    new RegExp(regex[1]!, regex[2]);
  } catch (error) {
    ctx.addIssue({ code: "custom", message: `not a regular expression: ${String(error)}` });
  }
});

const AliasOf = z.union([
  z.string().min(1),
  z.strictObject({ tool: z.string().min(1), args: Args.exactOptional() }),
]);

const Call = z.strictObject({
  tool: z.string().min(1),
  args: Args.exactOptional(),
  rawArgs: z.string().exactOptional(),
  as: z.record(z.string(), AliasOf).exactOptional(),
}).refine((call) => call.args === undefined || call.rawArgs === undefined, {
  message: "either args or rawArgs",
});

const Expect = z.union([
  PatternText,
  z.strictObject({
    messages: PatternText.exactOptional(),
    user: PatternText.exactOptional(),
    lastResult: PatternText.exactOptional(),
    absent: PatternText.exactOptional(),
    tools: z.array(z.string()).exactOptional(),
    withoutTools: z.array(z.string()).exactOptional(),
    format: z.boolean().exactOptional(),
    maxBytes: Count.exactOptional(),
  }),
]);

const FaultOf = z.strictObject({
  status: z.int().min(200).max(599).exactOptional(),
  headers: z.record(z.string(), z.coerce.string()).exactOptional(),
  body: z.unknown().exactOptional(),
  cut: z.int().min(0).exactOptional(),
  clean: z.boolean().exactOptional(),
  delayMs: Ms.exactOptional(),
  pauseMs: Ms.exactOptional(),
  malformed: z.union([z.boolean(), z.string()]).exactOptional(),
  empty: z.boolean().exactOptional(),
});

const TurnOf = z.strictObject({
  expect: Expect.exactOptional(),
  say: z.string().exactOptional(),
  think: z.string().exactOptional(),
  calls: z.array(Call).exactOptional(),
  fault: FaultOf.exactOptional(),
  finish: z.enum(["stop", "length", "tool"]).exactOptional(),
  usage: z.strictObject({
    input: z.int().min(0).exactOptional(),
    cached: z.int().min(0).exactOptional(),
    output: z.int().min(0).exactOptional(),
  }).exactOptional(),
  split: Count.exactOptional(),
  packet: Count.exactOptional(),
  repeat: z.union([Count, z.literal("forever")]).exactOptional(),
}).refine(
  ({ say, think, calls, fault }) => [say, think, calls, fault].some((part) => part !== undefined),
  { message: "a turn needs say, think, calls or fault" },
);

/** What a scenario file may hold. */
export const ScenarioSchema: z.ZodType<Scenario> = z.strictObject({
  about: z.string().exactOptional(),
  prompt: z.string().exactOptional(),
  project: z.string().exactOptional(),
  model: z.string().min(1).default("scripted"),
  window: Count.default(131_072),
  nominalWindow: Count.exactOptional(),
  capabilities: z.array(z.enum(["tools", "thinking"])).default(["tools"]),
  split: Count.exactOptional(),
  as: z.record(z.string(), z.record(z.string(), AliasOf)).default({}),
  turns: z.array(TurnOf).min(1),
}).superRefine(({ turns }, ctx) => {
  const forever = turns.findIndex(({ repeat }) => repeat === "forever");
  if (forever >= 0 && forever < turns.length - 1) {
    const message = "the turns after this one would never be played";
    ctx.addIssue({ code: "custom", path: ["turns", forever, "repeat"], message });
  }
});
