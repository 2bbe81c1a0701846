import { after } from "../../after.ts";
import { describeError } from "../../errors.ts";
import { lazy } from "../../lazy.ts";
import { nextTurn } from "../../next_turn.ts";
import type { AskSetup } from "../ask.ts";
import type { CallResult } from "../mind.ts";
import type { MadeSuggestion } from "./make_suggestion.ts";

const loadSuggestion = lazy<typeof import("./make_suggestion.ts")>(
  "./make_suggestion.ts",
  import.meta.url,
);

/** What the chooser would have picked, found out while a model is waited for. */
export interface Beside {
  /** Told that a reply is awaited; gives the same. */
  during<T>(reply: Promise<T>): Promise<T>;
  /** Told what came of each call. */
  took(result: CallResult): void;
  /**
   * Ends it, and logs what is known by then with the first tool that the model took.
   *
   * @param answered whether the model answered at all.
   */
  end(answered: boolean): Promise<void>;
}

/**
 * A reply that has taken so long is being worked on elsewhere: then there is time. Until then the
 * request may not even be sent. In milliseconds.
 */
const PATIENCE = 400;

/** Thrown when the run is over before all is known. */
const OVER = Symbol("over");

/**
 * Lets the learner say what it would have picked for a request that a model answers, so that the log
 * tells how the two compare. All tools have to be loaded for that, a fifth of a second: it is done
 * one by one while the model is waited for, and not at all where it answers at once.
 */
export function suggestBeside(text: string, setup: AskSetup, patience = PATIENCE): Beside {
  let awaited = 0;
  let idle = false;
  let over = false;
  let stopTimer = () => {};
  let wake: (() => void) | undefined;
  let begun: Promise<void> | undefined;
  let suggestion: MadeSuggestion | undefined;
  let first: CallResult | undefined;

  return {
    async during(reply) {
      if (awaited++ === 0 && suggestion === undefined) stopTimer = after(patience, rest);
      try {
        return await reply;
      } finally {
        if (--awaited === 0) {
          stopTimer();
          idle = false;
        }
      }
    },
    took: (result) => void (first ??= result),
    async end(answered) {
      over = true;
      stopTimer();
      wake?.();
      try {
        await begun;
        if (answered) await suggestion?.taken(first);
      } catch (error) {
        const text = `nothing was suggested for the log: ${describeError(error)}`;
        setup.emit("notice", { level: "warning", text });
      }
    },
  };

  function rest(): void {
    idle = true;
    wake?.();
    if (begun !== undefined) return;
    begun = suggest().catch((error) => {
      if (error !== OVER) throw error;
    });
    // It is told at the end.
    begun.catch(() => {});
  }

  async function suggest(): Promise<void> {
    await breath();
    const { makeSuggestion } = await loadSuggestion();
    suggestion = await makeSuggestion(text, setup, breath);
  }

  /** Lets everything else go first, and waits until there is time. */
  async function breath(): Promise<void> {
    await nextTurn();
    while (!idle && !over) {
      await new Promise<void>((resolve) => wake = resolve);
    }
    if (over) throw OVER;
  }
}
