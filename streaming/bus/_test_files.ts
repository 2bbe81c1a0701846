import assert from "node:assert/strict";
import type { LineFiles } from "./line_files.ts";

/** Files in memory whose disk can be full. */
export interface TestFiles extends LineFiles {
  readonly texts: Map<string, string>;
  /** Set: every write fails so. */
  trouble: Error | undefined;
  /** How often something was appended. */
  appends: number;
}

/** Opens files in memory. */
export function openTestFiles(): TestFiles {
  const texts = new Map<string, string>();
  const guard = () => {
    if (files.trouble !== undefined) throw files.trouble;
  };
  const files: TestFiles = {
    texts,
    trouble: undefined,
    appends: 0,
    async append(name, text) {
      const before = text.slice();
      await new Promise((resolve) => setTimeout(resolve));
      guard();
      files.appends++;
      const added = typeof text === "string" ? text : new TextDecoder().decode(text);
      assert.deepEqual(text, before, "the bytes changed while they were written");
      texts.set(name, (texts.get(name) ?? "") + added);
      return texts.get(name)!.length;
    },
    async replace(name, text) {
      await Promise.resolve();
      guard();
      texts.set(name, text);
    },
    async *lines(name) {
      yield* (texts.get(name) ?? "").split("\n").filter((line) => line !== "");
    },
    async rotate(name, above, keep) {
      await Promise.resolve();
      guard();
      if ((texts.get(name)?.length ?? 0) <= above) return;
      for (let age = keep; age > 0; age--) {
        const from = age === 1 ? name : `${name}.${age - 1}`;
        const text = texts.get(from);
        texts.delete(from);
        if (text !== undefined) texts.set(`${name}.${age}`, text);
      }
    },
  };
  return files;
}
