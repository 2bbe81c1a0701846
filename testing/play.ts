// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Plays a scenario to whatever program is pointed at it, and tells at the end what came.
 *
 * `deno run --allow-net=127.0.0.1 --allow-read testing/play.ts scenario.yaml [--port N]
 * [--dialect pi] [--once] [--json]`
 *
 * It ends on Ctrl-C, or with `--once` when every turn was played; with exit code 1 when something
 * was not as the scenario expects or a turn was not played.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { describeError } from "../core/errors.ts";
import { readScenario } from "./read_scenario.ts";
import type { RecordedRequest } from "./recorded_request.ts";
import { serveScripted } from "./serve_scripted.ts";

const USAGE = "usage: play.ts scenario.yaml [--port N] [--dialect NAME] [--once] [--json]";

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(describeError(error));
    Deno.exit(2);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      port: { type: "string", default: "0" },
      dialect: { type: "string", default: "ours" },
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [path] = positionals;
  if (path === undefined || !/^\d{1,5}$/.test(values.port)) {
    console.error(USAGE);
    return 2;
  }
  const scenario = await readScenario(path);
  const { dialect } = values;
  const model = await serveScripted(scenario, { port: Number(values.port), dialect });
  console.error(`OpenAI  ${model.url}\nOllama  ${model.host}\nmodel   ${scenario.model}`);
  if (scenario.prompt !== undefined) console.error(`prompt  ${scenario.prompt}`);

  await new Promise<void>((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    const settled = (): boolean => model.requests.every(({ endedAt }) => endedAt !== undefined);
    if (values.once) setInterval(() => void (model.done && settled() && resolve()), 50);
  });
  await model.stop();

  const { requests, problems, done } = model;
  if (values.json) console.log(JSON.stringify({ requests, problems, done }, undefined, 2));
  else report(requests, problems, done);
  return done && problems.length === 0 ? 0 : 1;
}

function report(
  requests: readonly RecordedRequest[],
  problems: readonly string[],
  done: boolean,
): void {
  for (const { at, method, path, bytes, turn, status, end } of requests) {
    const played = turn === undefined ? "" : `  turn ${turn + 1}`;
    const ending = end === "sent" ? "" : `  ${end ?? "not ended"}`;
    console.log(
      `${at.toFixed(0)} ms  ${method} ${path}  ${bytes} bytes  ${status}${played}${ending}`,
    );
  }
  for (const problem of problems) console.log(`problem: ${problem}`);
  console.log(`${requests.length} requests, ${problems.length} problems`);
  if (!done) console.log("not all turns were played");
}
