import { z } from "zod";

/** How many finished chains the memory keeps. */
const CHAINS = 50;
/** How many different queries, and how many tool results. */
const ENTRIES = 50;

/** One call of a finished request. */
export interface ChainStep {
  /** Name of the tool. */
  readonly tool: string;
  /** Its input. */
  readonly args: unknown;
  /** Whether it gave a result. */
  readonly success: boolean;
  /** Seconds. */
  readonly time: number;
}

/** One finished request: what was asked, done and found. */
export interface Chain {
  /** What was asked. */
  readonly query: string;
  /** The calls made for it, in order. */
  readonly steps: readonly ChainStep[];
  /** Seconds. */
  readonly total_time: number;
  /** Whether it was answered. */
  readonly success: boolean;
  /** One line for each call that found something. */
  readonly key_findings: readonly string[];
  /** What was proposed to do next. */
  readonly next_suggestions: readonly string[];
  /** What a request that goes on from this one should know. */
  readonly context_for_continuation: string;
}

const chain: z.ZodType<Chain> = z.object({
  query: z.string(),
  steps: z.array(z.object({
    tool: z.string(),
    args: z.unknown(),
    success: z.boolean(),
    time: z.number(),
  })),
  total_time: z.number(),
  success: z.boolean(),
  key_findings: z.array(z.string()),
  next_suggestions: z.array(z.string()),
  context_for_continuation: z.string(),
});

const pattern = z.object({
  sequence: z.array(z.string()),
  reward: z.number(),
  frequency: z.number(),
  success: z.boolean(),
});

const cached = z.object({
  /** Milliseconds since the epoch. */
  ts: z.number(),
  /** State of the files that the result was made from. */
  files: z.string(),
  result: z.unknown(),
});

const open = z.record(z.string(), z.unknown()).default({});

/** The file `.dspy_session_memory.json`. Fields that are not ours come back as they were. */
export const MEMORY_SCHEMA = z.looseObject({
  chain_history: z.array(chain).default([]),
  tool_cache: z.record(z.string(), cached).default({}),
  query_cache: z.record(z.string(), z.object({ ts: z.number(), chain })).default({}),
  expert_patterns: z.record(z.string(), z.array(pattern)).default({}),
  tool_effectiveness: z.record(z.string(), z.number()).default({}),
  context_insights: open,
  prompt_optimizations: open,
  action_policies: open,
  /** Milliseconds since the epoch. */
  last_updated: z.number().default(0),
});

/** What the memory file holds. */
export type MemoryState = z.infer<typeof MEMORY_SCHEMA>;

/** A sequence of tools that was used in a kind of situation, and what it brought. */
export type Pattern = z.infer<typeof pattern>;

/** A kept result of a tool that only reads. */
export type CachedResult = z.infer<typeof cached>;

/** Adds a finished chain: history, effectiveness of its tools, pattern of its context. */
export function withChain(
  old: MemoryState,
  chain: Chain,
  context: string,
  reward: number,
  now: number,
): MemoryState {
  const patterns = old.expert_patterns[context] ?? [];
  return {
    ...old,
    chain_history: [...old.chain_history, chain].slice(-CHAINS),
    query_cache: newest({ ...old.query_cache, [normalQuery(chain.query)]: { ts: now, chain } }),
    tool_effectiveness: chain.steps.reduce(
      (known, { tool, success }) => ({
        ...known,
        [tool]: 0.9 * (known[tool] ?? 0.5) + 0.1 * (success ? 1 : 0),
      }),
      old.tool_effectiveness,
    ),
    expert_patterns: {
      ...old.expert_patterns,
      [context]: withPattern(patterns, chain, reward),
    },
    last_updated: now,
  };
}

/** Adds a tool's result, and leaves out what is over `maxAge`. */
export function withCached(
  old: MemoryState,
  key: string,
  result: CachedResult,
  maxAge: number,
): MemoryState {
  const fresh = Object.entries(old.tool_cache).filter(([, { ts }]) => result.ts - ts < maxAge);
  return {
    ...old,
    tool_cache: newest({ ...Object.fromEntries(fresh), [key]: result }),
    last_updated: result.ts,
  };
}

/** The sequence with the highest reward times frequency among those that succeeded. */
export function bestPattern(patterns: readonly Pattern[]): Pattern | undefined {
  const worth = ({ reward, frequency }: Pattern) => reward * frequency;
  return patterns.filter(({ success }) => success)
    .reduce<Pattern | undefined>((a, b) => a && worth(a) >= worth(b) ? a : b, undefined);
}

/** A query without differences of case and spacing. */
export function normalQuery(query: string): string {
  return query.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
}

function withPattern(old: readonly Pattern[], chain: Chain, reward: number): Pattern[] {
  const sequence = chain.steps.map(({ tool }) => tool);
  if (sequence.length === 0) return [...old];
  const same = old.find((each) => JSON.stringify(each.sequence) === JSON.stringify(sequence));
  const { success } = chain;
  if (same === undefined) return [...old, { sequence, reward, frequency: 1, success }];
  const changed = {
    sequence,
    reward: (same.reward + reward) / 2,
    frequency: same.frequency + 1,
    success,
  };
  return old.map((each) => each === same ? changed : each);
}

function newest<T extends { ts: number }>(entries: Record<string, T>): Record<string, T> {
  const sorted = Object.entries(entries).sort(([, a], [, b]) => b.ts - a.ts);
  return Object.fromEntries(sorted.slice(0, ENTRIES));
}
