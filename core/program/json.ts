import type { LM, LMResponse } from "../lm/types.ts";
import type { Adapter, Parsed, Prompt } from "./adapter.ts";
import { compileFields, type Field } from "./_fields.ts";
import { refusedBy } from "./_refused_schemas.ts";
import { marker, promptWith } from "./_prompt.ts";
import { readOutputs } from "./_read_outputs.ts";
import { ParseError } from "./parse_error.ts";
import type { Signature } from "./signature.ts";
import { strictSchema } from "./_strict_schema.ts";
import type { Demo } from "./state.ts";
import { tolerantJson } from "./tolerant_json.ts";

const ANY_OBJECT = { type: "object" } as const;

const prompt = promptWith({
  structure(inputs, outputs) {
    const sections = inputs.map(({ name }) => `${marker(name)}\n{${name}}`);
    return "All interactions will be structured in the following way, with the appropriate " +
      `values filled in.\n\n${sections.join("\n\n")}\n\n` +
      `Outputs will be a JSON object with the following fields.\n\n${template(outputs)}`;
  },
  tail(outputs) {
    const fields = outputs.map(({ name, form }, i) =>
      `${i === 0 ? "" : "then "}\`${name}\`${
        form === "" ? "" : ` (must be formatted as ${inJson(form)})`
      }`
    );
    return `Respond with a JSON object in the following order of fields: ${fields.join(", ")}.`;
  },
  reply(outputs, values) {
    const given = outputs.filter(({ name }) => Object.hasOwn(values, name));
    return JSON.stringify(
      Object.fromEntries(given.map(({ name }) => [name, values[name]])),
      undefined,
      2,
    );
  },
});

/** A pretty object that says of each field what its value must be. */
function template(outputs: readonly Field[]): string {
  const lines = outputs.map(({ name, note }) =>
    `  ${JSON.stringify(name)}: ${
      JSON.stringify(
        note === "" ? `{${name}}` : `{${name}} # note: the value must ${inJson(note)}`,
      )
    }`
  );
  return `{\n${lines.join(",\n")}\n}`;
}

function inJson(words: string): string {
  return words.replace("be True or False", "be true or false");
}

/**
 * Writes inputs as sections and asks for the outputs as one JSON object: with a strict schema where
 * the model takes one, and read tolerantly in any case, since some servers ignore the schema.
 *
 * @example
 * ```ts
 * import { json, sig } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const text = "Here it is: {'answer': 'Paris', score: '0.9',}";
 * const usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, requests: 1 };
 * const reply = { text, finish: "stop", usage, cached: false } as const;
 * const { values } = json.parse(sig("question -> answer, score: float"), reply);
 * assert.deepEqual(values, { answer: "Paris", score: 0.9 });
 * ```
 */
export const json: Adapter = {
  name: "json",
  format(signature: Signature, demos, input, lm: LM): Prompt {
    const messages = prompt(signature, demos, input as Demo);
    const refused = refusedBy(lm);
    if (!lm.can.schema || refused === "all") return { messages };
    const strict = refused === "strict" ? undefined : strictSchema(signature.outputs);
    return { messages, schema: strict ?? ANY_OBJECT };
  },
  parse(signature: Signature, reply: LMResponse): Parsed {
    const { object, truncated } = objectOf(signature, reply);
    const rawOf = (name: string) => Object.hasOwn(object, name) ? object[name] : undefined;
    const values = readOutputs(signature, rawOf, "json", reply);
    return truncated ? { values, truncated } : { values };
  },
};

interface FoundObject {
  readonly object: Readonly<Record<string, unknown>>;
  readonly truncated: boolean;
}

function objectOf(signature: Signature, reply: LMResponse): FoundObject {
  const fields = compileFields(signature.outputs);
  const known = (object: object) => fields.some(({ name }) => Object.hasOwn(object, name));
  try {
    const { value, truncated } = tolerantJson(reply.text, { object: true });
    const object = value as Record<string, unknown>;
    const [inner, ...others] = Object.values(object);
    const wrapped = others.length === 0 && !known(object) && typeof inner === "object" &&
      inner !== null;
    return { object: wrapped ? inner as Record<string, unknown> : object, truncated };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const missing = fields.filter(({ optional }) => !optional).map(({ name }) => name);
    const cut = reply.finish === "length";
    throw new ParseError({ adapter: "json", raw: reply.text, missing, cut });
  }
}
