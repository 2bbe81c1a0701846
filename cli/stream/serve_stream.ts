import type { ConversationChoice } from "../../core/agent/conversation/resolve_conversation.ts";
import { describeError } from "../../core/errors.ts";
import { ALL_NEEDS } from "../jail_plan.ts";
import { openLauncher } from "../open_launcher.ts";
import { prepareModules } from "../prepare_modules.ts";
import type { ModelOptions } from "../protocol.ts";
import type { Shell } from "../shell.ts";
import { type SteeredRun, steeredRun } from "../steered_run.ts";
import { createJsonLines } from "../ui/json_lines.ts";
import { createTerminal } from "../ui/terminal.ts";
import { parseMessage } from "./parse_message.ts";
import { createStreamAudience } from "./stream_audience.ts";

/** What {@linkcode serveStream} works with. */
export interface StreamOptions {
  /** One message each: see {@linkcode parseMessage}. */
  readonly lines: AsyncIterable<string>;
  /** Ends it: what is worked on is stopped. */
  readonly signal: AbortSignal;
  /** The conversation of the first request; the others go on with it. */
  readonly conversation?: ConversationChoice | undefined;
  /** For every request. */
  readonly options: ModelOptions;
}

/**
 * Lets a program drive a session: requests one after another in one conversation, and what is said
 * while one is worked on. With events for output it is asked for approval too: whoever holds the
 * other end of standard input has started us, with the same rights as at a terminal. Else nobody
 * can be asked, and the answer is no.
 *
 * @returns the exit code: 0 when every request was answered.
 */
export async function serveStream(shell: Shell, stream: StreamOptions): Promise<number> {
  const { env, registry, io } = shell;
  const place = await shell.place();
  const asks = place.config.output === "stream-json";
  const terminal = createTerminal({
    env,
    plain: place.config.plain,
    onClosed: () => leave(0),
  });
  const audience = createStreamAudience(createJsonLines(terminal.stdout), terminal.warn);
  await prepareModules({ env, tell: io.err });
  const launcher = await openLauncher({
    place: { ...place, interactive: asks },
    env,
    registry,
    terminal: asks ? audience : { ...audience, follow: terminal.follow },
  }, ALL_NEEDS);
  const leave = shell.leaveBy(launcher.close);
  let talk = stream.conversation;
  launcher.bus.subscribe("conversation", ({ value: { type, data } }) => {
    if (type === "conversation" && data.kept !== false) talk = { resume: data.id };
  });
  const waiting: string[] = [];
  let run: SteeredRun<boolean> | undefined;
  let working: Promise<void> | undefined;
  let failed = false;
  const stop = () => void run?.stop();
  stream.signal.addEventListener("abort", stop);
  try {
    for await (const line of stream.lines) {
      if (line.trim() !== "") take(line);
    }
  } catch (error) {
    // A line without an end: nothing behind it can be understood.
    if (!stream.signal.aborted) complain(error);
  }
  audience.refuse("for good");
  await working;
  stream.signal.removeEventListener("abort", stop);
  await launcher.close();
  return stream.signal.aborted ? 130 : failed ? 1 : 0;

  function take(line: string): void {
    try {
      const message = parseMessage(line);
      if (message.type === "user") request(message.text);
      else if (message.type === "approval") {
        const known = audience.answer(message.id, message.granted);
        if (!known) complain(`no question ${JSON.stringify(message.id)} waits for an answer`);
      } else {
        run?.stop();
        audience.refuse();
      }
    } catch (error) {
      complain(error);
    }
  }

  function complain(error: unknown): void {
    const text = typeof error === "string" ? error : describeError(error);
    if (asks) audience.error(text);
    else io.err(text);
  }

  /** Without a model there is nobody to say something to: then it waits. */
  function request(text: string): void {
    if (run !== undefined && place.model !== undefined) return run.say(text);
    waiting.push(text);
    working ??= work().finally(() => working = undefined);
  }

  async function work(): Promise<void> {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const mine = run = steeredRun(launcher, () => answer(text!));
      if (!await mine.ended) failed = true;
      run = undefined;
      const late = mine.unheard().join("\n");
      if (late !== "" && !stream.signal.aborted) waiting.unshift(late);
    }
  }

  async function answer(text: string): Promise<boolean> {
    try {
      const end = await launcher.ask(text, {
        ...stream.options,
        ...talk && { conversation: talk },
      });
      return end.ok;
    } catch (error) {
      complain(error);
      return false;
    }
  }
}
