import type { ConversationChoice } from "../../core/agent/conversation/resolve_conversation.ts";
import { UserError } from "../../core/errors.ts";
import type { JsonSchema } from "../../core/lm/types.ts";
import { lazy } from "../../core/lazy.ts";
import type { CliContext } from "../app.ts";
import { type ModelOptions, readLines } from "../protocol.ts";
import type { Shell } from "../shell.ts";

/** The flags of `run`: all for a model. */
export interface RunFlags {
  /** Goes on with the newest session. */
  readonly continue?: boolean;
  /** Goes on with this one. */
  readonly resume?: string;
  /** Starts a new one as this one began. */
  readonly fork?: string;
  /** Keeps nothing of the conversation. */
  readonly noSession?: boolean;
  /** Command that is to succeed after changes. */
  readonly verify?: string;
  /** File with the JSON Schema of the answer. */
  readonly outputSchema?: string;
  /** How standard input is read: `stream-json` for messages of a program that drives the session. */
  readonly input?: "stream-json";
}

/** `run "<request>"`: works on a request in plain language. */
export async function run(this: CliContext, flags: RunFlags, ...words: string[]): Promise<void> {
  if (flags.input !== undefined) return await runStream(this.shell, flags, words);
  const text = await requestOf(words);
  if (text === "") {
    throw new UserError("usage", "run needs a request", {
      hint: 'for example: run "why does the build fail?"',
    });
  }
  this.shell.goOnWith(conversationOf(flags));
  this.shell.exit(await this.shell.ask(text, await optionsOf(flags)));
}

const loadStream = lazy<typeof import("../stream/serve_stream.ts")>(
  "../stream/serve_stream.ts",
  import.meta.url,
);

/** A program says what is asked, line by line. */
async function runStream(shell: Shell, flags: RunFlags, words: readonly string[]): Promise<void> {
  if (words.length > 0) {
    throw new UserError("usage", "with --input stream-json requests come on standard input", {
      hint: 'send lines such as {"type":"user","text":"why does the build fail?"}',
    });
  }
  const abort = new AbortController();
  const stop = () => abort.abort();
  Deno.addSignalListener("SIGINT", stop);
  try {
    const { serveStream } = await loadStream();
    shell.exit(
      await serveStream(shell, {
        lines: readLines(Deno.stdin.readable.pipeThrough(new TransformStream(), abort)),
        signal: abort.signal,
        conversation: conversationOf(flags),
        options: await optionsOf(flags),
      }),
    );
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
  }
}

async function optionsOf({ verify, outputSchema }: RunFlags): Promise<ModelOptions> {
  return {
    ...verify !== undefined && { verify },
    ...outputSchema !== undefined && { schema: await readSchema(outputSchema) },
  };
}

/** Which conversation is meant. */
export function conversationOf(
  { continue: newest, resume, fork, noSession }: Pick<
    RunFlags,
    "continue" | "resume" | "fork" | "noSession"
  >,
): ConversationChoice | undefined {
  const given = [
    noSession && "--no-session",
    newest && "--continue",
    resume && "--resume",
    fork && "--fork",
  ].filter(Boolean);
  if (given.length > 1) {
    throw new UserError("usage", `${given.join(" and ")} say different things`, {
      hint: "give one of them",
    });
  }
  if (noSession) return { keep: false };
  if (fork !== undefined) return { fork };
  return newest ? { resume: "last" } : resume === undefined ? undefined : { resume };
}

/** `-` alone stands for what is piped in. */
async function requestOf(words: readonly string[]): Promise<string> {
  if (words.length !== 1 || words[0] !== "-") return words.join(" ").trim();
  return (await new Response(Deno.stdin.readable).text()).trim();
}

const MAX_SCHEMA = 256 * 1024;

/** A file that the person named: read with their rights, and only as JSON. */
async function readSchema(path: string): Promise<JsonSchema> {
  const fail = (why: string) =>
    new UserError("usage", `--output-schema ${JSON.stringify(path)}: ${why}`, {
      hint: "give a file with a JSON Schema",
    });
  const { size } = await Deno.stat(path).catch(() => {
    throw fail("there is no such file");
  });
  if (size > MAX_SCHEMA) throw fail(`it has more than ${MAX_SCHEMA} bytes`);
  let schema: unknown;
  try {
    schema = JSON.parse(await Deno.readTextFile(path));
  } catch {
    throw fail("it is no JSON");
  }
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw fail("it is no JSON Schema");
  }
  return schema as JsonSchema;
}
