import { describeError } from "../errors.ts";
import type { Emit, StopReason } from "../events.ts";
import { createLoopDetector } from "./loop_detector.ts";
import type { CallResult, Mind, ToolCall, Turn } from "./mind.ts";

/** What {@linkcode runLoop} works with. */
export interface LoopSetup {
  /** Decides what is called. */
  readonly mind: Mind;
  /** Runs one call behind the gate. Never throws: refusals and errors are results. */
  call(call: ToolCall, signal: AbortSignal): Promise<CallResult>;
  /** Whether a tool only reads: batches of such calls run at the same time. */
  reads(tool: string): boolean;
  /** Publishes what happens. */
  readonly emit: Emit;
  /** Stops the calls under way and ends the run. */
  readonly signal: AbortSignal;
  /** Turns with calls. Default 100. */
  readonly maxSteps?: number;
}

/** How a run ended. */
export interface LoopEnd {
  /** Why it ended. */
  readonly stop: StopReason;
  /** Whether the request was answered. */
  readonly ok: boolean;
  /** The answer, or what stopped the run. */
  readonly text: string;
  /** Proposals for what to do next, as command lines. */
  readonly next: readonly string[];
}

/** Turns without text and calls after which a mind is taken to be stuck. */
const MAX_EMPTY_TURNS = 3;

/**
 * The agent loop: asks the mind, runs its calls behind the gate, hands the results back, until the
 * mind calls nothing more or a limit is met. It knows no model, no file system and no terminal.
 *
 * Every call gets exactly one result, in call order. Nothing throws out of the loop.
 */
export async function runLoop(setup: LoopSetup): Promise<LoopEnd> {
  const { mind, emit, signal, maxSteps = 100 } = setup;
  const detector = createLoopDetector();
  let results: CallResult[] = [];
  let empty = 0;
  for (let step = 1;; step++) {
    if (signal.aborted) return ended("aborted", "Stopped.");
    const last = step > maxSteps;
    emit("turn.start", { step });
    let turn: Turn;
    try {
      turn = await mind.next(results, step, last, signal);
    } catch (error) {
      if (signal.aborted) return ended("aborted", "Stopped.");
      return ended("error", describeError(error));
    }
    if (turn.text !== "") emit("message", { role: "assistant", text: turn.text });
    if (turn.choice) {
      const { tool, reason, propensity, alternatives } = turn.choice;
      emit("choice", { step, tool, reason, propensity, alternatives });
    }
    if (turn.calls.length === 0 && turn.text === "" && ++empty < MAX_EMPTY_TURNS) continue;
    if (turn.calls.length === 0 || last) {
      emit("turn.end", { step });
      if (turn.calls.length > 0) return limit("limit:steps", maxSteps, "--max-steps");
      if (turn.text === "") return limit("limit:empty", MAX_EMPTY_TURNS);
      const ok = turn.ok ?? true;
      return { stop: ok ? "done" : "error", ok, text: turn.text, next: turn.next ?? [] };
    }
    empty = 0;
    results = await runCalls(turn.calls, setup);
    emit("turn.end", { step });
    const repeated = detector.seen(results);
    if (repeated !== undefined) {
      return limit("limit:loop", repeated.times, undefined, `same calls again: ${repeated.cycle}`);
    }
  }

  function ended(stop: StopReason, text: string): LoopEnd {
    return { stop, ok: false, text, next: [] };
  }

  function limit(stop: StopReason, value: number, flag?: string, why = "limit met"): LoopEnd {
    const way = flag === undefined ? "" : `; raise it with ${flag}`;
    const text = `Stopped by ${stop} (${value}): ${why}${way}.`;
    emit("limit", { limit: stop, value, text });
    return ended(stop, text);
  }
}

async function runCalls(calls: readonly ToolCall[], setup: LoopSetup): Promise<CallResult[]> {
  const { signal } = setup;
  if (calls.every((call) => setup.reads(call.tool))) {
    return await Promise.all(calls.map((call) => setup.call(call, signal)));
  }
  const results: CallResult[] = [];
  for (const call of calls) results.push(await setup.call(call, signal));
  return results;
}
