import { z } from "zod";
import type { JsonSchema } from "../lm/types.ts";

const KNOWN = new WeakMap<z.ZodType, JsonSchema>();

/** What goes into a zod schema, as JSON Schema; made once. What that cannot say is left open. */
export function fieldSchema(schema: z.ZodType): JsonSchema {
  const known = KNOWN.get(schema);
  if (known !== undefined) return known;
  const made: Record<string, unknown> = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ jsonSchema }) {
      // The bounds of safe integers say nothing to a model.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  delete made["$schema"];
  KNOWN.set(schema, made);
  return made;
}
