import type { LMResponse } from "../lm/types.ts";
import type { Adapter, Parsed, Prompt } from "./adapter.ts";
import type { Field } from "./_fields.ts";
import { marker, promptWith, valueText } from "./_prompt.ts";
import { readOutputs } from "./_read_outputs.ts";
import type { Signature } from "./signature.ts";
import type { Demo } from "./state.ts";

const MARKER = /\[\[[ \t]*##[ \t]*([\p{L}_][\p{L}\p{N}_]*)[ \t]*##[ \t]*\]\]/gu;

const prompt = promptWith({
  structure(inputs, outputs) {
    const sections = [...inputs.map(section), ...outputs.map(notedSection), marker("completed")];
    return "All interactions will be structured in the following way, with the appropriate " +
      `values filled in.\n\n${sections.join("\n\n")}`;
  },
  tail(outputs) {
    const fields = outputs.map(({ name, form }, i) =>
      `${i === 0 ? "starting with the field " : "then "}\`${marker(name)}\`${
        form === "" ? "" : ` (must be formatted as ${form})`
      }`
    );
    return `Respond with the corresponding output fields, ${fields.join(", ")}, ` +
      `and then ending with the marker for \`${marker("completed")}\`.`;
  },
  reply(outputs, values) {
    const sections = outputs
      .filter(({ name }) => Object.hasOwn(values, name))
      .map(({ name, type }) => `${marker(name)}\n${valueText(values[name], type)}`);
    return [...sections, marker("completed")].join("\n\n");
  },
});

function section({ name }: Field): string {
  return `${marker(name)}\n{${name}}`;
}

function notedSection(field: Field): string {
  const note = field.note === "" ? "" : `        # note: the value you produce must ${field.note}`;
  return section(field) + note;
}

/**
 * Writes and reads fields as sections that each begin with a marker, `[[ ## answer ## ]]`. Every
 * model can follow it, as it needs neither schema nor JSON.
 *
 * @example
 * ```ts
 * import { chat, sig } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const text = "[[ ## answer ## ]] Paris [[ ## score ## ]] 0.9";
 * const usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, requests: 1 };
 * const reply = { text, finish: "stop", usage, cached: false } as const;
 * const { values } = chat.parse(sig("question -> answer, score: float"), reply);
 * assert.deepEqual(values, { answer: "Paris", score: 0.9 });
 * ```
 */
export const chat: Adapter = {
  name: "chat",
  format(signature: Signature, demos, input): Prompt {
    return { messages: prompt(signature, demos, input as Demo) };
  },
  parse(signature: Signature, reply: LMResponse): Parsed {
    const found = sections(reply.text);
    return { values: readOutputs(signature, (name) => found.get(name), "chat", reply) };
  },
};

/** Texts by field: what follows a marker up to the next one. The first of a name counts. */
function sections(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let open: string | undefined;
  let from = 0;
  MARKER.lastIndex = 0;
  for (let match = MARKER.exec(text); match !== null; match = MARKER.exec(text)) {
    close(match.index);
    open = match[1]!;
    from = match.index + match[0].length;
  }
  close(text.length);
  return found;

  function close(to: number): void {
    if (open !== undefined && !found.has(open)) found.set(open, text.slice(from, to).trim());
  }
}
