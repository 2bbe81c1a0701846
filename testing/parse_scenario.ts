import { UserError } from "../core/errors.ts";
import { ScenarioSchema } from "./_scenario_schema.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Reads a scenario from YAML or JSON, or checks one that is data already, and fills in defaults.
 *
 * @param source text of a scenario file, or its content.
 * @param path the file, as shown in messages.
 * @throws {UserError} `usage`, naming each field that does not fit.
 * @example
 * ```ts
 * import { parseScenario } from "@dspy/code/testing";
 * import assert from "node:assert/strict";
 *
 * const { model, turns } = await parseScenario("turns: [{ say: hello }]");
 * assert.equal(model, "scripted");
 * assert.deepEqual(turns, [{ say: "hello" }]);
 * ```
 */
export async function parseScenario(source: unknown, path = "scenario"): Promise<Scenario> {
  const checked = ScenarioSchema.safeParse(
    typeof source === "string" ? await parseYaml(source, path) : source,
  );
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map(({ path, message }) =>
    `${path.join(".") || "scenario"}: ${message}`
  );
  throw new UserError("usage", `${path}: not a scenario: ${issues.join("; ")}`, {
    hint: "see the types of @dspy/code/testing for what it may hold",
  });
}

/** JSON is YAML, too. */
async function parseYaml(text: string, path: string): Promise<unknown> {
  const { load, YAMLException } = await import("js-yaml");
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? `:${error.mark.line + 1}` : "";
    throw new UserError("usage", `${path}${line}: not valid YAML: ${error.reason}`);
  }
}
