import type { AvailableCommand } from "@agentclientprotocol/sdk";
import type { AskEnd, CallEnd, Launcher } from "../launcher.ts";
import { takeBack } from "../take_back.ts";
import type { Tally } from "../tally.ts";

/** What a command works with. */
export interface CommandPlace {
  readonly launcher: Launcher;
  /** Id of the session, and of its conversation. */
  readonly session: string;
  /** Whether a model keeps a conversation. */
  readonly model: boolean;
  /** What the session did so far. */
  readonly tally: Tally;
}

/** A command that the person gives in the editor, with a slash before it. */
export interface EditorCommand {
  /** One line for the editor's list. */
  readonly summary: string;
  /** What may stand behind its name. Default nothing. */
  readonly hint?: string;
  run(rest: string, at: CommandPlace): Promise<AskEnd | CallEnd>;
}

/**
 * The commands by name; any other is one of the workspace's own, `.agents/commands/NAME.md`. Modes,
 * sessions and plans have their own places in an editor.
 */
export const COMMANDS: Readonly<Record<string, EditorCommand>> = {
  undo: { summary: "Take back what the last request changed, and the request itself", run: undo },
  redo: { summary: "Make the change again that was taken back", run: tool("redo") },
  diff: { summary: "What has changed since the last commit", run: tool("git_diff") },
  compact: {
    summary: "Summarize the conversation to make room",
    hint: "what matters most",
    run: (rest, { launcher }) => launcher.ask(rest, { act: "compact" }),
  },
  context: {
    summary: "What fills the model's window",
    run: (_rest, { launcher }) => launcher.ask("", { act: "context" }),
  },
};

/** The list for the editor. */
export function availableCommands(): AvailableCommand[] {
  return Object.entries(COMMANDS).map(([name, { summary, hint }]) => ({
    name,
    description: summary,
    ...hint !== undefined && { input: { hint } },
  }));
}

/** The command that a text begins with. */
export function commandIn(
  text: string,
): { readonly command: EditorCommand; readonly rest: string } | undefined {
  const [, name = "", rest = ""] = /^\/(\w+)(?:\s+([\s\S]*))?$/.exec(text.trim()) ?? [];
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return command && { command, rest: rest.trim() };
}

function tool(name: string): EditorCommand["run"] {
  return (_rest, { launcher }) => launcher.call(name, {});
}

async function undo(
  _rest: string,
  { launcher, session, model, tally }: CommandPlace,
): Promise<CallEnd> {
  // Without a model there is no talk, and the change of the person's own command is meant.
  if (!model) return await launcher.call("undo", {});
  return await takeBack(session, tally, launcher.call, ({ ok }) => ok);
}
