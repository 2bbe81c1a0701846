import { UserError } from "../core/errors.ts";
import { sha256 } from "../core/workspace/sha256.ts";
import { VERSION } from "../core/version.ts";
import { BUILT_FROM } from "./built.ts";
import { cacheFolder } from "./cache_folder.ts";
import { ownFiles, SERVICE } from "./own_files.ts";

/** What {@linkcode prepareModules} needs. */
export interface PrepareOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  /** Which process is to run. Default a session. */
  readonly kind?: "session" | "service";
}

/** What is loaded by computed imports, beside what the process itself names. */
const MODULES: Readonly<Record<"session" | "service", readonly string[]>> = {
  session: [
    "../skills/all.ts",
    "./session_learner.ts",
    "../rl/background/run_background_trainer.ts",
    "./rl/verifier_host.ts",
    "../core/agent/model/ask_model.ts",
    "../core/agent/model/make_suggestion.ts",
    "../core/agent/model/tool_model.ts",
    "../core/lm/open_model.ts",
    "../skills/external/mcp_entry.ts",
    "../core/agent/hook_run.ts",
    "../skills/external/session_hooks.ts",
  ],
  service: [
    ...["up", "serve", "worker", "tail", "topics"].map((role) => `./service/${role}.ts`),
    "../streaming/kafka/kafka_bus.ts",
    "../core/lm/open_model.ts",
    "../skills/logs/context_builder.ts",
    "../rl/background/run_background_trainer.ts",
    "../rl/chooser/open_learner.ts",
  ],
};

/**
 * Fetches, once per version, all modules that a session may load: it runs with `--cached-only`, so
 * that nothing is downloaded while it acts. A mark in Deno's cache folder says that it is done.
 *
 * @returns whether there was anything to fetch.
 * @throws {UserError} `failed` when they cannot be fetched.
 */
export async function prepareModules(
  { env, tell, kind = "session" }: PrepareOptions,
): Promise<boolean> {
  const { main, config, lock } = await ownFiles(false, kind === "service" ? SERVICE : undefined);
  const mark = await markFile(main, config, env);
  if (mark === undefined || await exists(mark)) return false;
  tell("Fetching the modules of the tools, once for this version ...");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "cache",
      "--quiet",
      config === undefined ? "--no-config" : `--config=${config}`,
      ...lock === undefined ? ["--no-lock"] : [`--lock=${lock}`, "--frozen"],
      main,
      ...BUILT_FROM === undefined
        ? MODULES[kind].map((path) => import.meta.resolve(path))
        : await filesBeside(main),
    ],
    // Not the workspace, whose settings are not ours.
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
    throw new UserError("failed", `modules could not be fetched: ${said}`, {
      hint: "connect to the registry once; afterwards no network is needed",
    });
  }
  await Deno.mkdir(mark.slice(0, mark.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(mark, "");
  return true;
}

/** In a build all that the process may load lies beside it. */
async function filesBeside(main: string): Promise<string[]> {
  const folder = main.slice(0, main.lastIndexOf("/"));
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js")) files.push(`${folder}/${name}`);
  }
  return files;
}

/** Named after what would make the fetched modules others. */
async function markFile(
  main: string,
  config: string | undefined,
  env: PrepareOptions["env"],
): Promise<string | undefined> {
  const cache = cacheFolder(env);
  if (cache === undefined) return undefined;
  const settings = config === undefined ? "" : await Deno.readTextFile(config);
  const id = await sha256(new TextEncoder().encode(`${VERSION}\n${main}\n${settings}`));
  return `${cache}/dspy-code/${id.slice(0, 16)}`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
