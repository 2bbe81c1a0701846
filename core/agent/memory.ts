import { describeError } from "../errors.ts";
import { readStateFile } from "../store/state_file.ts";
import { updateStateFile } from "../store/update_state_file.ts";
import type { Files } from "../workspace/files.ts";
import { canonical } from "./_canonical.ts";
import { fingerprint } from "./_fingerprint.ts";
import {
  bestPattern,
  type Chain,
  MEMORY_SCHEMA,
  type MemoryState,
  normalQuery,
  withCached,
  withChain,
} from "./_memory_state.ts";

export type { Chain, ChainStep } from "./_memory_state.ts";

/** What the memory knows of a query before anything is done. */
export interface Recollection {
  /** Context of the last chain, when the query goes on from it: `and then`, `more`, `next`. */
  readonly continuation: string | undefined;
  /** The last chain of this very query. */
  readonly before: Chain | undefined;
  /** Tools that did best in such a context, in order; empty when nothing is known. */
  readonly sequence: readonly string[];
}

/** A call whose result may be kept. */
export interface CacheableCall {
  /** Name of the tool. */
  readonly tool: string;
  /** Its input. */
  readonly input: unknown;
  /** Files and folders the result is made from; it is made anew when one of them has changed. */
  readonly reads: readonly string[];
}

/** Options of {@linkcode SessionMemory.finish}. */
export interface FinishOptions {
  /** What kind of situation it was, so that patterns are learned per kind. Default `"general"`. */
  readonly context?: string;
  /** What it was worth, from 0 to 1. Default 1 for success, else 0. */
  readonly reward?: number;
}

/**
 * What a workspace's sessions remember: finished requests, what worked, and results of slow reads.
 * Each call reads the file again, so that sessions side by side share one memory. What cannot be
 * written is forgotten, with a warning.
 */
export interface SessionMemory {
  /**
   * Looks a query up before anything is done for it.
   *
   * @param context as in {@linkcode FinishOptions}.
   */
  recall(query: string, context?: string): Promise<Recollection>;
  /** Keeps a finished chain and learns from it. */
  finish(chain: Chain, options?: FinishOptions): Promise<void>;
  /** How often a tool has helped lately, from 0 to 1; 0.5 for one never used. */
  effectiveness(tool: string): Promise<number>;
  /** The last chains, oldest first, 50 at most. */
  history(): Promise<readonly Chain[]>;
  /**
   * Gives the kept result of a call, or makes it and keeps it for five minutes.
   *
   * Only for tools that read. The result goes to a file as JSON: pass one that is free of secrets.
   *
   * @param make makes the result; undefined is not kept.
   */
  cached<T>(call: CacheableCall, make: () => Promise<T>): Promise<T>;
}

/** Options of {@linkcode openMemory}. */
export interface MemoryOptions {
  /** Told in one sentence when an unreadable file was kept aside, or nothing can be written. */
  readonly onWarning?: (text: string) => void;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const FILE = ".dspy_session_memory.json";
const CACHE_MS = 5 * 60 * 1000;
/** Larger results are not kept. Characters of JSON. */
const MOST_CACHED = 64_000;
/** In front, or in two words: "and then?" goes on, "compare a and b" does not. */
const CONTINUES =
  /^\s*(?:continue|more|next|also|and|then|further)\b|^\s*\S+\s+(?:more|next|further)\W*$/i;
/** Parts of an input that say nothing about the result. */
const PASSING = new Set(["timestamp", "session_id", "request_id"]);

/** Opens the memory of a workspace: the file `.dspy_session_memory.json` at its root. */
export function openMemory(files: Files, options: MemoryOptions = {}): SessionMemory {
  const { onWarning, now = Date.now } = options;
  const path = `${files.root}/${FILE}`;
  const read = { schema: MEMORY_SCHEMA, ...onWarning && { onWarning } };
  let warned = false;

  return {
    async recall(query, context = "general") {
      const state = await load();
      return {
        continuation: CONTINUES.test(query)
          ? state.chain_history.at(-1)?.context_for_continuation
          : undefined,
        before: state.query_cache[normalQuery(query)]?.chain,
        sequence: bestPattern(state.expert_patterns[context] ?? [])?.sequence ?? [],
      };
    },
    async finish(chain, { context = "general", reward = chain.success ? 1 : 0 } = {}) {
      await change((old) => withChain(old, chain, context, reward, now()));
    },
    effectiveness: async (tool) => (await load()).tool_effectiveness[tool] ?? 0.5,
    history: async () => (await load()).chain_history,
    cached,
  };

  async function cached<T>(call: CacheableCall, make: () => Promise<T>): Promise<T> {
    // Taken before the result is made: a change meanwhile then shows as one.
    const state = await fingerprint(files, call.reads);
    if (state === undefined) return await make();
    const key = cacheKey(call);
    const kept = (await load()).tool_cache[key];
    const age = kept === undefined ? Infinity : now() - kept.ts;
    if (kept?.files === state && age >= 0 && age < CACHE_MS) return kept.result as T;
    const result = await make();
    const json = JSON.stringify(result);
    if (json !== undefined && json.length <= MOST_CACHED) {
      await change((old) => withCached(old, key, { ts: now(), files: state, result }, CACHE_MS));
    }
    return result;
  }

  /** A file that is not for us, as of a newer version, is as none: looking never fails. */
  async function load(): Promise<MemoryState> {
    const state = await readStateFile(path, read).catch((error) => {
      if (!warned) onWarning?.(`nothing is remembered: ${describeError(error)}`);
      warned = true;
    });
    return state ?? MEMORY_SCHEMA.parse({});
  }

  async function change(next: (old: MemoryState) => MemoryState): Promise<void> {
    try {
      await updateStateFile(path, (old) => next(old ?? MEMORY_SCHEMA.parse({})), read);
    } catch (error) {
      onWarning?.(`nothing was remembered: ${describeError(error)}`);
    }
  }
}

function cacheKey({ tool, input }: CacheableCall): string {
  return `${tool} ${JSON.stringify(canonical(input, PASSING))}`;
}
