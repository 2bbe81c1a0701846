import type {
  AgentContext,
  ContentBlock,
  PromptResponse,
  SessionModeState,
  SessionUpdate,
} from "@agentclientprotocol/sdk";
import type { Entry } from "../../core/agent/conversation/entry.ts";
import { describeError, UserError } from "../../core/errors.ts";
import type { Event } from "../../core/events.ts";
import type { AskEnd, CallEnd, Launcher } from "../launcher.ts";
import { ALL_NEEDS } from "../jail_plan.ts";
import { type Audience, openLauncher } from "../open_launcher.ts";
import { createTally } from "../tally.ts";
import type { Place, Shell } from "../shell.ts";
import { clean } from "./_text.ts";
import { commandIn } from "./commands.ts";
import { approvalOf, checkMode, firstMode, type ModeId, modesFor } from "./modes.ts";
import { outcomeOf } from "./outcome.ts";
import { permissionAnswer, permissionRequest } from "./permission.ts";
import { promptText } from "./prompt_text.ts";
import { replay } from "./replay.ts";
import { createUpdates } from "./updates.ts";

/** What {@linkcode createEditorSession} needs. */
export interface EditorSessionSetup {
  /** Id of the session, and of its conversation. */
  readonly id: string;
  /** The workspace's folder as the editor named it. */
  readonly cwd: string;
  readonly place: Place;
  readonly shell: Pick<Shell, "env" | "registry" | "io">;
  /** The editor. */
  readonly editor: Pick<AgentContext, "notify" | "request">;
  /** Whether the editor has a place for notices. */
  readonly notices: boolean;
}

/** A session as an editor drives it. */
export interface EditorSession {
  /** Id of the session, and of its conversation. */
  readonly id: string;
  /** The mode that is chosen, and those that may be. */
  modes(): SessionModeState;
  /**
   * Answers one prompt.
   *
   * @param signal stops it, as {@linkcode cancel} does.
   * @throws {UserError} `usage` while another one is answered; `failed` when there is no answer.
   */
  prompt(blocks: readonly ContentBlock[], signal: AbortSignal): Promise<PromptResponse>;
  /** Stops what is being answered; the session stays. */
  cancel(): void;
  /**
   * Chooses the mode of the next prompt; one that is being answered ends as it began.
   *
   * @throws {UserError} `usage` for one that there is not, `refused` for one that is too wide.
   */
  setMode(mode: string): void;
  /**
   * The kept conversation of this session's id, as updates. Runs nothing of it again.
   *
   * @throws {UserError} `usage` when there is none.
   */
  kept(): Promise<SessionUpdate[]>;
  /** Tells the editor something, in the order of all that is told. */
  tell(update: SessionUpdate): void;
  /** Stops what is being answered and ends the session's process. */
  close(): Promise<void>;
}

interface Turn {
  readonly abort: AbortController;
}

