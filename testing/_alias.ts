import type { Alias, Scenario, ScenarioCall } from "./scenario.ts";

/** A call as an agent knows it. */
export interface DialectCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A call in the words of a dialect: its own alias, else the scenario's for the tool, else as is. */
export function translate(call: ScenarioCall, scenario: Scenario, dialect: string): DialectCall {
  const { tool, args = {} } = call;
  const alias = own(call.as, dialect) ?? own(own(scenario.as, dialect), tool);
  if (alias === undefined) return { name: tool, args };
  if (typeof alias === "string") return { name: alias, args };
  if (alias.args === undefined) return { name: alias.tool, args };
  const filled = Object.entries(alias.args).map(([name, value]) => [name, fill(value, args)]);
  return {
    name: alias.tool,
    args: Object.fromEntries(filled.filter(([, value]) => value !== undefined)),
  };
}

/** A tool's name in a dialect, by the scenario's aliases. */
export function aliasName(tool: string, scenario: Scenario, dialect: string): string {
  const alias: Alias | undefined = own(own(scenario.as, dialect), tool);
  return typeof alias === "string" ? alias : alias?.tool ?? tool;
}

/** Fills in `$name` and `${name}`; undefined when one of them is not there. */
function fill(value: unknown, args: Readonly<Record<string, unknown>>): unknown {
  if (typeof value !== "string") return value;
  const whole = /^\$(\w+)$/.exec(value)?.[1];
  if (whole !== undefined) return own(args, whole);
  let missing = false;
  const text = value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const found = own(args, name);
    missing ||= found === undefined;
    return typeof found === "string" ? found : JSON.stringify(found) ?? "";
  });
  return missing ? undefined : text;
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
