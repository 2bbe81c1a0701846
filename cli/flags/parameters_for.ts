import type { Command, CommandContext } from "@stricli/core";
import type { CatalogEntry } from "../../core/registry.ts";
import { type Field, fieldsOf } from "./fields_of.ts";
import { parseValue } from "./_parse_value.ts";

/** What stricli needs to know of a command's flags and words, untyped: it comes from a schema. */
export type ToolParameters = Command<CommandContext>["parameters"];

type ToolFlag = NonNullable<ToolParameters["flags"]>[string];

/**
 * Stricli's parameters for a tool. Every field is an optional flag in kebab case, also those that
 * may be given as words; what is required is checked by `inputFrom`, since either form counts.
 *
 * @param entry the tool.
 */
export function parametersFor(entry: CatalogEntry): ToolParameters {
  const fields = fieldsOf(entry);
  const words = wordFields(entry);
  const placeholder = words.map((field) => field.flag).join(" ") || "word";
  const parameter = { brief: "", placeholder, parse: String, optional: true } as const;
  return {
    flags: Object.fromEntries(fields.map((field) => [field.flag, flagFor(field)])),
    aliases: Object.fromEntries(
      fields.flatMap(({ short, flag }) => short === undefined ? [] : [[short, flag]]),
    ),
    positional: words.at(-1)?.repeat
      ? { kind: "array", parameter }
      : { kind: "array", parameter, maximum: words.length },
  };
}

/** The fields a tool takes as words, in order. */
export function wordFields(entry: CatalogEntry): Field[] {
  const fields = fieldsOf(entry);
  return entry.positional.map((key) => {
    const field = fields.find((field) => field.key === key);
    if (field === undefined) throw new TypeError(`${entry.name} has no field "${key}"`);
    return field;
  });
}

function flagFor(field: Field): ToolFlag {
  const common = { brief: field.summary, optional: true } as const;
  if (field.kind === "boolean" && !field.repeat) return { kind: "boolean", ...common };
  const variadic = field.repeat ? { variadic: true } as const : {};
  if (field.kind === "enum") return { kind: "enum", values: field.values, ...common, ...variadic };
  const parse = (word: string) => parseValue(field, word);
  return { kind: "parsed", placeholder: field.kind, parse, ...common, ...variadic };
}
