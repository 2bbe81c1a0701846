/**
 * A program of its own, started without any right but to read the workspace: it loads a module of
 * the workspace that exports `getVerifiers()`, and scores one result a line.
 *
 * `verifier_host.ts <URL of the module> <its name>`; standard input and output are lines of JSON.
 *
 * @module
 */
import { lazy } from "../../core/lazy.ts";
import { verifiersOf } from "../../rl/tools/verifiers_of.ts";
import type { ActionResult, Verifier } from "../../rl/verifiers/types.ts";

/** The kinds come first, then scores for each result, or what went wrong. */
type HostLine =
  | { readonly kinds: readonly string[] }
  | { readonly scores: Readonly<Record<string, number | null>> }
  | { readonly error: string };

if (import.meta.main) await serve(Deno.args[0]!, Deno.args[1]!);

async function serve(url: string, name: string): Promise<void> {
  const say = (line: HostLine) => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
  };
  // What the module prints is no answer.
  for (const method of ["log", "info", "debug"] as const) {
    // deno-lint-ignore no-console -- it is taken away from the module, not used
    console[method] = () => {};
  }
  let verifiers: readonly Verifier[];
  try {
    verifiers = await verifiersOf(await lazy<unknown>(url, import.meta.url)(), name);
    say({ kinds: verifiers.map(({ kind }) => kind) });
  } catch (error) {
    return say({ error: describe(error) });
  }
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  let rest = "";
  for await (const chunk of lines) {
    const whole = (rest + chunk).split("\n");
    rest = whole.pop()!;
    for (const line of whole) say(scored(verifiers, JSON.parse(line)));
  }
}

function scored(verifiers: readonly Verifier[], result: ActionResult): HostLine {
  try {
    const scores = Object.fromEntries(verifiers.map((verifier) => {
      const { kind } = verifier;
      const value: unknown = verifier.score(result);
      if (value === null || (typeof value === "number" && Number.isFinite(value))) {
        return [kind, value];
      }
      throw new TypeError(
        `the verifier "${kind}" gave ${value}; expected a finite number or null`,
      );
    }));
    return { scores };
  } catch (error) {
    return { error: describe(error) };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
