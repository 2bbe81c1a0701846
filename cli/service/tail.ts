import { UserError } from "../../core/errors.ts";
import { openStore } from "../../core/store/open_store.ts";
import type { Message } from "../../streaming/bus/types.ts";
import { followStreams, streamsOf } from "./follow_streams.ts";
import { openBus } from "./open_bus.ts";
import type { RoleContext } from "./service_main.ts";
import { storePath } from "./store_path.ts";

/** Prints the newest entries of the streams of a store, or of a topic of Kafka, and what comes. */
export async function run(context: RoleContext): Promise<Record<string, number>> {
  return context.init.kafka === undefined ? await tailStore(context) : await tailKafka(context);
}

async function tailStore(
  { init, tell, signal }: RoleContext,
): Promise<Record<string, number>> {
  const { stream: pattern, follow, limit } = init.tail!;
  const store = await openStore(storePath(init.root));
  let entries = 0;
  try {
    if (!follow && (await streamsOf(store, pattern)).length === 0) {
      throw new UserError("failed", `no stream is called ${pattern} here`, {
        hint:
          "up writes agent.results.<container> once it found something; sessions write rl.decisions",
      });
    }
    for await (const entry of followStreams(store, { pattern, follow, limit, signal })) {
      tell("service.entry", entry);
      entries++;
    }
    return { entries };
  } finally {
    await store.close();
  }
}

/** Milliseconds without a message after which a topic counts as read. */
const QUIET_MS = 3_000;

async function tailKafka(context: RoleContext): Promise<Record<string, number>> {
  const { init: { tail }, tell, signal } = context;
  const { stream, follow, limit } = tail!;
  const { bus, kafka, close } = await openBus(context);
  let entries = 0;
  const show = ({ topic, seq, value }: Message) => {
    tell("service.entry", { stream: topic, offset: seq, value });
    entries++;
  };
  try {
    const messages = bus.subscribe(stream, {
      ...limit > 0 && { after: 0 },
      policy: "block",
      signal,
    });
    await kafka?.ready();
    const { available, reason } = bus.health();
    if (!available) throw new UserError("failed", `Kafka cannot be read: ${reason}`);
    const newest: Message[] = [];
    const started = Date.now();
    for (let next; limit > 0 && (next = await messages.get({ timeoutMs: QUIET_MS }));) {
      newest.push(next);
      if (newest.length > limit) newest.shift();
      // A topic that is written all the time is never quiet.
      if (next.ts > started) break;
    }
    newest.forEach(show);
    for (let next; follow && (next = await messages.get());) show(next);
    return { entries };
  } finally {
    await close();
  }
}
