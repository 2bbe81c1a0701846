import { TRAIN_FLAGS } from "./train_flags.ts";

/** What can stand behind `rl`, and behind each of these. */
export const RL_WORDS: Readonly<Record<string, readonly string[]>> = {
  status: [],
  evaluate: [],
  report: [],
  reset: [],
  replay: [],
  export: [],
  import: [],
  train: Object.keys(TRAIN_FLAGS).map(flagOf),
  config: ["init"],
};

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
