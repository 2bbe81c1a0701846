import { describeError } from "../errors.ts";
import { canonical } from "./_canonical.ts";
import type { ProgramTool } from "./program_tool.ts";

/** Characters of a result that are shown. */
const SHOWN = 8_000;

/** What was called before in a run, by tool and arguments. */
export type Calls = Map<string, { readonly step: number; readonly text: string }>;

/**
 * Calls a tool and says what came of it, in words for the model: a failure is an observation too.
 *
 * @param calls what the run called before; this call is added.
 * @throws the reason of the signal once it is aborted.
 */
export async function observe(
  tool: ProgramTool | undefined,
  name: string,
  args: unknown,
  step: number,
  calls: Calls,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (tool === undefined) return `There is no tool ${JSON.stringify(name)}.`;
  const key = `${name} ${canonical(args)}`;
  const before = calls.get(key);
  const text = before !== undefined && tool.readOnly ? before.text : await call(tool, args, signal);
  if (before === undefined) calls.set(key, { step, text });
  if (before === undefined) return text;
  const same = `You made this very call in step ${before.step} already`;
  return text === before.text
    ? `${same}, and its result is the same: do something else, or finish.\n${text}`
    : `${same}; its result is now another.\n${text}`;
}

async function call(
  tool: ProgramTool,
  args: unknown,
  signal: AbortSignal | undefined,
): Promise<string> {
  const checked = tool.input.safeParse(withoutNulls(tool, args));
  if (!checked.success) {
    const issues = checked.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join(".")}: ${message}` : message
    );
    return `The arguments do not fit: ${issues.join("; ")}`;
  }
  try {
    return shown(await tool.run(checked.data, signal));
  } catch (error) {
    signal?.throwIfAborted();
    return `The tool failed: ${describeError(error)}`;
  }
}

/** Strict schemas have a model name every argument, null for none: those are left out if need be. */
function withoutNulls(tool: ProgramTool, args: unknown): unknown {
  const given = args ?? {};
  if (typeof given !== "object" || tool.input.safeParse(given).success) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

function shown(result: unknown): string {
  const text = typeof result === "string" ? result : JSON.stringify(result) ?? "done";
  if (text.length <= SHOWN) return text;
  return `${text.slice(0, SHOWN)}\n(${text.length - SHOWN} more characters are not shown)`;
}
