import type { SchemaSource } from "./schema.ts";
import type { Origin } from "./tool.ts";

/** Where a command will run. */
export interface CommandSite {
  /** Real path of the workspace's root. */
  readonly root: string;
  /** A private folder of this one run, 0700, removed afterwards: for machine reports. */
  readonly scratch: string;
  /** The launcher's environment, to look programs up; empty where a call is only previewed. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A program with its arguments, built from typed fields: never parsed from a string. */
export interface Argv {
  /** Program name, looked up in the user's PATH; never a path from the workspace. */
  readonly program: string;
  /** Arguments, each passed on as it is: there is no shell. */
  readonly args: readonly string[];
  /** Folder to run in, relative to the root; default the root. */
  readonly cwd?: string;
  /** Variables on top of the built environment: names and values fixed by the builder. */
  readonly env?: Readonly<Record<string, string>>;
  /** Limit in milliseconds; default 180,000. */
  readonly timeoutMs?: number;
  /** Reports the program writes, by file name inside {@linkcode CommandSite.scratch}. */
  readonly reports?: readonly string[];
  /** Text for the program's standard input, which is closed otherwise. */
  readonly stdin?: string;
  /** Hands the terminal to the program: for editors. Default false. */
  readonly interactive?: boolean;
}

/** A program a tool may ask for, by fields only: the asker cannot name flags or argv. */
export interface Command<F> {
  /** What it does, in one line. */
  readonly summary: string;
  /** Checked by the hands before `argv` is called. Strict objects only. */
  readonly fields: SchemaSource<F>;
  /** Whether the program only reads; such commands run without asking. */
  readonly effect: "read" | "execute";
  /**
   * Whether these fields are what comes of the person's own words: a session that says otherwise
   * acts on its own account. Runs with the user's rights, so that it can look for itself. Default:
   * true for effect `read`, false for `execute`.
   *
   * @param input the tool's input, before its schema.
   */
  typed?(fields: F, input: unknown, at: CommandSite): boolean | Promise<boolean>;
  /**
   * Builds the argv. Runs with the user's rights: it must place every field behind `--` or in a
   * position where it cannot start an option.
   *
   * @throws {UserError} `usage` for a field that cannot be passed on safely.
   */
  argv(fields: F, at: CommandSite): Argv | Promise<Argv>;
}

/** How a program ended. */
export interface ProgramResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it: `SIGKILL`; null when none did. */
  readonly signal: string | null;
  /** Redacted, stripped of terminal escapes, cut in the middle when over the cap. */
  readonly stdout: string;
  /** As {@linkcode ProgramResult.stdout}. */
  readonly stderr: string;
  /** True when output was cut. */
  readonly truncated: boolean;
  /** True when it was ended for taking longer than its limit. */
  readonly timedOut: boolean;
  /** Wall time in milliseconds. */
  readonly ms: number;
  /** The argv as started, for people. */
  readonly argv: readonly string[];
  /** Text of each report that was written, by file name. */
  readonly reports: Readonly<Record<string, string>>;
}

/** A typed wish for a program. */
export interface ProgramRequest {
  /** Tool whose command is meant. */
  readonly tool: string;
  /** Key in that tool's `commands`. */
  readonly command: string;
  /** Values for its argv; checked against its schema. */
  readonly fields: unknown;
}

/** Options of {@linkcode Hands.run}. */
export interface HandsOptions {
  /** Ends the program. Default: nothing but its time limit does. */
  readonly signal?: AbortSignal;
  /** Called with each piece of output as it comes, already stripped of terminal escapes. */
  readonly onOutput?: (chunk: string, stream: "stdout" | "stderr") => void;
  /** Who is behind the call, for the gate. Default `"agent"`, which is granted less. */
  readonly origin?: Origin;
  /** What the person typed, as the tool's input: see {@linkcode Command.typed}. */
  readonly input?: unknown;
}

/** Starts programs for tools. In the jail this is a message to the launcher. */
export interface Hands {
  /**
   * Starts the program and waits for its end, whatever its exit code.
   *
   * @throws {UserError} `missing`, `refused`, or `usage` when the fields do not fit the schema.
   */
  run(request: ProgramRequest, options?: HandsOptions): Promise<ProgramResult>;
}
