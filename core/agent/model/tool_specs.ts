import type { LMTool } from "../../lm/types.ts";
import type { CatalogEntry, JsonSchema, Registry } from "../../registry.ts";

/** Keywords that a model needs to fill in a field; the rest is checked when it calls. */
const TOLD = ["type", "description", "enum"] as const;

/**
 * A tool as a model sees it: name, one line, and the fields it is told of. A field of a tool's input
 * marked `.meta({ model: "hidden" })` is for people only; one marked `"required"` may be left out by
 * a person, who has other ways to say it, but not by a model.
 *
 * @param fields those it is told of. Default all.
 */
export function toolSpec(
  { name, summary, schema }: Pick<CatalogEntry, "name" | "summary" | "schema">,
  fields?: readonly string[],
): LMTool {
  const all = Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.model !== "hidden");
  const told = fields === undefined ? all : all.filter(([key]) => fields.includes(key));
  const required = told
    .filter(([key, field]) => field.model === "required" || schema.required?.includes(key))
    .map(([key]) => key);
  return {
    name,
    description: summary,
    parameters: {
      type: "object",
      properties: Object.fromEntries(told.map(([key, field]) => [key, brief(field)])),
      ...required.length > 0 && { required },
    },
  };
}

function brief(schema: JsonSchema): Record<string, unknown> {
  const { items, properties, required } = schema;
  return {
    ...Object.fromEntries(
      TOLD.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]),
    ),
    ...items && { items: brief(items) },
    ...properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, field]) => [key, brief(field)]),
      ),
      ...required && { required },
    },
  };
}

/**
 * The tools that are offered from the start.
 *
 * @param toolset their names, each with the fields it is told of.
 * @param allowed names of those that may be offered.
 */
export function offeredSpecs(
  registry: Registry,
  toolset: Readonly<Record<string, readonly string[]>>,
  allowed: ReadonlySet<string>,
): LMTool[] {
  return Object.entries(toolset).flatMap(([name, fields]) => {
    const entry = registry.find(name);
    return entry && allowed.has(entry.name) ? [toolSpec(entry, fields)] : [];
  });
}
