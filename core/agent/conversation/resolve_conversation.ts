import type { Store } from "../../store/types.ts";
import { findConversation, forkConversation } from "./manage.ts";

/** Which conversation a request goes on with. */
export interface ConversationChoice {
  /** Id, start of an id, or `last`. */
  readonly resume?: string | undefined;
  /** The same, perhaps with `@entry`: a new one that starts as that one did up to there. */
  readonly fork?: string | undefined;
  /** Id of a new one that starts empty. */
  readonly start?: string | undefined;
  /** False: one that is kept in memory only, and goes on as long as the session is open. */
  readonly keep?: false | undefined;
}

/**
 * Finds the conversation that is meant.
 *
 * @param own the one when nothing is said: that of this session.
 * @returns its id.
 * @throws {UserError} `usage` when there is none of that name.
 */
export async function resolveConversation(
  store: Store,
  { resume, fork, start }: ConversationChoice,
  own: string,
): Promise<string> {
  if (fork !== undefined) {
    const [name = "", at] = fork.split("@");
    const { id: from } = await findConversation(store, name);
    const id = crypto.randomUUID();
    await forkConversation(store, from, { id, ...at !== undefined && { at } });
    return id;
  }
  return resume === undefined ? start ?? own : (await findConversation(store, resume)).id;
}
