import type { z } from "zod";
import { sha256 } from "../sha256.ts";
import { canonical } from "./_canonical.ts";
import { fieldSchema } from "./_field_schema.ts";
import type { Fields, Signature } from "./signature.ts";

/**
 * SHA-256 of a signature's field names, order and schemas, as 64 hex digits. The instructions do not
 * count, as they are learned.
 *
 * @example
 * ```ts
 * import { fingerprint, sig } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const one = sig("question -> answer");
 * assert.equal(fingerprint(one), fingerprint(sig("question -> answer", "Answer briefly.")));
 * assert.notEqual(fingerprint(one), fingerprint(sig("question -> answer: int")));
 * ```
 */
export function fingerprint(signature: Signature): string {
  return sha256(canonical([listed(signature.inputs), listed(signature.outputs)]));
}

function listed(fields: Fields): unknown[] {
  return Object.entries(fields).map(([name, schema]) => [name, fieldSchema(schema as z.ZodType)]);
}
