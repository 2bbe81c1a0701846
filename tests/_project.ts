// What the tests of the commands share: a small project and expectations of one run.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CliResult, Sandbox } from "./_cli.ts";

/** A small shop in JavaScript, with tests, a build and a log. */
export const PROJECT: Readonly<Record<string, string>> = {
  "package.json": `{ "name": "shop", "type": "module", "scripts": {
  "test": "node --test", "build": "node tools/build.js" } }\n`,
  "README.md": "# Shop\n\nAdds up what a cart holds.\n",
  "src/cart.js": `import { round } from "./money.js";

/** A cart of priced things. */
export class Cart {
  #lines = [];

  /** Puts a thing in. */
  addItem(name, price) {
    this.#lines.push({ name, price });
  }

  totalPrice() {
    return round(this.#lines.reduce((sum, line) => sum + line.price, 0));
  }
}
`,
  "src/money.js":
    "/** Rounds to cents. */\nexport function round(amount) {\n  return Math.round(amount * 100) / 100;\n}\n",
  "test/cart.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { Cart } from "../src/cart.js";

test("totals a cart", () => {
  const cart = new Cart();
  cart.addItem("tea", 2.5);
  assert.equal(cart.totalPrice(), 2.5);
});
`,
  "tools/build.js": 'console.log("built");\n',
  "logs/app.log": "INFO up\nERROR payment refused: no funds\nINFO down\n",
};

/** What a run is expected to give; output that is not named is expected to be empty. */
export interface Expected {
  readonly code?: number;
  readonly out?: RegExp;
  readonly err?: RegExp;
}

/** A command line with what it gives. */
export type Row = readonly [words: readonly string[], expected: Expected];

/** Compares a run with what is expected of it. */
export function check(result: CliResult, { code = 0, out, err }: Expected, title: string): void {
  const all =
    `${title}\ncode ${result.code}\n--- stdout\n${result.stdout}--- stderr\n${result.stderr}`;
  assert.equal(result.code, code, all);
  assert.match(result.stdout, out ?? /^$/, all);
  // Said by the first run after an update.
  assert.match(result.stderr.replace(/^Fetching the modules .*\n/, ""), err ?? /^$/, all);
  assert.doesNotMatch(result.stdout + result.stderr, /at file:|Uncaught|TypeError/, all);
  assert.ok(!(result.stdout + result.stderr).includes("\x1b"), all);
}

/** Runs command lines one after the other and compares each. */
export async function runRows(box: Sandbox, rows: readonly Row[]): Promise<void> {
  for (const [words, expected] of rows) check(await box.cli(words), expected, words.join(" "));
}

/** Every file but our own state, with its text, and every folder. */
export async function snapshot(folder: string, below = ""): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = join(below, name);
    if (below === "" && name.startsWith(".dspy")) continue;
    if (!isDirectory) {
      all.set(path, new TextDecoder("latin1").decode(await Deno.readFile(join(folder, path))));
    } else {for (const entry of (await snapshot(folder, path)).set(path, "folder")) {
        all.set(...entry);
      }}
  }
  return all;
}
