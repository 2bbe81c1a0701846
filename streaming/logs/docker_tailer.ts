import { UserError } from "../../core/errors.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { LineSink } from "./line_sink.ts";
import type { SpawnLines } from "./spawn_lines.ts";
import type { TailNotice } from "./tail_notice.ts";

/** How far a container's log was read. JSON. */
export interface DockerPosition {
  /** Time of the newest line, as Docker wrote it. */
  readonly since: string;
  /** Lines of that very time that were given. */
  readonly at: number;
}

/** Options of {@linkcode DockerTailer}. */
export interface DockerTailerOptions {
  /** Starts programs; see {@linkcode spawnLines}. */
  readonly spawn: SpawnLines;
  /** Where to begin at the first start: lines that are newer than so many seconds. Default 0. */
  readonly sinceSec?: number;
  /** Told of what a person may want to know. Default nobody. */
  readonly onNotice?: (notice: TailNotice) => void;
  /** Ends it as {@linkcode DockerTailer.stop} does. */
  readonly signal?: AbortSignal;
  /** Default the machine's. */
  readonly clock?: Clock;
}

const RETRY_MS = [500, 30_000] as const;
/** A line of `docker logs --timestamps`. */
const STAMPED = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s;
/** Names that Docker gives to containers: none is an option. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/**
 * Follows the log of a container by `docker logs --follow --timestamps`: goes on by time when the
 * container restarts or Docker goes away, without giving a line twice.
 *
 * @example
 * ```ts
 * import { DockerTailer, type DockerPosition, type LineSink } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const seen: string[] = [];
 * const sink: LineSink<DockerPosition> = {
 *   durable: false,
 *   load: () => Promise.resolve(undefined),
 *   deliver: ({ lines }) => Promise.resolve(seen.push(...lines) > 0),
 * };
 * // Stands for Docker: gives one line and waits.
 * const spawn = async function* (_argv: readonly string[], signal: AbortSignal) {
 *   yield ["2025-01-02T10:00:00.1Z ERROR disk is full"];
 *   await new Promise((done) => signal.addEventListener("abort", done));
 * };
 * const tailer = new DockerTailer("api-1", sink, { spawn });
 * while (seen.length === 0) await new Promise((done) => setTimeout(done, 5));
 * await tailer.stop();
 * assert.deepEqual(seen, ["ERROR disk is full"]);
 * ```
 */
export class DockerTailer implements AsyncDisposable {
  /** The container. */
  readonly container: string;
  readonly #sink: LineSink<DockerPosition>;
  readonly #options: DockerTailerOptions;
  readonly #clock: Clock;
  readonly #ending: AbortController = new AbortController();
  readonly #working: Promise<void>;
  #position: DockerPosition | undefined;
  /** From when on lines are read that are the first. */
  #begin = "";
  #lines = 0;

  /**
   * Begins at once.
   *
   * @throws {UserError} `usage` for what is no name of a container.
   */
  constructor(container: string, sink: LineSink<DockerPosition>, options: DockerTailerOptions) {
    if (!NAME.test(container)) {
      throw new UserError("usage", `${JSON.stringify(container)} is no name of a container`, {
        hint: "`docker ps` shows the names",
      });
    }
    this.container = container;
    this.#sink = sink;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    options.signal?.addEventListener("abort", () => this.#ending.abort(), {
      signal: this.#ending.signal,
    });
    if (options.signal?.aborted) this.#ending.abort();
    this.#working = this.#work();
  }

  /** Counters since it began. */
  metrics(): { readonly lines: number } {
    return { lines: this.#lines };
  }

  /** Ends it, and the program that it started. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#working;
  }

  /** The same as `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #work(): Promise<void> {
    const { signal } = this.#ending;
    this.#position = await this.#sink.load();
    // Of the first try: what a container says while it is away from us is not old.
    this.#begin = new Date(this.#clock.now() - (this.#options.sinceSec ?? 0) * 1_000).toISOString();
    let failures = 0;
    let told = "";
    while (!signal.aborted) {
      const before = this.#lines;
      try {
        await this.#follow(signal);
        told = "";
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (!signal.aborted && text !== told) this.#tell(text);
        told = text;
      }
      failures = this.#lines > before ? 0 : failures + 1;
      const wait = Math.min(RETRY_MS[0] * 2 ** failures, RETRY_MS[1]);
      await this.#clock.sleep(wait, signal);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const since = this.#position?.since ?? this.#begin;
    const argv = ["docker", "logs", "--follow", "--timestamps", "--since", since, this.container];
    // Those of the time at which the last run ended come again.
    let again = this.#position === undefined ? 0 : this.#position.at;
    let position = this.#position;
    for await (const batch of this.#options.spawn(argv, signal)) {
      const lines: string[] = [];
      const times: number[] = [];
      // Time and place among the lines of that time: the same however they come in batches.
      const ids: string[] = [];
      for (const raw of batch) {
        const [, time, line] = STAMPED.exec(raw) ?? [];
        if (time === undefined || line === undefined) continue;
        if (again > 0 && time === since) {
          again--;
          continue;
        }
        position = { since: time, at: position?.since === time ? position.at + 1 : 1 };
        lines.push(line);
        times.push(Date.parse(time));
        ids.push(`${this.container}:${time}:${position.at}`);
      }
      if (lines.length === 0 || position === undefined) continue;
      const given = {
        ...{ lines, times, ts: this.#clock.now(), continues: false, partial: false },
        ids: () => ids,
      };
      if (!await this.#sink.deliver(given, position)) return;
      this.#position = position;
      this.#lines += lines.length;
    }
  }

  #tell(text: string): void {
    this.#options.onNotice?.({
      kind: "error",
      source: this.container,
      text: `the log of container ${this.container} cannot be followed: ${text}`,
    });
  }
}
