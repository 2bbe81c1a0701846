import { join, relative, resolve } from "node:path";
import type {
  Argv,
  Command,
  CommandSite,
  Hands,
  HandsOptions,
  ProgramRequest,
  ProgramResult,
} from "../command.ts";
import { UserError } from "../errors.ts";
import { openSchema } from "../open_schema.ts";
import type { Registry } from "../registry.ts";
import type { Origin } from "../tool.ts";
import { childEnv } from "./child_env.ts";
import { findProgram } from "./find_program.ts";
import { liveOutput } from "./live_output.ts";
import { createRedactor } from "./redact.ts";
import { spawn } from "./spawn.ts";
import { sanitize } from "./terminal.ts";

/** Default limit of a program in milliseconds. */
const DEFAULT_TIMEOUT_MS = 180_000;

/** Stands for the private folder of a run, whose name is another each time. */
const SCRATCH_WORD = "<scratch>";

/** Largest report that is read back, in bytes. */
const MAX_REPORT_BYTES = 32 * 1024 * 1024;

/** A program about to be started, for the gate. */
export interface ProgramCall {
  /** Name of the tool that asks. */
  readonly tool: string;
  /** Key in its `commands`. */
  readonly command: string;
  /** Whether the program only reads. */
  readonly effect: "read" | "execute";
  /** Program name and arguments, as they will be started. */
  readonly argv: readonly string[];
  /** {@linkcode ProgramCall.argv} with a fixed word for the folder of this one run: for approvals. */
  readonly shown: readonly string[];
  /** Folder it will run in, relative to the root; `.` is the root. */
  readonly cwd: string;
  /** Who is behind it. */
  readonly origin: Origin;
}

/** What {@linkcode createHands} needs. */
export interface HandsSetup {
  /** The tools whose commands may be asked for. */
  readonly registry: Registry;
  /** Real path of the workspace. */
  readonly root: string;
  /**
   * Told when a program takes the terminal, an editor: nothing else may be written there until what
   * it returns is called. Default: nothing is told.
   */
  hold?(): () => void;
  /** The launcher's environment; only listed names of it reach a program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that must never come back in output. */
  readonly secrets?: readonly string[];
  /**
   * The gate: resolves when the program may start.
   *
   * @throws {UserError} `refused` when it may not.
   */
  authorize(call: ProgramCall): Promise<void>;
  /** Told how it ended: the receipt. */
  finished?(call: ProgramCall, result: ProgramResult): void | Promise<void>;
}

/**
 * Starts programs from typed requests: loads the tool, checks the fields against its schema, lets it
 * build the argv, asks the gate, runs it in a cleaned environment, reads its reports back.
 */
export function createHands(setup: HandsSetup): Hands {
  const redactor = createRedactor([...setup.secrets ?? []]);
  const clean = (text: string) => redactor.text(sanitize(text));
  return { run };

  async function run(
    request: ProgramRequest,
    { signal, onOutput, origin = "agent", input }: HandsOptions = {},
  ): Promise<ProgramResult> {
    const scratch = await Deno.makeTempDir({ prefix: "dspy-code-" });
    try {
      const { argv, typed, ...rest } = await build(request, input, scratch);
      const words = [argv.program, ...argv.args];
      const cwd = await workingFolder(argv.cwd, setup.root);
      const call: ProgramCall = {
        ...rest,
        origin: typed ? origin : "agent",
        argv: words,
        shown: words.map((word) => word.replaceAll(scratch, SCRATCH_WORD)),
        cwd: relative(setup.root, cwd) || ".",
      };
      await setup.authorize(call);
      if (argv.interactive && !(Deno.stdin.isTerminal() && Deno.stdout.isTerminal())) {
        throw new UserError("refused", `${argv.program} needs a terminal, and there is none here`, {
          hint: "start dspy-code in a terminal",
          rule: "program.terminal",
        });
      }
      const live = onOutput && {
        stdout: liveOutput(redactor, (text) => onOutput(text, "stdout")),
        stderr: liveOutput(redactor, (text) => onOutput(text, "stderr")),
      };
      const release = argv.interactive ? setup.hold?.() : undefined;
      const raw = await spawn({
        path: await findProgram(argv.program, setup.env.PATH ?? "", setup.root),
        args: argv.args,
        cwd,
        env: { ...childEnv({ env: setup.env, scratch, root: setup.root }), ...argv.env },
        timeoutMs: argv.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        stdin: argv.stdin,
        interactive: argv.interactive,
      }, {
        signal,
        onOutput: live && ((chunk, stream) => live[stream].push(chunk)),
      }).finally(() => release?.());
      live?.stdout.flush();
      live?.stderr.flush();
      const result: ProgramResult = {
        ...raw,
        stdout: clean(raw.stdout),
        stderr: clean(raw.stderr),
        argv: call.argv,
        reports: await readReports(scratch, argv.reports ?? [], clean),
      };
      await setup.finished?.(call, result);
      return result;
    } finally {
      await Deno.remove(scratch, { recursive: true }).catch(() => {});
    }
  }

  async function build(
    request: ProgramRequest,
    input: unknown,
    scratch: string,
  ): Promise<Pick<ProgramCall, "tool" | "command" | "effect"> & { argv: Argv; typed: boolean }> {
    const entry = setup.registry.find(request.tool);
    const { commands = {} } = await entry?.load() ?? {};
    const command = Object.hasOwn(commands, request.command)
      ? commands[request.command]
      : undefined;
    if (entry === undefined || command === undefined) {
      throw new UserError("refused", `no command "${request.command}" of tool "${request.tool}"`, {
        rule: "command.unknown",
      });
    }
    const fields = (await openSchema(command.fields)).safeParse(request.fields);
    if (!fields.success) {
      const issue = fields.error.issues[0];
      throw new UserError(
        "refused",
        `${request.tool}.${request.command}: field ${issue?.path.join(".")}: ${issue?.message}`,
        { rule: "command.fields" },
      );
    }
    const site = { root: setup.root, scratch, env: setup.env };
    const argv = await command.argv(fields.data, site);
    const typed = input === undefined || await isTyped(command, fields.data, input, site);
    return { tool: entry.name, command: request.command, effect: command.effect, argv, typed };
  }
}

/** What cannot be told counts as not typed. */
async function isTyped<F>(
  { effect, typed }: Command<F>,
  fields: F,
  input: unknown,
  site: CommandSite,
): Promise<boolean> {
  if (typed === undefined) return effect === "read";
  try {
    return await typed(fields, input, site);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function workingFolder(cwd: string | undefined, root: string): Promise<string> {
  if (cwd === undefined) return root;
  const folder = await Deno.realPath(resolve(root, cwd)).catch(() => undefined);
  if (folder === root || folder?.startsWith(root + "/")) return folder;
  throw new UserError("refused", `folder outside the workspace: ${JSON.stringify(cwd)}`, {
    rule: "path.outside",
  });
}

async function readReports(
  scratch: string,
  names: readonly string[],
  clean: (text: string) => string,
): Promise<Record<string, string>> {
  const reports: Record<string, string> = {};
  for (const name of names) {
    const path = join(scratch, name);
    const info = await Deno.stat(path).catch(() => undefined);
    if (!info?.isFile || info.size > MAX_REPORT_BYTES) continue;
    reports[name] = clean(await Deno.readTextFile(path));
  }
  return reports;
}
