import type { Store } from "../store/types.ts";
import type { Tool } from "../tool.ts";
import { textHash } from "./_text_hash.ts";

/** Remembers when which call was made, across requests and sessions of a workspace. */
export interface Cooldowns {
  /**
   * Whether this call was made within the tool's {@linkcode Tool.cooldown} for another request: who
   * asks the same again wants it again.
   */
  cooling(tool: Tool, input: unknown): Promise<boolean>;
  /** Notes that this call is made now. */
  mark(tool: string, input: unknown): Promise<void>;
}

interface Mark {
  readonly at: number;
  /** Hash of the request it was made for. */
  readonly request: number;
}

const DEFAULT_SECONDS = 2;

/**
 * Cooldowns kept in a store. A call cools by tool and input together: the same tool asked something
 * else has something new to say.
 *
 * @param request what is asked now.
 */
export function createCooldowns(
  store: Store,
  request: string,
  now: () => number = Date.now,
): Cooldowns {
  const asked = textHash(request.trim());
  return {
    async cooling(tool, input) {
      const mark = await store.get<Mark | number>(key(tool.name, input));
      // Earlier versions kept the time alone.
      if (typeof mark !== "object" || mark.request === asked) return false;
      // A clock that went backwards must not freeze a tool for years.
      return Math.abs(now() - mark.at) < (tool.cooldown ?? DEFAULT_SECONDS) * 1000;
    },
    mark: (tool, input) => store.put(key(tool, input), { at: now(), request: asked }),
  };
}

function key(tool: string, input: unknown): string {
  // Hashed: a request may hold what is to be kept nowhere.
  return `cooldown:${tool}:${textHash(JSON.stringify(input))}`;
}
