import { z } from "zod";
import { closest } from "../closest.ts";
import { UserError } from "../errors.ts";

/** Fields on both sides of the arrow, in order. */
export interface ParsedSignature {
  readonly inputs: Record<string, z.ZodType>;
  readonly outputs: Record<string, z.ZodType>;
}

/** How each named type is made: not before it is wanted, as zod's first schemas take milliseconds. */
const TYPES: ReadonlyMap<string, () => z.ZodType> = new Map<string, () => z.ZodType>([
  ["str", () => z.string()],
  ["string", () => z.string()],
  ["int", () => z.int()],
  ["float", () => z.number()],
  ["number", () => z.number()],
  ["bool", () => z.boolean()],
  ["boolean", () => z.boolean()],
  ["json", () => z.any()],
]);

/** Types that were made before: making a zod schema takes longer than all the rest. */
const MADE = new Map<string, z.ZodType>();
const KEPT = 500;

const BLANK = /\s*/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const WORD = /[\p{L}\p{N}_-]+(?<!-)/uy;

/**
 * Reads `in1, in2: type -> out1, out2: type`.
 *
 * @throws {UserError} `usage`, with the position and what was expected there.
 */
export function parseSignature(text: string): ParsedSignature {
  let at = 0;
  const seen = new Set<string>();

  const inputs = readFields("->");
  const outputs = readFields(undefined);
  return { inputs, outputs };

  function readFields(end: string | undefined): Record<string, z.ZodType> {
    const fields: Record<string, z.ZodType> = {};
    for (;;) {
      blank();
      const start = at;
      const name = take(NAME);
      if (name === undefined) throw problem("a field name");
      if (seen.has(name)) throw problem(`a name other than "${name}", which is taken`, start);
      if (name === "__proto__") throw problem("a name that JavaScript can hold", start);
      seen.add(name);
      blank();
      if (text[at] === ":") {
        at++;
        fields[name] = readType();
        blank();
      } else {
        fields[name] = named("str")!;
      }
      if (text[at] === ",") {
        at++;
      } else if (end === undefined ? at === text.length : text.startsWith(end, at)) {
        at += end?.length ?? 0;
        return fields;
      } else {
        const typed = text.slice(start, at).includes(":") ? "" : '":", ';
        throw problem(`${typed}"," or ${end === undefined ? "the end" : `"${end}"`}`);
      }
    }
  }

  function readType(): z.ZodType {
    blank();
    const start = at;
    let type = text[at] === "(" ? readGroup() : readAtom();
    for (blank(); text.startsWith("[]", at); blank()) {
      if (text[at - 1] !== ")" && text.slice(start, at).includes("|")) {
        throw problem(`brackets around the words of a list: (${text.slice(start, at).trim()})`);
      }
      at += 2;
      const item = type;
      type = made(text.slice(start, at), () => z.array(item));
    }
    return type;
  }

  function readGroup(): z.ZodType {
    at++;
    blank();
    const type = readAtom();
    blank();
    if (text[at] !== ")") throw problem('"|" or ")"');
    at++;
    return type;
  }

  function readAtom(): z.ZodType {
    const start = at;
    const words = [readWord()];
    for (blank(); text[at] === "|"; blank()) {
      at++;
      blank();
      words.push(readWord());
    }
    if (words.length === 1) {
      const type = named(words[0]!);
      if (type !== undefined) return type;
      const near = closest(words[0]!, [...TYPES.keys()], { limit: 1 });
      throw problem(
        `a type (${[...TYPES.keys()].join(", ")}, T[], or words like a|b)`,
        start,
        near.map((name) => `did you mean "${name}"?`)[0],
      );
    }
    const type = words.find((word) => TYPES.has(word));
    if (type !== undefined) {
      throw problem(`words to choose from, of which "${type}", a type, is none`, start);
    }
    if (new Set(words).size < words.length) throw problem("words that differ", start);
    return made(words.join("|"), () => z.enum(words));
  }

  function readWord(): string {
    const word = take(WORD);
    if (word === undefined) throw problem("a type");
    return word;
  }

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found[0];
  }

  function blank(): void {
    BLANK.lastIndex = at;
    BLANK.test(text);
    at = BLANK.lastIndex;
  }

  function problem(expected: string, where = at, hint?: string): UserError {
    const found = where >= text.length ? "the end" : JSON.stringify(text.slice(where, where + 12));
    return new UserError(
      "usage",
      `signature ${JSON.stringify(text)}, position ${where}: expected ${expected}, got ${found}`,
      { hint: hint ?? 'write it like "question, k: int -> answer, label: yes|no"' },
    );
  }
}

function named(name: string): z.ZodType | undefined {
  const make = TYPES.get(name);
  return make && made(name, make);
}

function made(text: string, make: () => z.ZodType): z.ZodType {
  const found = MADE.get(text);
  if (found !== undefined) return found;
  const type = make();
  if (MADE.size < KEPT) MADE.set(text, type);
  return type;
}
