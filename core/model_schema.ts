import type { JsonSchema } from "./registry.ts";

/** What a field is to a model: its `.meta({ model })`. */
export type ModelField = "hidden" | "required";

/**
 * The input of a tool as a model is to see it: without the fields that are marked
 * `.meta({ model: "hidden" })`, which only people need, with those marked `"required"` as such, and
 * without what a model cannot use: defaults, one-letter flags.
 *
 * @param schema the tool's own, as its catalog entry has it.
 *
 * @example
 * ```ts
 * import { modelSchema } from "@dspy/code/core";
 * import assert from "node:assert/strict";
 *
 * const properties = {
 *   path: { type: "string", model: "required" },
 *   force: { type: "boolean", model: "hidden" },
 * };
 * assert.deepEqual(modelSchema({ type: "object", properties }), {
 *   type: "object",
 *   properties: { path: { type: "string" } },
 *   required: ["path"],
 * });
 * ```
 */
export function modelSchema(schema: JsonSchema): JsonSchema {
  const fields = Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.model !== "hidden");
  const required = fields
    .filter(([key, field]) => field.model === "required" || schema.required?.includes(key))
    .map(([key]) => key);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([key, field]) => [key, plain(field)])),
    ...required.length > 0 && { required },
  };
}

/** A field without the keywords that are ours or that only a checker needs. */
function plain(field: JsonSchema): JsonSchema {
  const { model: _m, short: _s, default: _d, additionalProperties: _a, ...rest } = field;
  const { items, properties } = rest;
  return {
    ...rest,
    ...items && { items: plain(items) },
    ...properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, plain(value)]),
      ),
    },
  };
}
