import type { LoopEnd } from "../loop.ts";
import type { CallResult } from "../mind.ts";
import type { ModelRun } from "./run_model.ts";

/** How often the model is told that its changes do not hold. */
const ROUNDS = 3;

/** End of what the command said, in characters. */
const TAIL = 4_000;

/**
 * Runs a command after a run that changed files, and tells the model when it fails, up to three
 * times. The command is decided by the gate like any other the agent wants.
 *
 * @param command as typed: one line without a shell. Undefined: nothing is verified.
 * @param results of the run's calls so far.
 * @param run runs the model once.
 */
export async function verifyChanges(
  { setup, conversation, request, signal }: ModelRun,
  command: string | undefined,
  results: readonly CallResult[],
  run: () => Promise<LoopEnd>,
): Promise<LoopEnd> {
  let end = await run();
  if (command === undefined) return end;
  for (let round = 1; end.ok && !signal.aborted && changed(results, setup); round++) {
    const call = { id: crypto.randomUUID(), tool: "exec", input: { command: [command] } };
    const { ok, text, refused } = await setup.caller.call(call, "agent", signal, request);
    if (ok) return { ...end, text: `${end.text}\n\nVerified: ${command}` };
    if (refused !== undefined || round > ROUNDS) {
      const why = refused === undefined ? `still fails after ${ROUNDS} rounds` : `not run: ${text}`;
      return {
        ...end,
        ok: false,
        stop: "error",
        text: `${end.text}\n\nNot verified: ${command} ${why}`,
      };
    }
    const said = text.length > TAIL ? `…${text.slice(-TAIL)}` : text;
    await conversation.append({
      kind: "user",
      text: `${command} fails after your changes:\n${said}`,
    });
    end = await run();
  }
  return end;
}

function changed(results: readonly CallResult[], { registry }: ModelRun["setup"]): boolean {
  return results.some(({ ok, call }) => ok && registry.find(call.tool)?.effect === "write");
}
