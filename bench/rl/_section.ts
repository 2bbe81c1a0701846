import type { Figure } from "../_report.ts";

/** One part of the report that `deno task bench:rl` writes. */
export interface Section {
  readonly title: string;
  /** Markdown: what was done, with which seeds, and the table of what came out. */
  readonly text: string;
  /** Figures with their limits, by name: `rl.testbed.epsilon_optimal`. */
  readonly figures: Readonly<Record<string, Figure>>;
}

/** What each file of this folder exports as `section`; `quick` is for tests. */
export type MakeSection = (options?: { readonly quick?: boolean }) => Promise<Section>;
