import { closest } from "../../core/closest.ts";
import { UserError } from "../../core/errors.ts";
import { extractContext, type Segment } from "./extract_context.ts";
import { findSymbols, symbolSegment } from "./extract_symbol.ts";
import { languageOf } from "./grammars.ts";
import { type CodeSymbol, symbolsOf } from "./symbols.ts";

/** What a segment is chosen by: exactly one of the first three. */
export interface Selector {
  readonly symbol?: string | undefined;
  readonly regex?: string | undefined;
  readonly lines?: string | undefined;
  readonly before: number;
  readonly after: number;
  readonly nth: number;
  readonly withDecorators: boolean;
}

/** A segment with what there is to say about its choice. */
export interface Selection extends Segment {
  /** Kind and qualified name, when it is a symbol. */
  readonly symbol?: string;
  /** One sentence each: other places of the name, a missing nth hit. */
  readonly notes: readonly string[];
}

/** Why nothing was chosen, as one sentence with the way out. */
export interface NoSelection {
  readonly missing: string;
}

/**
 * Chooses a segment of a file's text.
 *
 * @throws {UserError} `usage` for no or several selectors, a bad regex or bad line numbers; `failed`
 * for a symbol in a language without a grammar.
 */
export async function selectSegment(
  path: string,
  text: string,
  selector: Selector,
): Promise<Selection | NoSelection> {
  checkSelector(selector);
  if (selector.symbol !== undefined) {
    return await selectSymbol(path, text, selector.symbol, selector);
  }
  if (selector.regex !== undefined) return selectMatch(path, text, selector.regex, selector);
  return selectLines(path, text, selector.lines!);
}

/**
 * Checks that exactly one thing says what to cut out.
 *
 * @throws {UserError} `usage`.
 */
export function checkSelector({ symbol, regex, lines }: Selector): void {
  const given = [symbol, regex, lines].filter((value) => value !== undefined).length;
  if (given === 1) return;
  throw new UserError("usage", given === 0 ? "nothing says what to extract" : "several selectors", {
    hint: "give one of --symbol NAME, --regex PATTERN, --lines 10-20",
  });
}

async function selectSymbol(
  path: string,
  text: string,
  name: string,
  selector: Selector,
): Promise<Selection | NoSelection> {
  const language = languageOf(path);
  if (language === undefined) {
    throw new UserError("failed", `no grammar knows the language of ${JSON.stringify(path)}`, {
      hint: `use --regex ${JSON.stringify(`\\b${name.replace(/^.*\W/, "")}\\b`)}`,
    });
  }
  const symbols = await symbolsOf(language, text);
  const [first, ...others] = findSymbols(symbols, name);
  if (first === undefined) {
    const missing = `no symbol ${JSON.stringify(name)} in ${path}`;
    return { missing: `${missing}${didYouMean(name, symbols)}` };
  }
  const places = others.map(({ kind, qualified, start, end }) =>
    `${kind} ${qualified} ${start}-${end}`
  );
  return {
    ...symbolSegment(text, first, { withDecorators: selector.withDecorators }),
    symbol: `${first.kind} ${first.qualified}`,
    notes: places.length === 0 ? [] : [`the name is also at ${limited(places)}`],
  };
}

function didYouMean(wanted: string, symbols: readonly CodeSymbol[]): string {
  const plain = [...new Set(symbols.map(({ name }) => name))];
  if (plain.length === 0) return ", nor any other";
  const names = [...new Set([...plain, ...symbols.map(({ qualified }) => qualified)])];
  const lower = wanted.toLowerCase();
  const sameLetters = names.filter((name) => name.toLowerCase() === lower);
  const near = sameLetters.length > 0 ? sameLetters : [...closest(wanted, names), ...contained()];
  if (near.length > 0) return `: did you mean ${[...new Set(near)].slice(0, 3).join(", ")}?`;
  return `: it has ${limited(plain)}`;

  function contained(): string[] {
    return lower.length < 3 ? [] : plain.filter((name) => name.toLowerCase().includes(lower));
  }
}

function selectMatch(
  path: string,
  text: string,
  pattern: string,
  { before, after, nth }: Selector,
): Selection | NoSelection {
  const regex = compile(pattern);
  const hits: number[] = [];
  for (const [row, line] of text.split(/\r?\n/).entries()) {
    if (hits.length < nth && regex.test(line)) hits.push(row + 1);
  }
  const line = hits.at(-1);
  if (line === undefined) return { missing: `no line of ${path} matches ${pattern}` };
  const short = `there are only ${hits.length} hits, this is the last`;
  return {
    ...extractContext(text, line, before, after),
    notes: hits.length < nth ? [hits.length === 1 ? "there is only one hit" : short] : [],
  };
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch (cause) {
    try {
      return new RegExp(pattern);
    } catch {
      throw new UserError("usage", `bad regex ${JSON.stringify(pattern)}`, {
        hint: (cause as Error).message.replace(/^.*: /, ""),
        cause,
      });
    }
  }
}

function selectLines(path: string, text: string, lines: string): Selection | NoSelection {
  const [, from, to] = /^(\d+)(?:[-:,](\d+))?$/.exec(lines.trim()) ?? [];
  const start = Number(from);
  const end = Number(to ?? from);
  if (from === undefined || start < 1 || end < start) {
    throw new UserError("usage", `bad line numbers ${JSON.stringify(lines)}`, {
      hint: "give --lines 10-20, or one line",
    });
  }
  const count = extractContext(text, 1, 0, Infinity).end;
  if (start > count) return { missing: `${path} has only ${count} lines` };
  const notes = end > count ? [`the file ends at line ${count}`] : [];
  return { ...extractContext(text, start, 0, end - start), notes };
}

function limited(items: readonly string[], most = 8): string {
  const rest = items.length - most;
  return items.slice(0, most).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}
