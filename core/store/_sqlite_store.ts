import type { StatementSync } from "node:sqlite";
import { addTo, AFTER_ALL, checkKey, checkOffset, prefixEnd } from "./_keys.ts";
import { toJson } from "./json_text.ts";
import { SqliteCollection } from "./_sqlite_collection.ts";
import type { Engine } from "./_sqlite_engine.ts";
import { checkColumns } from "./_columns.ts";
import type { Collection, ReadOptions, Store, StreamEntry, Write } from "./types.ts";

/** Of the stream ?1; the second part is looked up only when no entry is left. */
const HEAD = "ifnull(max(offset), (SELECT trimmed FROM stream WHERE id = ?1))";

/** Entries of one statement: more of them are half as long on their way. */
const ROWS = 16;
const APPEND_ROWS = `INSERT INTO entry VALUES ${
  Array.from({ length: ROWS }, (_, i) => `(?1, ?2 + ${i + 1}, ?3, ?${i + 4})`).join(", ")
}`;

/** The store over one SQLite connection. */
export class SqliteStore implements Store {
  readonly #engine: Engine;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #list: StatementSync;
  readonly #addStream: StatementSync;
  readonly #findStream: StatementSync;
  readonly #appendOne: StatementSync;
  readonly #append: StatementSync;
  /** Of as many entries as {@linkcode ROWS}; made at the first use. */
  #appendRows: StatementSync | undefined;
  readonly #drop: StatementSync;
  readonly #trim: StatementSync;
  readonly #setTrimmed: StatementSync;
  readonly #read: StatementSync;
  readonly #head: StatementSync;
  /** Streams are never deleted, so an id once seen stays true. */
  readonly #streams = new Map<string, number>();
  readonly #collections = new Map<string, SqliteCollection<unknown>>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#get = engine.prepare("SELECT value FROM kv WHERE key = ?");
    this.#put = engine.prepare(
      "INSERT INTO kv VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    this.#delete = engine.prepare("DELETE FROM kv WHERE key = ?");
    this.#list = engine.prepare(
      "SELECT key, value FROM kv WHERE key >= ? AND key < ? ORDER BY key LIMIT ?",
    );
    this.#addStream = engine.prepare("INSERT INTO stream (name) VALUES (?) ON CONFLICT DO NOTHING");
    this.#findStream = engine.prepare("SELECT id FROM stream WHERE name = ?");
    this.#head = engine.prepare(`SELECT ${HEAD} FROM entry WHERE stream = ?1`);
    this.#drop = engine.prepare("DELETE FROM entry WHERE stream = ?");
    this.#trim = engine.prepare("DELETE FROM entry WHERE stream = ? AND offset <= ?");
    this.#setTrimmed = engine.prepare("UPDATE stream SET trimmed = ?2 WHERE id = ?1");
    this.#append = engine.prepare("INSERT INTO entry VALUES (?, ?, ?, ?)");
    this.#appendOne = engine.prepare(
      `INSERT INTO entry SELECT ?1, ${HEAD} + 1, ?2, ?3 FROM entry
       WHERE stream = ?1 RETURNING offset`,
    );
    this.#read = engine.prepare(
      "SELECT offset, ts, value FROM entry WHERE stream = ? AND offset > ? ORDER BY offset LIMIT ?",
    );
  }

  get<T>(key: string): Promise<T | undefined> {
    return this.#engine.run(() => this.#valueOf<T>(key));
  }

  put(key: string, value: unknown): Promise<void> {
    return this.#engine.run(() => void this.#put.run(checkKey(key), toJson(value)));
  }

  update<T>(key: string, change: (old: T | undefined) => T): Promise<T> {
    return this.#engine.transaction(() => {
      const value = change(this.#valueOf<T>(key));
      this.#put.run(checkKey(key), toJson(value));
      return value;
    });
  }

  delete(key: string): Promise<boolean> {
    return this.#engine.run(() => Number(this.#delete.run(checkKey(key)).changes) > 0);
  }

  list<T>(prefix: string, limit = -1): Promise<{ key: string; value: T }[]> {
    return this.#engine.run(() => {
      const rows = this.#list.all(prefix, prefixEnd(prefix) ?? AFTER_ALL, limit);
      return (rows as unknown as [string, string][])
        .map(([key, text]) => ({ key, value: JSON.parse(text) as T }));
    });
  }

  append(stream: string, values: readonly unknown[]): Promise<number> {
    if (values.length !== 1) {
      return this.#engine.transaction(() => this.#appendAll(stream, values));
    }
    return this.#engine.run(() => {
      const text = toJson(values[0]);
      return (this.#appendOne.get(this.#streamId(stream), Date.now(), text) as unknown as number[])[
        0
      ]!;
    });
  }

  read<T>(stream: string, options: ReadOptions = {}): Promise<StreamEntry<T>[]> {
    const { after = 0, limit = 1000 } = options;
    return this.#engine.run(() => {
      const id = this.#knownStream(stream);
      if (id === undefined) return [];
      const rows = this.#read.all(id, after, limit) as unknown as [number, number, string][];
      return rows.map(([offset, ts, text]) => ({ offset, ts, value: JSON.parse(text) as T }));
    });
  }

  head(stream: string): Promise<number> {
    return this.#engine.run(() => {
      const id = this.#knownStream(stream);
      return id === undefined ? 0 : this.#headOf(id);
    });
  }

  commit(writes: readonly Write[]): Promise<boolean> {
    return this.#engine.transaction(() => {
      for (const write of writes) {
        if (write.op === "expect" && !this.#isMet(write)) return false;
      }
      for (const write of writes) this.#write(write);
      return true;
    });
  }

  collection<T>(name: string, columns: readonly string[]): Promise<Collection<T>> {
    return this.#engine.transaction(() => {
      const known = this.#collections.get(name);
      const id = this.#collectionId(name, columns);
      if (known !== undefined) return known as SqliteCollection<T>;
      const collection = new SqliteCollection<T>(this.#engine, id, columns);
      this.#collections.set(name, collection as SqliteCollection<unknown>);
      return collection;
    });
  }

  close(): Promise<void> {
    return this.#engine.run(() => {
      if (this.#engine.db.isOpen) this.#engine.db.close();
    });
  }

  #write(write: Write): void {
    switch (write.op) {
      case "put":
        return void this.#put.run(checkKey(write.key), toJson(write.value));
      case "delete":
        return void this.#delete.run(checkKey(write.key));
      case "add":
        return this.#add(write.key, write.by);
      case "append":
        return void this.#appendAll(write.stream, write.values);
      case "drop":
        return this.#dropAll(write.stream);
      case "trim":
        return this.#trimTo(write.stream, checkOffset(write.before) - 1);
      case "expect":
        return; // Looked at before the first write.
      case "index":
        return this.#opened(write.collection).index(write.documents);
      case "unindex":
        return this.#opened(write.collection).unindex(write.prefix);
    }
  }

  #valueOf<T>(key: string): T | undefined {
    const row = this.#get.get(checkKey(key)) as unknown as [string] | undefined;
    return row === undefined ? undefined : JSON.parse(row[0]) as T;
  }

  #appendAll(stream: string, values: readonly unknown[]): number {
    const id = this.#streamId(stream);
    const head = this.#headOf(id);
    const ts = Date.now();
    let at = 0;
    for (; at + ROWS <= values.length; at += ROWS) {
      const rows = values.slice(at, at + ROWS).map(toJson);
      (this.#appendRows ??= this.#engine.prepare(APPEND_ROWS)).run(id, head + at, ts, ...rows);
    }
    for (; at < values.length; at++) this.#append.run(id, head + at + 1, ts, toJson(values[at]));
    return head + at;
  }

  #isMet(write: Extract<Write, { op: "expect" }>): boolean {
    const [text] = this.#get.get(checkKey(write.key)) as unknown as [string] | undefined ?? [];
    return text === ("absent" in write ? undefined : toJson(write.value));
  }

  #add(key: string, by: number): void {
    this.#put.run(key, toJson(addTo(key, this.#valueOf(key), by)));
  }

  #dropAll(stream: string): void {
    const id = this.#streamId(stream);
    this.#drop.run(id);
    this.#setTrimmed.run(id, 0);
  }

  #trimTo(stream: string, last: number): void {
    const id = this.#streamId(stream);
    const head = this.#headOf(id);
    if (this.#trim.run(id, last).changes > 0) this.#setTrimmed.run(id, Math.min(last, head));
  }

  #headOf(id: number): number {
    return (this.#head.get(id) as unknown as [number | null])[0] ?? 0;
  }

  #streamId(name: string): number {
    let id = this.#knownStream(checkKey(name));
    if (id !== undefined) return id;
    this.#addStream.run(name);
    id = this.#knownStream(name)!;
    return id;
  }

  #knownStream(name: string): number | undefined {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const row = this.#findStream.get(name) as unknown as [number] | undefined;
    // Inside a transaction the row may yet be rolled back.
    if (row !== undefined && !this.#engine.db.isTransaction) this.#streams.set(name, row[0]);
    return row?.[0];
  }

  #opened(name: string): SqliteCollection<unknown> {
    const collection = this.#collections.get(name);
    if (collection !== undefined) return collection;
    throw new TypeError(`collection "${name}" is not open`);
  }

  #collectionId(name: string, columns: readonly string[]): number {
    const row = this.#engine.prepare("SELECT id, columns FROM collection WHERE name = ?")
      .get(checkKey(name)) as unknown as [number, string] | undefined;
    checkColumns(name, columns, row && JSON.parse(row[1]) as string[]);
    if (row !== undefined) return row[0];
    const added = this.#engine.prepare("INSERT INTO collection (name, columns) VALUES (?, ?)")
      .run(name, toJson(columns));
    const id = Number(added.lastInsertRowid);
    SqliteCollection.create(this.#engine, id, columns);
    return id;
  }
}
