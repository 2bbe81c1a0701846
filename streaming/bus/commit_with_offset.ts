import { UserError } from "../../core/errors.ts";
import type { Write } from "../../core/store/types.ts";
import { Member } from "./_member.ts";
import type { Message, Subscription } from "./types.ts";

/**
 * Acknowledges a message together with what was done for it: writes and position are stored in one
 * transaction of the log's store, so that after a crash both are there or neither.
 *
 * @param subscription a member of a group with manual acknowledgement, of a bus with a log.
 * @returns false when the message was done already, or is another member's by now: nothing was
 * written.
 * @throws {UserError} `usage` for another kind of subscription; what the store rejects with is
 * passed on, and the message comes again.
 *
 * @example
 * ```ts
 * import { commitWithOffset, createLocalBus, openStoreLog } from "@dspy/code/streaming/bus";
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * const log = await openStoreLog(store, { topics: ["orders"] });
 * await using bus = createLocalBus({ log });
 * const worker = bus.subscribeGroup<number>("orders", "sum", { ack: "manual" });
 * bus.publish("orders", 5);
 * const order = (await worker.get())!;
 * await commitWithOffset(worker, order, [{ op: "put", key: "sum", value: order.value }]);
 * assert.equal(await store.get("sum"), 5);
 * ```
 */
export async function commitWithOffset<T>(
  subscription: Subscription<T>,
  message: Message<T>,
  writes: readonly Write[],
): Promise<boolean> {
  const member: unknown = subscription;
  if (member instanceof Member) return await member.commit(message, writes);
  throw new UserError(
    "usage",
    `the subscription to "${subscription.topic}" has no position to commit`,
    {
      hint: 'use subscribeGroup(topic, group, { ack: "manual" }) of a local bus with a log',
    },
  );
}
