import { UserError } from "../../core/errors.ts";
import type { EventBus } from "../../streaming/events/types.ts";
import type { EventQuery } from "./event_query.ts";

/** Bytes that wait for a client before it counts as not reading. */
const HIGH_WATER = 32 * 1024;

/** Characters of one message, if its first record is no larger. */
const MAX_MESSAGE = 256 * 1024;

/** Records looked at for one message. */
const MAX_RECORDS = 500;

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(": still here\n\n");

/** What a client needs of its hub. */
export interface ClientSetup {
  readonly events: Pick<EventBus, "memoryDelta" | "memoryLastSeq" | "memoryTail">;
  readonly query: EventQuery;
  /** Names the rings' life: positions of another one mean nothing. */
  readonly epoch: string;
  /** What the client had seen, as it says. */
  readonly lastEventId: string | undefined;
  readonly graceMs: number;
  /** Seconds since the epoch. */
  readonly timestamp: () => number;
  /** JSON of a record. */
  readonly write: (record: unknown) => string;
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
  readonly #at: number[];
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #open = true;
  /** Since when it has not read though there is something for it, by `performance.now`. */
  #stalled: number | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: ClientSetup) {
    this.#setup = setup;
    const { query: { topics }, events } = setup;
    const resumed = this.#resume();
    this.#at = resumed ?? topics.map((topic) => events.memoryLastSeq(topic));
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        this.#send("retry: 2000\n\n");
        const lost = setup.lastEventId !== undefined && resumed === undefined;
        // Who was here before a restart cannot go on where it was, and is shown how things stand.
        if (lost || (resumed === undefined && !setup.query.follow)) {
          this.#guarded(() => this.#snapshot(lost));
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

  /** Records that it has yet to look at. */
  get behind(): number {
    const { events, query } = this.#setup;
    return query.topics.reduce(
      (sum, topic, i) => sum + events.memoryLastSeq(topic) - this.#at[i]!,
      0,
    );
  }

  /** How long it has not read though there is something for it, in milliseconds. */
  stalledFor(now: number): number {
    return this.#stalled === undefined ? 0 : now - this.#stalled;
  }

  /** Sends what is new, as long as the client reads. */
  pump(): void {
    this.#guarded(() => this.#pump());
  }

  #pump(): void {
    while (this.#open && this.#controller.desiredSize! > 0) {
      const before = this.#at.join();
      const message = this.#next();
      if (message !== undefined) this.#send(message);
      else if (before === this.#at.join()) return;
    }
    this.#stalled ??= performance.now();
  }

  /** Shows that the connection lives. */
  heartbeat(): void {
    if (this.#open && this.#controller.desiredSize! > 0) this.#controller.enqueue(HEARTBEAT);
  }

  /** Ends the stream with a last event that says why; who does not read it is cut off. */
  end(reason: string): void {
    if (!this.#open) return;
    const data = JSON.stringify({
      reason,
      behind: this.behind,
      timestamp: this.#setup.timestamp(),
    });
    this.#send(`event: end\ndata: ${data}\n\n`);
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

  #send(text: string): void {
    this.#controller.enqueue(encoder.encode(text));
  }

  #message(data: string): string {
    return `id: ${this.#setup.epoch}.${this.#at.join()}\ndata: ${data}\n\n`;
  }

  #snapshot(lost: boolean): void {
    const { events, query, timestamp, write } = this.#setup;
    const { topics, limit, filter } = query;
    const lists = topics.map((topic) => {
      // The filter comes before the limit, so that what is rare is found.
      const found = events.memoryTail(topic, Infinity).filter(filter.matches).slice(-limit);
      return `[${found.map((record) => write(filter.project(record))).join()}]`;
    });
    const rest = `"limit":${limit},"timestamp":${timestamp()}${lost ? ',"resumed":false' : ""}`;
    this.#send(this.#message(
      topics.length === 1
        ? `{"topic":${JSON.stringify(topics[0])},"items":${lists[0]},${rest}}`
        : `{"topics":{${
          topics.map((topic, i) => `${JSON.stringify(topic)}:{"items":${lists[i]}}`).join()
        }},${rest}}`,
    ));
  }

  /** The next message; undefined when nothing that was looked at is for this client. */
  #next(): string | undefined {
    const { query: { topics, limit }, timestamp } = this.#setup;
    const deltas: string[] = [];
    let missed = 0;
    let room = MAX_MESSAGE;
    for (const [i, topic] of topics.entries()) {
      const { list, length, lost } = this.#delta(i, topic, room);
      missed += lost;
      room -= length;
      if (list.length === 0) continue;
      deltas.push(topics.length === 1 ? `[${list}]` : `${JSON.stringify(topic)}:[${list}]`);
    }
    if (deltas.length === 0 && missed === 0) return undefined;
    const rest = `"timestamp":${timestamp()}${missed > 0 ? `,"missed":${missed}` : ""}`;
    return this.#message(
      topics.length === 1
        ? `{"topic":${JSON.stringify(topics[0])},"limit":${limit},"delta":${
          deltas[0] ?? "[]"
        },${rest}}`
        : `{"delta":{${deltas.join()}},${rest}}`,
    );
  }

  /** Goes on in one topic as far as there is room. */
  #delta(i: number, topic: string, room: number): { list: string[]; length: number; lost: number } {
    const { events, query: { filter }, write } = this.#setup;
    const since = this.#at[i]!;
    const [items, last] = events.memoryDelta(topic, since, MAX_RECORDS);
    const first = last - items.length;
    const list: string[] = [];
    let length = 0;
    let looked = 0;
    for (const item of items) {
      if (length > 0 && length >= room) break;
      looked++;
      if (!filter.matches(item)) continue;
      const text = write(filter.project(item));
      list.push(text);
      length += text.length;
    }
    this.#at[i] = first + looked;
    return { list, length, lost: Math.max(0, first - since) };
  }

  /** Positions from the client's last event; undefined when they are not of these rings. */
  #resume(): number[] | undefined {
    const { lastEventId = "", epoch, query: { topics }, events } = this.#setup;
    const [life, places = ""] = lastEventId.split(".");
    if (life !== epoch || !/^\d{1,15}(,\d{1,15})*$/.test(places)) return undefined;
    const at = places.split(",").map(Number);
    const fits = at.length === topics.length &&
      at.every((seq, i) => seq <= events.memoryLastSeq(topics[i]!));
    return fits ? at : undefined;
  }
}
