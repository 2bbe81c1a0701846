import { pause } from "../../core/pause.ts";
import { describeError, UserError } from "../../core/errors.ts";
import type { EventStream, Message, Subscription } from "../bus/types.ts";
import { jobIdOf } from "./job_id.ts";
import { ResultFeed } from "./_result_feed.ts";
import type { JobQueue, JobSpec } from "./types.ts";

/** A task as it goes over the bus. JSON, with the names of the HTTP API. */
export interface TaskMessage {
  /** Id of the job; two messages with one id are one job. Default made of the message's own id. */
  readonly id?: string;
  /** Default `"cpu_short"`. */
  readonly class?: JobSpec["class"];
  /** What is to be done. */
  readonly payload: JobSpec["payload"];
  /** From -100 to 100; higher ones come first. Default 0. */
  readonly priority?: number;
  /** Milliseconds before it may start. Default 0. */
  readonly delay_ms?: number;
  /** How often it may be started before it is dead. Default that of the queue. */
  readonly max_attempts?: number;
  /** Milliseconds one attempt may take. Default that of its class. */
  readonly timeout_ms?: number;
}

/** Options of {@linkcode queueOverBus}. */
export interface QueueOverBusOptions {
  /** Where tasks come from. Default `"agent.tasks"`. */
  readonly tasksTopic?: string;
  /** Where results go. Default `"agent.results"`. */
  readonly resultsTopic?: string;
  /** Processes of one group share the tasks. Default `"queue"`. */
  readonly group?: string;
  /** Whether tasks are taken in. Default true. */
  readonly tasks?: boolean;
  /** Whether results are published; one process of a queue is enough. Default true. */
  readonly results?: boolean;
  /** How often the queue is looked at for results, in milliseconds. Default 200. */
  readonly pollMs?: number;
  /** Called when jobs came in: a runner of this process can be woken. */
  readonly onSubmitted?: () => void;
  /** Told in one sentence what went wrong; the work goes on. */
  readonly onWarning?: (text: string) => void;
  /** Ends it, as `stop` does. */
  readonly signal?: AbortSignal;
}

/** A queue on a bus. */
export interface QueueBridge {
  /** Tasks that became jobs. */
  readonly submitted: number;
  /** Tasks that were jobs already. */
  readonly repeated: number;
  /** Tasks that are none; the bus puts them to its dead letters. */
  readonly refused: number;
  /** Results published. */
  readonly published: number;
  /** Takes no more tasks, publishes the results there are, and ends. */
  stop(): Promise<void>;
}

/** How long a full queue is left alone before a task is tried again, in milliseconds. */
const FULL_MS = 250;

/**
 * Joins a queue to a bus: what is published on `agent.tasks` becomes a job, and how jobs end is
 * published on `agent.results`, keyed by the job's id. A message is acknowledged once its job is
 * stored, and one that comes again is the same job; results may come again after a crash, with the
 * same message id. So each task is done at least once, whatever is killed when, and its result is
 * recognisable.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { createJobQueue, queueOverBus } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * await using bus = createLocalBus();
 * const results = bus.subscribe<{ id: string; runner_result: unknown }>("agent.results");
 * const queue = createJobQueue(openMemoryStore());
 * const bridge = await queueOverBus(bus, queue);
 * await bus.send("agent.tasks", { payload: { task: "lint" } }, { id: "m1" });
 * while (bridge.submitted === 0) await new Promise((resolve) => setTimeout(resolve, 1));
 * const [lease] = await queue.lease();
 * await queue.ack(lease!, "clean");
 * await bridge.stop();
 * assert.equal((await results.get())?.value.runner_result, "clean");
 * ```
 */
export async function queueOverBus(
  bus: Pick<EventStream, "subscribeGroup" | "send">,
  queue: JobQueue,
  options: QueueOverBusOptions = {},
): Promise<QueueBridge> {
  const { tasksTopic = "agent.tasks", resultsTopic = "agent.results", group = "queue" } = options;
  const { tasks = true, results = true, pollMs = 200, onSubmitted, onWarning } = options;
  const warn = onWarning ?? (() => {});
  const counts = { submitted: 0, repeated: 0, refused: 0 };
  const stopping = new AbortController();
  const feed = results
    ? await ResultFeed.open({ bus, queue, topic: resultsTopic, pollMs, warn })
    : undefined;
  const subscription = tasks
    // A full queue makes who `send` wait, instead of filling the dead letters.
    ? bus.subscribeGroup<TaskMessage>(tasksTopic, group, { ack: "manual", policy: "block" })
    : undefined;
  const taking = subscription && take(subscription);
  let stopped: Promise<void> | undefined;
  options.signal?.addEventListener("abort", () => void stop(), { once: true });
  if (options.signal?.aborted) void stop();

  return {
    get submitted() {
      return counts.submitted;
    },
    get repeated() {
      return counts.repeated;
    },
    get refused() {
      return counts.refused;
    },
    get published() {
      return feed?.published ?? 0;
    },
    stop,
  };

  function stop(): Promise<void> {
    return stopped ??= (async () => {
      stopping.abort();
      await subscription?.close();
      await taking;
      await feed?.stop();
    })();
  }

  async function take(subscription: Subscription<TaskMessage>): Promise<void> {
    try {
      for await (const batch of subscription.batches()) {
        // Together they are one transaction.
        await Promise.all(batch.map((message) => takeOne(subscription, message)));
        onSubmitted?.();
      }
    } catch (error) {
      warn(`no tasks are taken from ${tasksTopic} any more: ${describeError(error)}`);
    }
  }

  async function takeOne(
    subscription: Subscription<TaskMessage>,
    message: Message<TaskMessage>,
  ): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const isNew = await submit(message);
        counts[isNew ? "submitted" : "repeated"]++;
        return subscription.ack(message);
      } catch (error) {
        if (!(error instanceof UserError && error.rule === "queue.full")) {
          if (error instanceof UserError && error.kind !== "failed") counts.refused++;
          else warn(`task ${message.id} was not stored: ${describeError(error)}`);
          return subscription.nack(message, error);
        }
        await pause(FULL_MS, stopping.signal);
      }
    }
  }

  /** @returns false when the message had come before. */
  async function submit(message: Message<TaskMessage>): Promise<boolean> {
    const spec = specOf(message);
    try {
      await queue.submit(spec);
      return true;
    } catch (error) {
      if (!(error instanceof UserError && error.rule === "queue.conflict")) throw error;
      const known = await queue.get(spec.id!);
      const same = known === undefined ||
        JSON.stringify(known.payload) === JSON.stringify(spec.payload);
      if (!same) throw error;
      return false;
    }
  }
}

function specOf({ id, value }: Message<TaskMessage>): JobSpec {
  if (typeof value !== "object" || value === null || value.payload === undefined) {
    throw new UserError("usage", `message ${id} is no task`, {
      hint: "expected an object with payload, and class, priority, ... as they are wanted",
    });
  }
  return {
    id: value.id ?? jobIdOf(id),
    class: value.class,
    payload: value.payload,
    priority: value.priority,
    delayMs: value.delay_ms,
    maxAttempts: value.max_attempts,
    timeoutMs: value.timeout_ms,
  };
}
