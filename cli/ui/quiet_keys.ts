import { lazy } from "../../core/lazy.ts";
import type { LineInput, LineOutput } from "../repl/line_editor.ts";
import type { QuietKeys } from "./progress.ts";

const loadGuard = lazy<typeof import("./guard_terminal.ts")>(
  "./guard_terminal.ts",
  import.meta.url,
);

/**
 * Makes the switch for the terminal's echo: keys typed ahead while a line of progress is shown are
 * not lost, but would be written into it. Where there is no terminal it does nothing.
 *
 * @param taken whether a line editor takes the keys, and so keeps them off the screen itself.
 */
export function createQuietKeys(
  input: LineInput,
  output: LineOutput,
  taken: () => boolean = () => false,
): QuietKeys {
  let hidden = false;
  let guard: Disposable | undefined;
  return {
    hide() {
      if (hidden || !input.isTerminal() || taken()) return;
      hidden = true;
      void loadGuard().then(({ guardTerminal }) => {
        const nothing = { resize: () => {}, resume: () => {} };
        if (hidden && !taken()) guard ??= guardTerminal(input, output, nothing, { quiet: true });
      });
    },
    show() {
      hidden = false;
      guard?.[Symbol.dispose]();
      guard = undefined;
    },
  };
}
