import type { LMTool } from "../lm/types.ts";
import type { Adapter } from "./adapter.ts";
import { compileFields } from "./_fields.ts";
import { marker, valueText } from "./_prompt.ts";
import { ParseError } from "./parse_error.ts";
import { readOutputs } from "./_read_outputs.ts";
import { tolerantJson } from "./tolerant_json.ts";

/** Reads the next step of an agent from the model's own tool calls; of several the first counts. */
export function nativeCalls(tools: readonly LMTool[]): Adapter {
  return {
    name: "tools",
    format(signature, _demos, input) {
      const sections = compileFields(signature.inputs)
        .filter(({ name }) => input[name] !== undefined)
        .map(({ name, type }) => `${marker(name)}\n${valueText(input[name], type)}`);
      const ask = "Say in one sentence what comes next, and call one tool.";
      return {
        messages: [
          { role: "system", content: signature.instructions },
          { role: "user", content: [...sections, ask].join("\n\n") },
        ],
        tools,
      };
    },
    parse(signature, reply) {
      const [call] = reply.toolCalls ?? [];
      const thought = reply.text.trim() || reply.thinking?.trim() || "";
      if (call === undefined) {
        const missing = ["next_tool_name"];
        throw new ParseError({ adapter: "tools", raw: reply.text, missing });
      }
      const raw: Readonly<Record<string, unknown>> = {
        next_thought: thought,
        next_tool_name: call.name,
        next_tool_args: call.arguments.trim() === "" ? {} : argumentsOf(call.arguments),
      };
      return { values: readOutputs(signature, (name) => raw[name], "tools", reply) };
    },
  };
}

/** Broken arguments stay text: the tool's own check then tells the model. */
function argumentsOf(text: string): unknown {
  try {
    return tolerantJson(text, { object: true }).value;
  } catch {
    return text;
  }
}
