import type { CatalogEntry } from "../../core/registry.ts";
import { type Field, fieldsOf } from "./fields_of.ts";
import { wordFields } from "./parameters_for.ts";
import { shownName } from "./shown_name.ts";

/** Options of {@linkcode helpFor}. */
export interface HelpOptions {
  /** Put before each command line, for help outside the REPL. Default nothing. */
  readonly program?: string;
}

/**
 * The help text of a tool: what it does, its words, flags and examples, as plain lines.
 *
 * @param entry the tool.
 * @returns lines without a final newline.
 */
export function helpFor(entry: CatalogEntry, { program }: HelpOptions = {}): string {
  const before = program === undefined ? "" : `${program} `;
  const verb = shownName(entry.name);
  const fields = fieldsOf(entry);
  const words = wordFields(entry);
  const flags = fields.length > 0 ? ["[flags]"] : [];
  const places = words.map(wordUsage);
  const usage = [verb, ...entry.verbatim ? [...flags, ...places] : [...places, ...flags]];
  const aliases = entry.aliases.map(shownName);
  return [
    `${entry.summary} (${entry.effect}${programs(entry)})`,
    ...section("Usage", [
      `${before}${usage.join(" ")}`,
      ...entry.verbatim ? ["All that stands behind the first word belongs to it, flags too."] : [],
    ]),
    ...section("Also called", aliases.length > 0 ? [aliases.join(", ")] : []),
    ...section("Flags", columns(fields.map((field) => [flagUsage(field), about(field)]))),
    ...section(
      "Examples",
      columns(entry.examples.map(({ line, says }) => [`${before}${line}`, says]), 60),
    ),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function wordUsage(field: Field): string {
  const word = `<${field.flag}>${field.repeat ? "..." : ""}`;
  return field.required ? word : `[${word}]`;
}

function flagUsage(field: Field): string {
  const short = field.short === undefined ? "    " : `-${field.short}, `;
  const negation = field.kind === "boolean" && !field.repeat ? "[no-]" : "";
  return `${short}--${negation}${field.flag}${valueUsage(field)}`;
}

function valueUsage(field: Field): string {
  if (field.kind === "boolean" && !field.repeat) return "";
  const kinds = { boolean: "bool", number: "number", integer: "n", string: "text", json: "json" };
  const value = field.kind === "enum" ? field.values.join("|") : kinds[field.kind];
  return ` <${value}>${field.repeat ? "..." : ""}`;
}

function about(field: Field): string {
  if (field.required) return `${field.summary} (required)`.trim();
  const trivial = field.default === undefined || field.default === false ||
    JSON.stringify(field.default) === "[]";
  return trivial ? field.summary : `${field.summary} (default ${JSON.stringify(field.default)})`;
}

function programs(entry: CatalogEntry): string {
  const commands = Object.values(entry.commands);
  return commands.length === 0 || entry.effect === "execute" ? "" : ", may start programs";
}

/** Pads the left column; a long left cell gets a line of its own. */
function columns(rows: readonly (readonly [string, string])[], most = 34): string[] {
  const width = Math.min(most, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    if (right === "") return [left];
    if (left.length <= width) return [`${left.padEnd(width)}  ${right}`];
    return [left, `${" ".repeat(width)}  ${right}`];
  });
}
