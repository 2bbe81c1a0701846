import { BACKGROUND_FLAGS, TRAIN_FLAGS } from "./train_flags.ts";

/** What can stand behind `rl`, and behind each of these. */
export const RL_WORDS: Readonly<Record<string, readonly string[]>> = {
  status: [],
  evaluate: [],
  report: ["--force"],
  reset: [],
  replay: [],
  export: ["--force"],
  import: [],
  train: Object.keys(TRAIN_FLAGS).map(flagOf),
  background: Object.keys(BACKGROUND_FLAGS).map(flagOf),
  config: ["init"],
  help: [],
};

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
