// deno-lint-ignore-file no-console -- it answers on standard output
/** Searches a folder for each pattern that comes in, as a session does: for tests and benchmarks. */
import { mergeConfig } from "../../core/config_merge.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { ToolContext } from "../../core/tool.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import grep from "./grep.ts";
import { inputOf } from "../_testing.ts";

const root = Deno.args[0]!;
const end = new AbortController();
const ctx: ToolContext = {
  workspace: { root, logs: `${root}/logs` },
  config: mergeConfig().config,
  files: openFiles(root),
  store: openMemoryStore(),
  signal: end.signal,
  origin: "user",
  session: "s",
  progress: () => {},
  execute: () => Promise.reject(new Error("grep starts no programs")),
};

const decoder = new TextDecoder();
for await (const chunk of Deno.stdin.readable) {
  const pattern = JSON.parse(decoder.decode(chunk));
  const started = performance.now();
  const { data } = await grep.run(inputOf(grep, { pattern }), ctx);
  console.log(
    JSON.stringify({ ms: performance.now() - started, matches: data.matches.length }),
  );
}
end.abort();
