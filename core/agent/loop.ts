import { describeError, UserError } from "../errors.ts";
import type { Emit, StopReason } from "../events.ts";
import { createLoopDetector, MAX_ROUNDS } from "./loop_detector.ts";
import type { CallResult, Mind, ToolCall, Turn } from "./mind.ts";

/** What a person says while a run goes on. */
export interface Inbox {
  /** Whether something waits: calls that have not begun are then skipped. */
  waiting(): boolean;
  /** What waits, in order; nothing waits afterwards. */
  take(): readonly string[];
}

/** A limit that was met. */
export interface Exceeded {
  /** Which. */
  readonly stop: StopReason;
  /** Its value. */
  readonly value: number;
  /** The flag that raises it. */
  readonly flag: string;
}

/** What {@linkcode runLoop} works with. */
export interface LoopSetup {
  /** Decides what is called. */
  readonly mind: Mind;
  /** Runs one call behind the gate. Never throws: refusals and errors are results. */
  call(call: ToolCall, signal: AbortSignal): Promise<CallResult>;
  /** Whether a call only reads: batches of such calls run at the same time. */
  reads(call: ToolCall): boolean;
  /** Publishes what happens. */
  readonly emit: Emit;
  /** Stops the calls under way and ends the run. */
  readonly signal: AbortSignal;
  /** Turns with calls. Default 100. */
  readonly maxSteps?: number;
  /** Looked at before the mind is asked again. Default: nothing but steps is limited. */
  exceeded?(): Exceeded | undefined;
  /** What the person says meanwhile. Default nothing. */
  readonly inbox?: Inbox;
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
 * Every call gets exactly one result, in call order. What the person says meanwhile reaches the mind
 * before its next turn; calls that have not begun by then are skipped. Nothing throws out of the
 * loop.
 */
export async function runLoop(setup: LoopSetup): Promise<LoopEnd> {
  const { mind, emit, signal, maxSteps = 100 } = setup;
  const detector = createLoopDetector();
  let results: CallResult[] = [];
  let empty = 0;
  for (let step = 1;; step++) {
    if (signal.aborted) return ended("aborted", "Stopped.");
    const over = setup.exceeded?.();
    if (over !== undefined) return limit(over.stop, over.value, over.flag);
    const last = step > maxSteps;
    emit("turn.start", { step });
    let turn: Turn;
    try {
      await listen();
      turn = await mind.next(results, step, last, signal);
    } catch (error) {
      if (signal.aborted) return ended("aborted", "Stopped.");
      const full = error instanceof UserError && error.rule === "limit:context";
      return ended(full ? "limit:context" : "error", describeError(error));
    }
    if (turn.text !== "") emit("message", { role: "assistant", text: turn.text });
    if (turn.choice) {
      const { sure: _, ...choice } = turn.choice;
      emit("choice", { step, ...choice });
    }
    results = [];
    if (turn.calls.length === 0 && turn.text === "" && ++empty < MAX_EMPTY_TURNS) continue;
    if (turn.calls.length === 0 || last) {
      emit("turn.end", { step });
      if (turn.calls.length > 0) return limit("limit:steps", maxSteps, "--max-steps");
      if (turn.text === "") return limit("limit:empty", MAX_EMPTY_TURNS);
      if (setup.inbox?.waiting() && !last) continue;
      const ok = turn.ok ?? true;
      return { stop: ok ? "done" : "error", ok, text: turn.text, next: turn.next ?? [] };
    }
    empty = 0;
    results = await runCalls(turn.calls, setup);
    const repeated = detector.seen(results);
    if (repeated !== undefined) results = results.map((result) => advised(result, repeated.times));
    // Before anything can end the run: what was done is never forgotten.
    await mind.took?.(results);
    emit("turn.end", { step });
    if (repeated === undefined || repeated.times < MAX_ROUNDS) continue;
    return limit("limit:loop", repeated.times, undefined, `same calls again: ${repeated.cycle}`);
  }

  /** Hands on what the person said since. */
  async function listen(): Promise<void> {
    for (const text of setup.inbox?.take() ?? []) {
      emit("message", { role: "user", text });
      await mind.hear?.(text);
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

function advised(result: CallResult, times: number): CallResult {
  const advice = `[the same call with the same result ${times} times: change the approach]`;
  return { ...result, text: `${result.text}\n${advice}` };
}

/** Reads run side by side, everything else in order until the person has something to say. */
async function runCalls(calls: readonly ToolCall[], setup: LoopSetup): Promise<CallResult[]> {
  const { signal, inbox } = setup;
  if (calls.every((call) => setup.reads(call))) {
    return await Promise.all(calls.map((call) => setup.call(call, signal)));
  }
  const results: CallResult[] = [];
  for (const call of calls) {
    const skip = results.length > 0 && inbox?.waiting();
    results.push(skip ? skipped(call) : await setup.call(call, signal));
  }
  return results;
}

function skipped(call: ToolCall): CallResult {
  const text = "Skipped due to queued user message.";
  return { call, ok: false, text, data: null, exitCode: 1, ms: 0 };
}
