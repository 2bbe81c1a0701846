/**
 * A scripted model for tests: a scenario file says what the model answers, turn by turn, and what
 * goes wrong; a server on loopback plays it to any program that speaks OpenAI's chat completions or
 * responses, or Ollama's own API. So one scenario can be played to several agents.
 *
 * @example One turn that calls a tool, one that answers, and a fault between them
 * ```ts
 * import { serveScripted } from "@dspy/code/testing";
 * import assert from "node:assert/strict";
 *
 * await using model = await serveScripted(`
 * turns:
 *   - expect: { user: what is in note.txt }
 *     calls: [{ tool: cat, args: { file: note.txt } }]
 *     split: 5
 *   - fault: { status: 429, headers: { retry-after: 0 } }
 *   - say: It says hello.
 * `);
 * const ask = () =>
 *   fetch(`${model.url}/chat/completions`, {
 *     method: "POST",
 *     body: JSON.stringify({
 *       model: "scripted",
 *       messages: [{ role: "user", content: "what is in note.txt?" }],
 *     }),
 *   });
 * const { choices } = await (await ask()).json();
 * assert.equal(choices[0].message.tool_calls[0].function.arguments, '{"file":"note.txt"}');
 * const busy = await ask();
 * assert.equal(busy.status, 429);
 * await busy.body?.cancel();
 * assert.equal((await (await ask()).json()).choices[0].message.content, "It says hello.");
 * assert.equal(model.done, true);
 * ```
 *
 * By hand: `deno run --allow-net=127.0.0.1 --allow-read testing/play.ts scenario.yaml`.
 *
 * @module
 */
export type {
  Alias,
  Expectation,
  Fault,
  Pattern,
  Scenario,
  ScenarioCall,
  ScenarioUsage,
  Turn,
} from "./scenario.ts";
export { parseScenario } from "./parse_scenario.ts";
export { readScenario } from "./read_scenario.ts";
export type { RecordedRequest } from "./recorded_request.ts";
export {
  createScriptedServer,
  type ScriptedServer,
  type ScriptedServerOptions,
} from "./scripted_server.ts";
export { type ServedScenario, serveScripted, type ServeScriptedOptions } from "./serve_scripted.ts";
