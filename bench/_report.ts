// deno-lint-ignore-file no-console -- a script for the command line
/** What all benchmarks share: the middle value, and the comparison with the limits. */

const BASELINE = new URL("baseline.json", import.meta.url);

/** One figure of a benchmark. */
export interface Figure {
  readonly value: number;
  /** The figure that must not be passed. */
  readonly limit: number;
  /** On which side of the limit it must stay. */
  readonly better: "lower" | "higher";
}

/** The middle value of an odd number of them, the lower middle of an even number. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

/**
 * Prints each figure beside its limit and the baseline, and sets the exit code to 1 when one is
 * over. With `--save` the figures become the baseline in `baseline.json`.
 */
export async function check(figures: Readonly<Record<string, Figure>>): Promise<void> {
  const baseline: Record<string, unknown> = JSON.parse(
    await Deno.readTextFile(BASELINE).catch(() => "{}"),
  );
  for (const [name, { value, limit, better }] of Object.entries(figures)) {
    const measured = Math.round(value * 1000) / 1000;
    const ok = better === "lower" ? value <= limit : value >= limit;
    const old = (baseline[name] as { measured?: number } | undefined)?.measured;
    const sign = better === "lower" ? "<=" : ">=";
    console.log(
      `${ok ? "ok  " : "OVER"} ${name}: ${measured} (limit ${sign} ${limit}, baseline ${
        old ?? "-"
      })`,
    );
    if (!ok) Deno.exitCode = 1;
    baseline[name] = { limit, better, measured };
  }
  if (Deno.args.includes("--save")) {
    const sorted = Object.fromEntries(Object.entries(baseline).sort(([a], [b]) => a < b ? -1 : 1));
    await Deno.writeTextFile(BASELINE, JSON.stringify(sorted, undefined, 2) + "\n");
  }
}
