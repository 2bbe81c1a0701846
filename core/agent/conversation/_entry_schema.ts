import { z } from "zod";

const text = z.string().max(1_000_000);
const id = z.string().min(1).max(100);
const count = z.number().int().min(0);

const usage = z.strictObject({
  inputTokens: count,
  outputTokens: count,
  cachedTokens: count,
  requests: count,
  usd: z.number().min(0).optional(),
  estimated: z.literal(true).optional(),
});

const body = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("user"), text, bytes: count.optional() }),
  z.strictObject({
    kind: z.literal("assistant"),
    text,
    thinking: text.optional(),
    calls: z.array(z.strictObject({ id, name: id, arguments: text })).max(10_000).optional(),
    model: z.string().max(200),
    usage,
    plan: z.literal(true).optional(),
    cut: text.optional(),
  }),
  z.strictObject({
    kind: z.literal("result"),
    call: id,
    tool: id,
    ok: z.boolean(),
    text,
    bytes: count.optional(),
    usage: usage.optional(),
  }),
  z.strictObject({ kind: z.literal("note"), path: text, text }),
  z.strictObject({ kind: z.literal("compaction"), summary: text, keep: id.optional(), usage }),
  z.strictObject({ kind: z.literal("pruned"), before: id }),
]);

/** An entry that comes from a file: strict, so that nothing forged rides along. */
export const ENTRY = z.strictObject({
  v: z.literal(1),
  id,
  parent: id.nullable(),
  ts: z.number().min(0),
  body,
});

/** The first line of a file. */
export const HEADER = z.strictObject({
  format: z.literal("dspy-code/session"),
  v: z.literal(1),
  title: z.string().max(200),
  leaf: id.nullable(),
});
