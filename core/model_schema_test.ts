import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonSchema } from "./registry.ts";
import { modelSchema } from "./model_schema.ts";

Deno.test("modelSchema() keeps what a model needs, in the order of the fields", () => {
  const input = z.object({
    file: z.string().meta({ short: "f" }),
    edits: z.array(z.object({ old: z.string().describe("as it stands") })).optional()
      .meta({ model: "required" }),
    limit: z.int().default(3),
    force: z.boolean().default(false).meta({ model: "hidden" }),
  });
  const schema = modelSchema(input.toJSONSchema({ io: "input" }) as JsonSchema);
  assert.deepEqual(Object.keys(schema.properties ?? {}), ["file", "edits", "limit"]);
  assert.deepEqual(schema.required, ["file", "edits"]);
  assert.deepEqual(schema.properties?.edits, {
    type: "array",
    items: {
      type: "object",
      properties: { old: { type: "string", description: "as it stands" } },
      required: ["old"],
    },
  });
  assert.ok(!/short|default|hidden/.test(JSON.stringify(schema)));
});
