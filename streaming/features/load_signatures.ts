import { UserError } from "../../core/errors.ts";
import type { SignatureStreamConfig } from "../config/types.ts";
import type { SignatureStream, StreamVerifier } from "./signature_stream_manager.ts";

/**
 * Gives what judges messages, by its module and name: the import is the caller's, since modules are
 * outside.
 */
export type LoadVerifier = (
  module: string,
  name: string,
) => Promise<StreamVerifier["score"] | undefined>;

/**
 * Makes the signature streams of a configuration, with the verifiers that it names.
 *
 * @throws {UserError} `missing` when a module has no such verifier; what `load` throws is passed on.
 *
 * @example
 * ```ts
 * import { loadSignatures } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const verifiers = [{ name: "short", module: "./checks.ts", weight: 2 }];
 * const config = { name: "s", sources: ["in"], sink: "out", verifiers };
 * const checks = { short: (value: unknown) => String(value).length < 9 ? 1 : 0 };
 * const [signature] = await loadSignatures([config], () => Promise.resolve(checks.short));
 * assert.equal(await signature?.verifiers[0]?.score("brief"), 1);
 * ```
 */
export function loadSignatures(
  configs: readonly SignatureStreamConfig[],
  load: LoadVerifier,
): Promise<SignatureStream[]> {
  return Promise.all(configs.map(async ({ name, sources, sink, verifiers }) => ({
    name,
    sources,
    sink,
    verifiers: await Promise.all(verifiers.map(async (verifier) => {
      const score = await load(verifier.module, verifier.name);
      if (score !== undefined) return { name: verifier.name, weight: verifier.weight, score };
      throw new UserError(
        "missing",
        `"${verifier.module}" has no verifier "${verifier.name}", which signature "${name}" names`,
        { hint: "export it there, or take it out of .dspy_stream.json" },
      );
    })),
  })));
}
