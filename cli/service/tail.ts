import { pause } from "../../core/pause.ts";
import { UserError } from "../../core/errors.ts";
import { openStore } from "../../core/store/open_store.ts";
import type { Store } from "../../core/store/types.ts";
import type { Message } from "../../streaming/bus/types.ts";
import { fits } from "../../streaming/bus/topic.ts";
import { openBus } from "./open_bus.ts";
import type { RoleContext } from "./service_main.ts";
import { storePath } from "./store_path.ts";

/** Milliseconds between two looks at a stream that is followed. */
const POLL_MS = 250;

/** Prints the newest entries of the streams of a store, or of a topic of Kafka, and what comes. */
export async function run(context: RoleContext): Promise<Record<string, number>> {
  return context.init.kafka === undefined ? await tailStore(context) : await tailKafka(context);
}

async function tailStore(
  { init, tell, signal }: RoleContext,
): Promise<Record<string, number>> {
  const { stream, follow, limit } = init.tail!;
  const store = await openStore(storePath(init.root));
  const after = new Map<string, number>();
  let entries = 0;
  try {
    for (let first = true; !signal.aborted; first = false) {
      for (const name of await streamsOf(store, stream)) {
        const head = await store.head(name);
        const from = after.get(name) ?? (first ? Math.max(0, head - limit) : 0);
        if (head <= from) {
          after.set(name, head);
          continue;
        }
        after.set(name, from);
        for (let at = from; at < head;) {
          const batch = await store.read(name, { after: at });
          if (batch.length === 0) break;
          for (const { offset, value } of batch) {
            tell("service.entry", { stream: topicOf(name), offset, value: valueOf(value) });
            after.set(name, at = offset);
            entries++;
          }
        }
      }
      if (!follow) break;
      await pause(POLL_MS, signal);
    }
    if (!follow && after.size === 0) {
      throw new UserError("failed", `no stream is called ${stream} here`, {
        hint: "up writes agent.results.<container>; sessions write rl.decisions",
      });
    }
    return { entries };
  } finally {
    await store.close();
  }
}

/** What the bus keeps of a topic stands in a stream of its own, with the envelope of a message. */
const KEPT = "bus:";

async function streamsOf(store: Store, pattern: string): Promise<string[]> {
  const kept = await store.list<string>(`${KEPT}topic:`);
  const names = kept.map(({ value }) => value).filter((topic) => fits(pattern, topic));
  const own = /[*>]/.test(pattern) || await store.head(pattern) === 0 ? [] : [pattern];
  return [...own, ...names.map((topic) => `${KEPT}${topic}`)];
}

function topicOf(stream: string): string {
  return stream.startsWith(KEPT) ? stream.slice(KEPT.length) : stream;
}

function valueOf(entry: unknown): unknown {
  return typeof entry === "object" && entry !== null && "value" in entry ? entry.value : entry;
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
