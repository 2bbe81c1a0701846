/** What stands behind `rl train`; undefined: not given. */
export interface TrainFlags {
  readonly steps?: number;
  readonly nEnvs?: number;
  readonly policy?: string;
  readonly epsilon?: number;
  readonly ucbC?: number;
  readonly neural?: boolean;
  readonly lr?: number;
  readonly entropy?: number;
  readonly skipGepa?: boolean;
  readonly puffer?: boolean;
  readonly vectorPath?: string;
  readonly rlConfig?: string;
  readonly verifiersModule?: string;
  readonly testCmd?: string;
  readonly lintCmd?: string;
  readonly buildCmd?: string;
  readonly timeoutSec?: number;
}

/** The flags of `rl train`, as stricli wants them. */
export const TRAIN_FLAGS = {
  steps: number("n", "steps of each environment (default 200)", whole(1, 1_000_000)),
  nEnvs: number(
    "n",
    "environments; their calls follow one another, as they share the workspace (default 2)",
    whole(1, 64),
  ),
  policy: text("name", "bandit: epsilon-greedy (default), ucb1, thompson, linucb and others"),
  epsilon: number("p", "share of random choices of epsilon-greedy (default 0.1)", between(0, 1)),
  ucbC: number("c", "width of UCB's bonus (default 2)", between(0, 1_000_000)),
  neural: flag("a small network taught by REINFORCE instead of a bandit"),
  lr: number("rate", "learning rate of --neural (default 0.001)", between(1e-9, 1)),
  entropy: number("factor", "how much --neural likes variety (default 0.01)", between(0, 10)),
  skipGepa: flag("taken for compatibility: there is no prompt optimizer to skip yet"),
  puffer: flag("taken for compatibility: the trainer is always the native one"),
  vectorPath: text("file", "JSON lines with numbers; the last line is what policies see"),
  rlConfig: text("file", "settings (default .dspy_rl.json, then .dspy/rl/best.json over it)"),
  verifiersModule: text("file", "module exporting getVerifiers(); it runs without any rights"),
  testCmd: text("command", "instead of the tests that are found here"),
  lintCmd: text("command", "instead of the linter that is found here"),
  buildCmd: text("command", "instead of the build that is found here"),
  timeoutSec: number("n", "limit of one check, in seconds (default 180)", whole(1, 86_400)),
} as const;

/** The flags of `rl background`. */
export const BACKGROUND_FLAGS = {
  once: flag("one pass over what is new, then end"),
  interval: number("seconds", "time between looks at the log (default 5)", between(0.1, 86_400)),
  steps: number("n", "entries that a pass takes at most (default: all)", whole(1, 1_000_000)),
} as const;

function flag(brief: string) {
  return { kind: "boolean", optional: true, brief } as const;
}

function text(placeholder: string, brief: string) {
  return { kind: "parsed", parse: notEmpty, optional: true, placeholder, brief } as const;
}

function number(placeholder: string, brief: string, parse: (word: string) => number) {
  return { kind: "parsed", parse, optional: true, placeholder, brief } as const;
}

function notEmpty(word: string): string {
  if (word.trim() !== "") return word;
  throw new TypeError("expected text that is not empty");
}

function between(low: number, high: number): (word: string) => number {
  return (word) => {
    const value = word.trim() === "" ? NaN : Number(word);
    if (value >= low && value <= high) return value;
    throw new TypeError(`expected a number from ${low} to ${high}`);
  };
}

function whole(low: number, high: number): (word: string) => number {
  return (word) => {
    if (/^\d+$/.test(word) && Number(word) >= low && Number(word) <= high) return Number(word);
    throw new TypeError(`expected a whole number from ${low} to ${high}`);
  };
}
