import { describeError, UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";
import type { EventStream, Message } from "../bus/types.ts";
import { Tally } from "./_tally.ts";
import { workOff } from "./_work_off.ts";

/** Judges the messages of a signature. */
export interface StreamVerifier {
  /** Its key among the scores. */
  readonly name: string;
  /** From 0. Default 1. */
  readonly weight?: number;
  /** A score, 1 being good; null when it has nothing to say about this message. */
  score(payload: unknown): number | null | Promise<number | null>;
}

/** A stream of judged messages. */
export interface SignatureStream {
  /** Of the signature. */
  readonly name: string;
  /** Topics that are read. */
  readonly sources: readonly string[];
  /** Where judged messages go. Default `signatures.<name>`. */
  readonly sink?: string;
  /** Who judges. */
  readonly verifiers: readonly StreamVerifier[];
}

/** What goes to the sink; JSON names are the seeds'. */
export interface SignatureEvent {
  /** Name of the signature. */
  readonly signature: string;
  /** Topic the message came from. */
  readonly source: string;
  /** The message. */
  readonly payload: unknown;
  /** Seconds since the epoch when it was judged. */
  readonly ts: number;
  /** Scores by verifier; one that had nothing to say is left out. */
  readonly verifier_scores: Readonly<Record<string, number>>;
  /** Mean of the scores by weight; null when nobody had anything to say. */
  readonly reward: number | null;
}

/** Counters of one signature. */
export interface SignatureCounts {
  /** Messages that were judged. */
  readonly processed: number;
  /** Verifiers that threw or gave no number: each counts as a score of 0. */
  readonly verifier_errors: number;
  /** Messages that could not be handed on; the bus decides whether they come again. */
  readonly errors: number;
  /** What went wrong last. */
  readonly last_error: string | null;
  /** Mean of the rewards; null before the first. */
  readonly mean_reward: number | null;
}

/** Options of {@linkcode SignatureStreamManager}. */
export interface SignatureStreamOptions {
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Ends it as `stop` does. */
  readonly signal?: AbortSignal;
}

const LEARNING = "agent.learning";
const MAX_ATTEMPTS = 3;

/**
 * Judges the messages of topics and learns from them: for each source a consumer group
 * `signature:<name>:<source>`; each message goes to the sink with the scores of the verifiers and the
 * reward, and the reward goes to `agent.learning`, for the tool that the message names or else for the
 * signature.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { type SignatureEvent, SignatureStreamManager } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const bus = createLocalBus();
 * const judged = bus.subscribe<SignatureEvent>("signatures.summary");
 * const manager = new SignatureStreamManager([{
 *   name: "summary",
 *   sources: ["agent.results.app"],
 *   verifiers: [
 *     { name: "says_something", score: (result) => (result as { summary: string }).summary ? 1 : 0 },
 *     { name: "throws", weight: 3, score: () => { throw new Error("no") } },
 *   ],
 * }]);
 * manager.start(bus);
 * bus.publish("agent.results.app", { summary: "disk full" });
 * const { verifier_scores, reward } = (await judged.get())!.value;
 * assert.deepEqual(verifier_scores, { says_something: 1, throws: 0 });
 * assert.equal(reward, 0.25);
 * await manager.stop();
 * await bus.close();
 * ```
 */
export class SignatureStreamManager {
  readonly #signatures: readonly Required<SignatureStream>[];
  readonly #counts: ReadonlyMap<string, Tally>;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #work: Promise<unknown> | undefined;

  /**
   * Makes one; `start` begins.
   *
   * @throws {UserError} `usage` when two signatures have one name, a sink is one of its sources, or a
   * weight is below 0.
   */
  constructor(
    signatures: readonly SignatureStream[],
    { now = Date.now, signal }: SignatureStreamOptions = {},
  ) {
    this.#signatures = signatures.map((signature) => ({
      ...signature,
      sources: [...new Set(signature.sources)],
      sink: signature.sink ?? `signatures.${signature.name}`,
    }));
    check(this.#signatures);
    this.#counts = new Map(this.#signatures.map(({ name }) => [name, new Tally()]));
    this.#now = now;
    this.#signal = AbortSignal.any([this.#stop.signal, ...signal ? [signal] : []]);
  }

  /** Subscribes to all sources; a second call does nothing. */
  start(stream: EventStream): void {
    this.#work ??= Promise.all(
      this.#signatures.flatMap((signature) =>
        signature.sources.map((source) => {
          const group = `signature:${signature.name}:${source}`;
          const options = { ack: "manual", maxAttempts: MAX_ATTEMPTS } as const;
          const subscription = stream.subscribeGroup(source, group, options);
          return workOff(subscription, (message) => this.#judge(signature, message, stream), {
            signal: this.#signal,
            onError: (error) => this.#counts.get(signature.name)!.fail(error),
          });
        })
      ),
    );
  }

  /** Judges what waits, within two seconds, and ends the subscriptions. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  /** Counters by signature. */
  metrics(): Record<string, SignatureCounts> {
    return Object.fromEntries([...this.#counts].map(([name, counts]) => [name, counts.read()]));
  }

  async #judge(
    signature: Required<SignatureStream>,
    message: Message,
    stream: EventStream,
  ): Promise<void> {
    const counts = this.#counts.get(signature.name)!;
    const scores = new Map<string, number>();
    let [sum, weights] = [0, 0];
    for (const verifier of signature.verifiers) {
      const score = await scoreOf(verifier, message.value, counts);
      if (score === null) continue;
      scores.set(verifier.name, score);
      sum += (verifier.weight ?? 1) * score;
      weights += verifier.weight ?? 1;
    }
    const reward = weights === 0 ? null : sum / weights;
    const ts = this.#now() / 1000;
    const verifier_scores = Object.fromEntries(scores);
    const about = { signature: signature.name, verifier_scores, ts };
    const event = { ...about, source: message.topic, payload: message.value, reward };
    const of = `${signature.name}:${message.id}`;
    await stream.send<SignatureEvent>(signature.sink, event, { id: `signature:${of}` });
    if (reward !== null) {
      const learning = { ...about, tool: toolOf(message.value) ?? signature.name, reward };
      await stream.send(LEARNING, learning, { id: `learning:${of}` });
    }
    counts.judge(reward);
  }
}

async function scoreOf(
  verifier: StreamVerifier,
  payload: unknown,
  counts: Tally,
): Promise<number | null> {
  try {
    const score = await verifier.score(payload);
    if (score === null || Number.isFinite(score)) return score;
    counts.failVerifier(`verifier ${verifier.name} gave ${score}, which is no number`);
  } catch (error) {
    counts.failVerifier(`verifier ${verifier.name} threw ${describeError(error)}`);
  }
  return 0;
}

function toolOf(payload: unknown): string | undefined {
  return isRecord(payload) && typeof payload.tool === "string" ? payload.tool : undefined;
}

function check(signatures: readonly Required<SignatureStream>[]): void {
  const names = new Set<string>();
  for (const { name, sources, sink, verifiers } of signatures) {
    if (names.has(name)) {
      throw new UserError("usage", `two signature streams are named "${name}"`, {
        hint: "give each a name of its own",
      });
    }
    names.add(name);
    if (sources.includes(sink)) {
      throw new UserError("usage", `signature "${name}" would read its own sink "${sink}"`, {
        hint: "choose a sink that is none of its sources",
      });
    }
    for (const verifier of verifiers) {
      const { weight = 1 } = verifier;
      if (weight >= 0 && weight < Infinity) continue;
      throw new UserError("usage", `verifier "${verifier.name}" has weight ${weight}`, {
        hint: "expected a number from 0",
      });
    }
  }
}