/** Makes a session; its process starts with the first prompt. */
export function createEditorSession(setup: EditorSessionSetup): EditorSession {
  const { id, shell, editor } = setup;
  const { registry, env, io } = shell;
  const { config, workspace: { root }, model } = setup.place;
  const updates = createUpdates({ registry, root, notices: setup.notices });
  // What runs when the session is closed is waited for no longer.
  const closed = Promise.withResolvers<undefined>();
  let mode: ModeId = firstMode(config);
  const tally = createTally();
  let opened: { readonly mode: ModeId; readonly launcher: Launcher } | undefined;
  let turn: Turn | undefined;
  let said = "";

  const audience: Audience = {
    warn: io.err,
    ask: async (question) => {
      const call = updates.callOf(question.request.tool) ?? crypto.randomUUID();
      const request = permissionRequest(question, { session: id, call, registry, root });
      // Without a turn nobody waits for an answer, and after a cancel it would come too late.
      const cancellationSignal = turn?.abort.signal ?? AbortSignal.abort();
      if (cancellationSignal.aborted) return "no";
      const response = await editor.request("session/request_permission", request, {
        cancellationSignal,
        stopWaitingOnCancel: true,
      }).catch((error) => {
        if (!cancellationSignal.aborted) {
          io.err(`the editor could not ask: ${describeError(error)}`);
        }
        return { outcome: { outcome: "cancelled" } } as const;
      });
      return permissionAnswer(response, request.options);
    },
    hold() {
      throw new UserError("refused", "an editor of its own needs a terminal, and here is none", {
        hint: "open the file in the editor you are in",
        rule: "acp.terminal",
      });
    },
    follow(bus) {
      bus.subscribe(">", ({ value }) => tally.take(value));
      bus.subscribe(">", ({ value }) => show(value));
    },
  };

  return {
    id,
    modes: () => modesFor(config, mode),
    prompt,
    cancel,
    setMode: (wanted) => void (mode = checkMode(wanted, config)),
    async kept() {
      const end = await (await launcher()).call("sessions", { action: "show", name: id });
      const { info, entries } = (end.data ?? {}) as { info?: { id: string }; entries?: Entry[] };
      // The tool also finds a session by the start of its id; an editor means one.
      if (!end.ok || info?.id !== id || entries === undefined) {
        throw new UserError("usage", `no session called ${JSON.stringify(id)}`, {
          hint: "only conversations with a model are kept, in the folder they were had in",
        });
      }
      return replay(entries, { registry, root });
    },
    tell,
    async close() {
      closed.resolve(undefined);
      cancel();
      await opened?.launcher.close();
    },
  };

  async function prompt(
    blocks: readonly ContentBlock[],
    signal: AbortSignal,
  ): Promise<PromptResponse> {
    if (turn !== undefined) {
      throw new UserError("usage", "this session still answers a prompt", {
        hint: "wait for its end, or cancel it",
      });
    }
    const text = promptText(blocks, { roots: [setup.cwd, root], model: model !== undefined });
    const mine = turn = { abort: new AbortController() };
    const stopped = () => mine.abort.signal.aborted;
    signal.addEventListener("abort", cancel);
    said = "";
    try {
      const running = await launcher();
      if (stopped()) return { stopReason: "cancelled" };
      const end = await Promise.race([answer(text, running), closed.promise]);
      if (end === undefined || stopped()) return { stopReason: "cancelled" };
      if ("summary" in end) return outcomeOf(end, said !== "" && said === end.summary);
      // What the person calls by name has its text for an answer.
      tell({
        sessionUpdate: "agent_message_chunk",
        content: { type: "text", text: clean(end.text) },
      });
      return { stopReason: "end_turn" };
    } catch (error) {
      // A session that does not listen is ended.
      if (stopped()) return { stopReason: "cancelled" };
      throw error;
    } finally {
      for (const update of updates.abandon()) tell(update);
      signal.removeEventListener("abort", cancel);
      turn = undefined;
    }
  }

  function answer(text: string, launcher: Launcher): Promise<AskEnd | CallEnd> {
    const given = commandIn(text);
    if (given === undefined) return launcher.ask(text);
    return given.command.run(given.rest, {
      launcher,
      session: id,
      model: model !== undefined,
      tally,
    });
  }

  function cancel(): void {
    turn?.abort.abort();
    opened?.launcher.cancel();
  }

  /** The launcher of the mode that is chosen now. */
  async function launcher(): Promise<Launcher> {
    if (opened?.mode === mode) return opened.launcher;
    const chosen = mode;
    await opened?.launcher.close();
    const place: Place = {
      ...setup.place,
      config: { ...config, approval: approvalOf(chosen) },
      // The editor asks the person.
      interactive: true,
    };
    const options = { place, env, registry, terminal: audience, session: id };
    opened = { mode: chosen, launcher: await openLauncher(options, ALL_NEEDS) };
    return opened.launcher;
  }

  function show(event: Event): void {
    if (turn === undefined) return;
    // It was not running yet when it was cancelled.
    if (event.type === "agent.start" && turn.abort.signal.aborted) opened?.launcher.cancel();
    if (event.type === "message" && event.data.role === "assistant") said = event.data.text;
    try {
      for (const update of updates.of(event)) tell(update);
    } catch (error) {
      // A session may send anything: what is no event of ours ends no other session.
      io.err(`an event of a session could not be shown: ${describeError(error)}`);
    }
  }

  function tell(update: SessionUpdate): void {
    // An editor that is gone hears nothing; the end of its stream ends us.
    editor.notify("session/update", { sessionId: id, update }).catch(() => {});
  }
}
