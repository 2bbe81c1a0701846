import { UserError } from "../../core/errors.ts";
import type { MessageWriter, Step } from "./_messages.ts";
import type { EventQuery } from "./event_query.ts";

/** Bytes that wait for a client before it counts as not reading. */
const HIGH_WATER = 32 * 1024;

const RETRY = new TextEncoder().encode("retry: 2000\n\n");
const HEARTBEAT = new TextEncoder().encode(": still here\n\n");

/** What a client needs of its hub. */
export interface ClientSetup {
  /** What it wants. */
  readonly query: EventQuery;
  /** Writes what it is sent. */
  readonly messages: MessageWriter;
  /** What follows on a position; clients that want the same share it. */
  readonly next: (query: EventQuery, at: readonly number[]) => Step | undefined;
  /** Position of the newest record of a topic. */
  readonly lastSeq: (topic: string) => number;
  /** What the client had seen, as it says. */
  readonly lastEventId: string | undefined;
  /** Milliseconds until it is cut off when it does not read that it was let go. */
  readonly graceMs: number;
  /** Told once when the client is gone. */
  readonly gone: (client: EventClient) => void;
}

/**
 * One reader of an event stream. It keeps no records, only how far it has come in each topic's
 * ring: what waits for it costs nothing, and what it sends follows without gaps or repetition.
 */
export class EventClient {
  /** Body of its response. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #setup: ClientSetup;
  /** Position in each topic, in the order of the query. */
  #at: readonly number[];
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #open = true;
  /** Since when it has not read though there is something for it, by `performance.now`. */
  #stalled: number | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: ClientSetup) {
    this.#setup = setup;
    const { query, messages, lastEventId, lastSeq } = setup;
    const resumed = messages.resume(query, lastEventId);
    this.#at = resumed ?? query.topics.map(lastSeq);
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        controller.enqueue(RETRY);
        const lost = lastEventId !== undefined && resumed === undefined;
        // Who was here before a restart cannot go on where it was, and is shown how things stand.
        if (lost || (resumed === undefined && !query.follow)) {
          this.#guarded(() => controller.enqueue(messages.snapshot(query, this.#at, lost)));
        }
        this.pump();
      },
      pull: () => {
        this.#stalled = undefined;
        if (this.#grace === undefined) this.pump();
        else this.#close();
      },
      cancel: () => this.#leave(),
    }, { highWaterMark: HIGH_WATER, size: (chunk) => chunk!.byteLength });
  }

  /** Its topics. */
  get topics(): readonly string[] {
    return this.#setup.query.topics;
  }

  /** Whether it is still to be sent something. */
  get open(): boolean {
    return this.#open;
  }

  /** Records that it has yet to look at. */
  get behind(): number {
    const { lastSeq } = this.#setup;
    return this.topics.reduce((sum, topic, i) => sum + lastSeq(topic) - this.#at[i]!, 0);
  }

  /** How long it has not read though there is something for it, in milliseconds. */
  stalledFor(now: number): number {
    return this.#stalled === undefined ? 0 : now - this.#stalled;
  }

  /** Sends what is new, as long as the client reads. */
  pump(): void {
    this.#guarded(() => {
      while (this.#open && this.#controller.desiredSize! > 0) {
        const step = this.#setup.next(this.#setup.query, this.#at);
        if (step === undefined) return;
        this.#at = step.at;
        if (step.bytes !== undefined) this.#controller.enqueue(step.bytes);
      }
      this.#stalled ??= performance.now();
    });
  }

  /** Shows that the connection lives. */
  heartbeat(): void {
    if (this.#open && this.#controller.desiredSize! > 0) this.#controller.enqueue(HEARTBEAT);
  }

  /** Ends the stream with a last event that says why; who does not read it is cut off. */
  end(reason: string): void {
    if (!this.#open) return;
    this.#controller.enqueue(this.#setup.messages.end(reason, this.behind));
    this.#leave();
    if (this.#controller.desiredSize! > 0) return this.#controller.close();
    this.#grace = setTimeout(() => {
      this.#grace = undefined;
      this.#controller.error(new Error(reason));
    }, this.#setup.graceMs);
  }

  /** An expression that turns out to be too slow ends the stream of who asked for it. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.end(error instanceof UserError ? error.line : "internal error");
    }
  }

  /** The client reads again, and so will read why it ends. */
  #close(): void {
    clearTimeout(this.#grace);
    this.#grace = undefined;
    this.#controller.close();
  }

  #leave(): void {
    clearTimeout(this.#grace);
    if (!this.#open) return;
    this.#open = false;
    this.#setup.gone(this);
  }
}
