import type { Store, Write } from "../../core/store/types.ts";
import type { Message } from "../bus/types.ts";
import type { LogWindow, OpenWindow, WindowsState } from "./log_window.ts";
import { windowEvent } from "./window_event.ts";
import { createWindows, type Windows, type WindowsOptions } from "./windows.ts";

/** How far a topic (and partition) is; its windows are kept beside it, each by itself. */
interface Head extends Omit<WindowsState, "windows"> {
  readonly seq: number;
}

/** The windows of one topic and partition, in the store and in memory. */
export class WindowUnit {
  /** Windows closed since the last commit. */
  closed: LogWindow[] = [];
  readonly #prefix: string;
  readonly #key: string;
  #windows: Windows;
  #head: Head | undefined;
  #seq: number;

  private constructor(
    prefix: string,
    key: string,
    windows: Windows,
    head: Head | undefined,
  ) {
    this.#prefix = prefix;
    this.#key = key;
    this.#windows = windows;
    this.#head = head;
    this.#seq = head?.seq ?? 0;
  }

  /**
   * Takes up what is in the store.
   *
   * @param prefix of its keys.
   * @param key of its windows.
   */
  static async load(
    store: Store,
    prefix: string,
    key: string,
    options: WindowsOptions,
  ): Promise<WindowUnit> {
    const head = await store.get<Head>(`${prefix}:head`);
    const kept = await store.list<OpenWindow>(`${prefix}:window:`);
    const state = head && { ...head, windows: kept.map(({ value }) => value) };
    return new WindowUnit(prefix, key, createWindows(options, state), head);
  }

  /** Hits that came too late. */
  get late(): number {
    return this.#windows.state().late;
  }

  /** Takes a message in; false when it was taken in before. */
  add(message: Message): boolean {
    if (message.seq <= this.#seq) return false;
    this.#seq = message.seq;
    const event = windowEvent(message, this.#key);
    if (event !== undefined) this.closed.push(...this.#windows.add(event));
    return true;
  }

  /** The writes that keep all since the last commit, unless another process was faster. */
  writes(): Write[] {
    const { windows: _, ...rest } = this.#windows.state();
    const key = `${this.#prefix}:head`;
    const old = this.#head;
    this.#head = { ...rest, seq: this.#seq };
    return [
      old === undefined ? { op: "expect", key, absent: true } : { op: "expect", key, value: old },
      ...[...this.#windows.changes()].map(([id, window]): Write =>
        window === undefined
          ? { op: "delete", key: `${this.#prefix}:window:${id}` }
          : { op: "put", key: `${this.#prefix}:window:${id}`, value: window }
      ),
      { op: "put", key, value: this.#head },
    ];
  }
}
