/**
 * A value of a store that is JSON text already: what knows its values well makes the text of many in
 * half the time of `JSON.stringify`. It is kept as it is; read, it is the value of the text.
 *
 * @example
 * ```ts
 * import { JsonText, openMemoryStore } from "@dspy/code/core/store";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * await store.put("a", new JsonText('{"n":1}'));
 * assert.deepEqual(await store.get("a"), { n: 1 });
 * ```
 */
export class JsonText {
  /** Valid JSON; it is not looked at. */
  readonly text: string;

  /** Of a text. */
  constructor(text: string) {
    this.text = text;
  }
}
