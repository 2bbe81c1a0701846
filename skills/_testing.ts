import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Config } from "../core/config.ts";
import { mergeConfig } from "../core/config_merge.ts";
import { catalogEntry } from "../core/catalog_entry.ts";
import { makeSchema } from "../core/make_schema.ts";
import { createRegistry } from "../core/registry.ts";
import type { SchemaOutput } from "../core/schema.ts";
import { findProgram } from "../core/safety/find_program.ts";
import { createHands, type ProgramCall } from "../core/safety/hands.ts";
import { openMemoryStore } from "../core/store/memory.ts";
import type { Progress, Tool, ToolContext, ToolResult } from "../core/tool.ts";
import { openFiles } from "../core/workspace/open_files.ts";

const CONFIG: Config = { ...mergeConfig().config, plain: true };

/** A real folder with the real files, store and hands, for running tools as a session does. */
export interface Bench extends AsyncDisposable {
  readonly root: string;
  /** The programs that were started, as argv. */
  readonly calls: readonly ProgramCall[];
  readonly progress: readonly Progress[];
  readonly ctx: ToolContext;
  /** Writes files, by path; folders come by themselves. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a tool; its input goes through its schema. `more` is what its context has besides. */
  // deno-lint-ignore no-explicit-any -- results of every tool
  run(tool: Tool, input?: unknown, more?: Partial<ToolContext>): Promise<ToolResult<any>>;
}

/** An input as the tool's schema gives it. */
export function inputOf<T extends Tool>(tool: T, input: unknown): SchemaOutput<T["input"]> {
  return makeSchema(tool.input, z).parse(input) as SchemaOutput<T["input"]>;
}

/** Options of {@linkcode openBench}. */
export interface BenchOptions {
  /** Variables of the launcher, beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** An existing folder to work in, which then stays. Default: a new one. */
  readonly at?: string;
}

/**
 * Makes a temporary workspace with these files.
 *
 * @param files text by path.
 */
export async function openBench(
  files: Readonly<Record<string, string>> = {},
  { env = {}, at }: BenchOptions = {},
): Promise<Bench> {
  const root = await realpath(at ?? await mkdtemp(join(tmpdir(), "bench-")));
  const calls: ProgramCall[] = [];
  const progress: Progress[] = [];
  const store = openMemoryStore();
  const write = async (more: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(more)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  };
  await write(files);
  const base = {
    workspace: { root, logs: join(root, "logs") },
    config: CONFIG,
    files: openFiles(root),
    store,
    signal: new AbortController().signal,
    origin: "user" as const,
    session: "s",
    progress: (update: Progress) => void progress.push(update),
  };
  return {
    root,
    calls,
    progress,
    ctx: { ...base, execute: () => Promise.reject(new Error("no tool")) },
    write,
    run: (tool, input = {}, more = {}) =>
      tool.run(inputOf(tool, input), { ...contextOf(tool), ...more }),
    [Symbol.asyncDispose]: async () => {
      await store.close();
      if (at === undefined) await rm(root, { recursive: true, force: true });
    },
  };

  function contextOf(tool: Tool): ToolContext {
    const hands = createHands({
      registry: createRegistry([catalogEntry(tool)]),
      root,
      env: { ...Deno.env.toObject(), ...env },
      authorize: (call) => Promise.resolve(void calls.push(call)),
    });
    return {
      ...base,
      execute: (command, fields, options) =>
        hands.run({ tool: tool.name, command, fields }, { signal: base.signal, ...options }),
    };
  }
}

/**
 * Whether a program can be had; when not, says loudly that a test is skipped.
 *
 * @param program name on PATH.
 */
export async function have(program: string): Promise<boolean> {
  const found = await findProgram(program, Deno.env.get("PATH") ?? "", "/nonexistent")
    .then(() => true, () => false);
  if (!found) skip(program, "not installed here");
  return found;
}

/** Says that a test could not run. */
export function skip(what: string, why: string): void {
  // deno-lint-ignore no-console -- a test that did not run must not look like one that passed
  console.info(`SKIP ${what}: ${why}`);
}
