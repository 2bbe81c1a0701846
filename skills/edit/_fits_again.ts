import type { PatchLine } from "./patch_types.ts";

/**
 * Whether the lines that a hunk expects stand together in its result: then they alone do not tell
 * whether it was applied.
 */
export function fitsAgain(lines: readonly PatchLine[]): boolean {
  return standsIn(side(lines, "+"), side(lines, "-"));
}

function side(lines: readonly PatchLine[], without: "-" | "+"): string[] {
  return lines.filter(({ sign }) => sign !== without).map(({ text }) => text.replace(/\r$/, ""));
}

/** By Knuth, Morris and Pratt: hunks of many equal lines would take forever line by line. */
function standsIn(wanted: readonly string[], lines: readonly string[]): boolean {
  const shorter: number[] = [0];
  let matched = 0;
  const step = (line: string | undefined) => {
    while (matched > 0 && wanted[matched] !== line) matched = shorter[matched - 1]!;
    if (wanted[matched] === line) matched++;
  };
  for (let i = 1; i < wanted.length; i++) {
    step(wanted[i]);
    shorter.push(matched);
  }
  matched = 0;
  return wanted.length === 0 || lines.some((line) => {
    step(line);
    return matched === wanted.length;
  });
}
