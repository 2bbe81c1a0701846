import { describeError } from "../../core/errors.ts";
import type { EventStream } from "../bus/types.ts";
import { layout } from "./_layout.ts";
import type { JobEnd, JobQueue } from "./types.ts";

/** The longest pause after a publish that failed, in milliseconds. */
const MAX_PAUSE_MS = 30_000;

/** Results on their way at once: each may be large. */
const PAGE = 64;

interface FeedSetup {
  readonly bus: Pick<EventStream, "send">;
  readonly queue: JobQueue;
  readonly topic: string;
  readonly pollMs: number;
  readonly warn: (text: string) => void;
}

/** Publishes how jobs end; where it is stands in the store, so that another process goes on there. */
export class ResultFeed {
  readonly #setup: FeedSetup;
  readonly #key: string;
  readonly #done: Promise<void>;
  #position: number;
  #stopping = false;
  #failures = 0;
  #wake = () => {};
  published = 0;

  /** Starts at what ends from now on when it never ran before. */
  static async open(setup: FeedSetup): Promise<ResultFeed> {
    const { store, name } = setup.queue;
    const { prefix, ended } = layout(name);
    const key = `${prefix}published`;
    const known = await store.get<number>(key);
    if (known !== undefined) return new ResultFeed(setup, key, known);
    const head = await store.head(ended);
    await store.put(key, head);
    return new ResultFeed(setup, key, head);
  }

  private constructor(setup: FeedSetup, key: string, position: number) {
    this.#setup = setup;
    this.#key = key;
    this.#position = position;
    this.#done = this.#run();
  }

  /** Publishes what there is, once more, and ends. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    for (;;) {
      const last = this.#stopping;
      const more = await this.#publishPage().catch((error: unknown) => {
        if (this.#failures++ === 0) {
          this.#setup.warn(`results wait to be published: ${describeError(error)}`);
        }
        return false;
      });
      if (more) continue;
      if (last) return;
      const pause = this.#setup.pollMs * 2 ** Math.min(10, this.#failures);
      if (!this.#stopping) await this.#sleep(Math.min(MAX_PAUSE_MS, pause));
    }
  }

  /** @returns whether there may be more. */
  async #publishPage(): Promise<boolean> {
    const { bus, queue, topic, warn } = this.#setup;
    const ends = await queue.ended(this.#position, PAGE);
    const gone = (ends[0]?.position ?? 0) - this.#position - 1;
    if (gone > 0) warn(`${gone} results are no longer kept, and were not published`);
    await Promise.all(ends.map(async (end) => {
      await bus.send(topic, resultOf(end), { id: messageId(end), key: end.id });
      this.published++;
    }));
    this.#failures = 0;
    const last = ends.at(-1);
    if (last === undefined) return false;
    await queue.store.put(this.#key, last.position);
    this.#position = last.position;
    return true;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The same for the same end of the same job. */
function messageId({ id, state, job }: JobEnd): string {
  return `result.${id}.${state}.${job?.attempts ?? 0}`;
}

function resultOf({ id, state, at, job }: JobEnd): Record<string, unknown> {
  const { class: kind, runner_result, error, attempts, duration_ms, worker } = job ?? {};
  return {
    id,
    ...kind !== undefined && { class: kind },
    state,
    ...runner_result !== undefined && { runner_result },
    ...error !== undefined && { error },
    ...attempts !== undefined && { attempts },
    ...duration_ms !== undefined && { duration_ms },
    ...worker !== undefined && { worker },
    completed_at: at,
  };
}
