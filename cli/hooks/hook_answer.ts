import type { SpawnResult } from "../../core/safety/spawn.ts";

/** How a hook's program ended, its output free of secrets and escapes. */
export type HookEnd = Pick<
  SpawnResult,
  "code" | "signal" | "stdout" | "stderr" | "timedOut" | "ms"
>;

/** Characters of what a hook says that reach the model. */
const MAX_SAID = 2_000;

/** The exit code by which a hook blocks on purpose. */
const BLOCKS = 2;

/**
 * Why a hook before a call blocks it: exit code 2, or `{"block": true, "reason": …}` on standard
 * output. A hook that fails in any other way blocks too: what was to be checked was not.
 *
 * @returns undefined when it does not.
 */
export function blockReason(end: HookEnd): string | undefined {
  const json = jsonIn(end.stdout);
  const given = json?.block === true || end.code === BLOCKS ? json?.reason : undefined;
  const reason = typeof given === "string" ? given : "";
  const said = cut(reason) || cut(end.stderr) || cut(end.stdout);
  if (end.code === BLOCKS) return said || NO_REASON;
  const failed = failure(end);
  if (failed !== undefined) return said === "" ? failed : `${failed}: ${said}`;
  return json?.block === true ? cut(reason) || NO_REASON : undefined;
}

const NO_REASON = "it gave no reason";

/**
 * What a hook after a call has to say: `{"note": …}` or plain text on standard output, and that it
 * failed if it did.
 *
 * @returns undefined for nothing.
 */
export function noteOf(end: HookEnd): string | undefined {
  const note = jsonIn(end.stdout)?.note;
  const said = cut(typeof note === "string" ? note : end.stdout);
  const failed = failure(end);
  if (failed === undefined) return said === "" ? undefined : said;
  const all = [said, cut(end.stderr)].filter((text) => text !== "").join("\n");
  return cut(all === "" ? failed : `${failed}: ${all}`);
}

function failure({ code, signal, timedOut, ms }: HookEnd): string | undefined {
  if (timedOut) return `it was ended after ${Math.round(ms / 100) / 10} seconds`;
  if (code === 0) return undefined;
  return code === null ? `it was ended by ${signal}` : `it failed with exit code ${code}`;
}

function cut(text: string): string {
  const said = text.trim();
  return said.length <= MAX_SAID ? said : `${said.slice(0, MAX_SAID - 1)}…`;
}

/** A JSON object that is the whole output; undefined for anything else. */
function jsonIn(stdout: string): Readonly<Record<string, unknown>> | undefined {
  if (!stdout.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
