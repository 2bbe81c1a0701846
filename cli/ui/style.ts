/** Puts colour around a text. */
export type Painter = (text: string) => string;

/** Painters by name; all give the text back as it is where there is no colour. */
export interface Style {
  readonly bold: Painter;
  readonly dim: Painter;
  readonly red: Painter;
  readonly green: Painter;
  readonly yellow: Painter;
  readonly blue: Painter;
  readonly magenta: Painter;
  readonly cyan: Painter;
}

/** What {@linkcode wantsColour} looks at. */
export interface ColourConditions {
  readonly isTerminal: boolean;
  /** Whether `--plain` was given. */
  readonly plain: boolean;
  /** Variables: `NO_COLOR`, `FORCE_COLOR` and `TERM` count. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether to write in colour: never with `--plain` or `NO_COLOR`, always with `FORCE_COLOR` other
 * than 0, else to a terminal that is not dumb.
 */
export function wantsColour({ isTerminal, plain, env }: ColourConditions): boolean {
  if (plain || env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}

/** Makes the painters. */
export function createStyle(colour: boolean): Style {
  const painter = (on: number, off: number): Painter =>
    colour ? (text) => text === "" ? "" : `\x1b[${on}m${text}\x1b[${off}m` : (text) => text;
  return {
    bold: painter(1, 22),
    dim: painter(2, 22),
    red: painter(31, 39),
    green: painter(32, 39),
    yellow: painter(33, 39),
    blue: painter(34, 39),
    magenta: painter(35, 39),
    cyan: painter(36, 39),
  };
}
