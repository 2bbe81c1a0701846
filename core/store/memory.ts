import { checkColumns } from "./_columns.ts";
import { addTo, checkKey, checkOffset, compareByCodePoint } from "./_keys.ts";
import { toJson } from "./json_text.ts";
import { MemoryCollection } from "./_memory_collection.ts";
import type { Collection, ReadOptions, Store, StreamEntry, Write } from "./types.ts";

/**
 * Opens a store that lives as long as the process: for tests, and where nothing may be written.
 * It behaves as the one in SQLite does, and needs no permission and no runtime of ours.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * const notes = await store.collection("notes", ["text"]);
 * await notes.put([{ id: "1", data: { by: "ann" }, text: { text: "parseConfig() is slow" } }]);
 * const [hit] = await notes.search("parsing config");
 * assert.deepEqual(hit?.data, { by: "ann" });
 * ```
 */
export function openMemoryStore(): Store {
  return new MemoryStore();
}

/** JSON by key; undefined for one that goes. */
type Values = Map<string, string | undefined>;

interface Stream {
  /** How many entries were removed from its start. */
  trimmed: number;
  entries: { ts: number; json: string }[];
}

class MemoryStore implements Store {
  readonly #values = new Map<string, string>();
  readonly #streams = new Map<string, Stream>();
  readonly #collections = new Map<string, MemoryCollection<unknown>>();
  #changing = false;
  #closed = false;

  get<T>(key: string): Promise<T | undefined> {
    return this.#run(() => this.#valueOf<T>(key));
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.commit([{ op: "put", key, value }]);
  }

  update<T>(key: string, change: (old: T | undefined) => T): Promise<T> {
    return this.#run(() => {
      if (this.#changing) throw new TypeError("the store was used inside its own change");
      this.#changing = true;
      try {
        const value = change(this.#valueOf<T>(key));
        this.#values.set(checkKey(key), toJson(value));
        return value;
      } finally {
        this.#changing = false;
      }
    });
  }

  delete(key: string): Promise<boolean> {
    return this.#run(() => this.#values.delete(checkKey(key)));
  }

  list<T>(prefix: string, limit?: number): Promise<{ key: string; value: T }[]> {
    return this.#run(() =>
      [...this.#values].filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => compareByCodePoint(a, b)).slice(0, limit)
        .map(([key, json]) => ({ key, value: JSON.parse(json) as T }))
    );
  }

  async append(stream: string, values: readonly unknown[]): Promise<number> {
    await this.commit([{ op: "append", stream, values }]);
    return this.#headOf(stream);
  }

  read<T>(stream: string, options: ReadOptions = {}): Promise<StreamEntry<T>[]> {
    const { after = 0, limit = 1000 } = options;
    return this.#run(() => {
      const { trimmed, entries } = this.#streams.get(stream) ?? { trimmed: 0, entries: [] };
      const from = Math.max(after - trimmed, 0);
      return entries.slice(from, from + limit).map(({ ts, json }, i) => (
        { offset: trimmed + from + i + 1, ts, value: JSON.parse(json) as T }
      ));
    });
  }

  head(stream: string): Promise<number> {
    return this.#run(() => this.#headOf(stream));
  }

  commit(writes: readonly Write[]): Promise<boolean> {
    return this.#run(() => {
      for (const write of writes) {
        if (write.op === "expect" && !this.#isMet(write)) return false;
      }
      // All checks first: once the first step runs, none can fail.
      const ahead: Values = new Map();
      for (const step of writes.flatMap((write) => this.#prepare(write, ahead))) step();
      for (const [key, json] of ahead) {
        if (json === undefined) this.#values.delete(key);
        else this.#values.set(key, json);
      }
      return true;
    });
  }

  collection<T>(name: string, columns: readonly string[]): Promise<Collection<T>> {
    return this.#run(() => {
      let known = this.#collections.get(checkKey(name));
      checkColumns(name, columns, known?.columns);
      if (known === undefined) {
        known = new MemoryCollection<unknown>([...columns]);
        this.#collections.set(name, known);
      }
      return known as unknown as MemoryCollection<T>;
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #run<T>(work: () => T): Promise<T> {
    try {
      if (this.#closed) throw new Error("the store is closed");
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #valueOf<T>(key: string): T | undefined {
    const json = this.#values.get(checkKey(key));
    return json === undefined ? undefined : JSON.parse(json) as T;
  }

  /** @param ahead takes the values of keys. */
  #prepare(write: Write, ahead: Values): (() => void) | (() => void)[] {
    switch (write.op) {
      case "put":
        ahead.set(checkKey(write.key), toJson(write.value));
        return [];
      case "delete":
        ahead.set(checkKey(write.key), undefined);
        return [];
      case "add": {
        const { key, by } = write;
        const old = ahead.has(checkKey(key)) ? ahead.get(key) : this.#values.get(key);
        ahead.set(key, toJson(addTo(key, old && JSON.parse(old), by)));
        return [];
      }
      case "append": {
        const [stream, texts] = [checkKey(write.stream), write.values.map(toJson)];
        return () => this.#appendAll(stream, texts);
      }
      case "drop": {
        const stream = checkKey(write.stream);
        return () => this.#streams.delete(stream);
      }
      case "trim": {
        const [stream, before] = [checkKey(write.stream), checkOffset(write.before)];
        return () => this.#trimTo(stream, before - 1);
      }
      case "expect":
        return [];
      case "index":
        return this.#opened(write.collection).prepare(write.documents);
      case "unindex": {
        const [collection, prefix] = [this.#opened(write.collection), write.prefix];
        return () => collection.unindex(prefix);
      }
    }
  }

  #appendAll(stream: string, texts: readonly string[]): void {
    const ts = Date.now();
    let found = this.#streams.get(stream);
    if (found === undefined) this.#streams.set(stream, found = { trimmed: 0, entries: [] });
    for (const json of texts) found.entries.push({ ts, json });
  }

  #isMet(write: Extract<Write, { op: "expect" }>): boolean {
    const text = this.#values.get(checkKey(write.key));
    return text === ("absent" in write ? undefined : toJson(write.value));
  }

  #headOf(stream: string): number {
    const { trimmed, entries } = this.#streams.get(stream) ?? { trimmed: 0, entries: [] };
    return trimmed + entries.length;
  }

  #trimTo(stream: string, last: number): void {
    const found = this.#streams.get(stream);
    if (found === undefined) return;
    const gone = Math.max(0, Math.min(last - found.trimmed, found.entries.length));
    found.entries = found.entries.slice(gone);
    found.trimmed += gone;
  }

  #opened(name: string): MemoryCollection<unknown> {
    const collection = this.#collections.get(name);
    if (collection !== undefined) return collection;
    throw new TypeError(`collection "${name}" is not open`);
  }
}
