import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainSqlite } from "./_sqlite_errors.ts";

/** One connection: runs synchronous work and turns what goes wrong into rejections. */
export class Engine {
  readonly db: DatabaseSync;
  readonly #path: string;
  readonly #onError: (error: unknown) => void;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;

  /** @param onError sees each error before it is explained and thrown. */
  constructor(db: DatabaseSync, path: string, onError: (error: unknown) => void) {
    this.db = db;
    this.#path = path;
    this.#onError = onError;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
  }

  /** A statement whose rows come as arrays, which is faster than objects. */
  prepare(sql: string): StatementSync {
    const statement = this.db.prepare(sql);
    // Deno has it, its types do not.
    (statement as StatementSync & { setReturnArrays(on: boolean): void }).setReturnArrays(true);
    return statement;
  }

  run<T>(work: () => T): Promise<T> {
    try {
      return Promise.resolve(work());
    } catch (error) {
      this.#onError(error);
      return Promise.reject(explainSqlite(error, this.#path));
    }
  }

  transaction<T>(work: () => T): Promise<T> {
    return this.run(() => {
      if (this.db.isTransaction) throw new TypeError("the store was used inside its own change");
      this.#begin.run();
      try {
        const result = work();
        this.#commit.run();
        return result;
      } catch (error) {
        // A full disk has SQLite roll back by itself.
        if (this.db.isTransaction) this.#rollback.run();
        throw error;
      }
    });
  }
}
