import type { Verifier } from "../verifiers/types.ts";

/**
 * The verifiers of an ES module that exports `getVerifiers()`, which may be async. The module
 * itself is loaded by the caller, who knows whether it may run.
 *
 * @param module what `import()` gave.
 * @param name of the module, for messages.
 * @throws {TypeError} when it exports no such function, or that gives something else.
 *
 * @example
 * ```ts
 * import { verifiersOf } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const module = { getVerifiers: () => [{ kind: "short", score: () => 1 }] };
 * assert.equal((await verifiersOf(module, "mine.ts"))[0]?.kind, "short");
 * ```
 */
export async function verifiersOf(module: unknown, name: string): Promise<Verifier[]> {
  const get = (module as { getVerifiers?: unknown } | null)?.getVerifiers;
  if (typeof get !== "function") {
    throw new TypeError(`${name} exports no function getVerifiers(); write one`);
  }
  const verifiers: unknown = await get();
  if (!Array.isArray(verifiers) || verifiers.length === 0) {
    throw new TypeError(`getVerifiers() of ${name} gave no list of verifiers`);
  }
  const kinds = new Set<string>();
  for (const [at, one] of verifiers.entries()) {
    const { kind, score } = (one ?? {}) as Partial<Verifier>;
    if (typeof kind !== "string" || kind === "" || typeof score !== "function") {
      throw new TypeError(
        `verifier ${at} of ${name} is not { kind: text, score(result): number | null }`,
      );
    }
    if (kinds.has(kind)) throw new TypeError(`${name} has two verifiers of the kind "${kind}"`);
    kinds.add(kind);
  }
  return verifiers;
}
