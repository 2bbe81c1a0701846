import type { Store } from "../store/types.ts";
import type { Tool } from "../tool.ts";
import { textHash } from "./_text_hash.ts";

/** Remembers when which call was made, across requests and sessions of a workspace. */
export interface Cooldowns {
  /** Whether this call was made within the tool's {@linkcode Tool.cooldown}. */
  cooling(tool: Tool, input: unknown): Promise<boolean>;
  /** Notes that this call is made now. */
  mark(tool: string, input: unknown): Promise<void>;
}

const DEFAULT_SECONDS = 2;

/**
 * Cooldowns kept in a store. A call cools by tool and input together: the same tool asked something
 * else has something new to say.
 */
export function createCooldowns(store: Store, now: () => number = Date.now): Cooldowns {
  return {
    async cooling(tool, input) {
      const at = await store.get<number>(key(tool.name, input));
      // A clock that went backwards must not freeze a tool for years.
      const age = at === undefined ? Infinity : Math.abs(now() - at);
      return age < (tool.cooldown ?? DEFAULT_SECONDS) * 1000;
    },
    mark: (tool, input) => store.put(key(tool, input), now()),
  };
}

function key(tool: string, input: unknown): string {
  // Hashed: a request may hold what is to be kept nowhere.
  return `cooldown:${tool}:${textHash(JSON.stringify(input))}`;
}
