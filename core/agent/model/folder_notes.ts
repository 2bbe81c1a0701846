import { checkInput } from "../../check_input.ts";
import { folderOf } from "../../workspace/path_parts.ts";
import type { CallResult } from "../mind.ts";
import { foldersTo, readInstructions } from "./project_instructions.ts";
import type { ModelRun } from "./run_model.ts";

/** Tells a model the project's instructions for the folders that a run comes to. */
export interface FolderNotes {
  /** Adds those for paths that were read or edited, each once in a conversation. */
  touch(paths: readonly string[]): Promise<void>;
  /** The same for the paths that calls named; what was refused has touched nothing. */
  took(results: readonly CallResult[]): Promise<void>;
}

/** Watches which folders a run comes to: those on the way to the start are in its prompt. */
export function folderNotes(
  { setup, conversation, window, instructions }: Pick<
    ModelRun,
    "setup" | "conversation" | "window" | "instructions"
  >,
): FolderNotes {
  const { files, registry, workspace, emit } = setup;
  const notes = conversation.path.flatMap(({ body }) => body.kind === "note" ? [body] : []);
  const told = [...instructions, ...notes];
  const known = new Set([
    ...foldersTo(workspace.start ?? "."),
    ...notes.map(({ path }) => folderOf(path)),
  ]);
  return {
    touch,
    async took(results) {
      for (const result of results.filter(({ refused }) => refused === undefined)) {
        // What cannot be read as a call is told by its result.
        await touch(await pathsOf(result).catch(() => []));
      }
    },
  };

  async function touch(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const folder = await folderAt(path).catch(() => undefined);
      if (folder === undefined) continue;
      const fresh = foldersTo(folder).filter((folder) => !known.has(folder));
      for (const folder of fresh) known.add(folder);
      const warn = (text: string) => emit("notice", { level: "warning", text });
      for (const note of await readInstructions(files, fresh, window, told, warn)) {
        told.push(note);
        await conversation.append({ kind: "note", ...note });
      }
    }
  }

  async function folderAt(path: string): Promise<string> {
    const { kind } = await files.info(path);
    const { path: real } = await files.resolve(path, "read");
    return kind === "folder" ? real : folderOf(real);
  }

  async function pathsOf({ call }: CallResult): Promise<string[]> {
    const entry = registry.find(call.tool);
    const tool = await entry?.load();
    if (!entry || !tool) return [];
    const input = await checkInput(entry, tool, call.input);
    if (!input.success) return [];
    const { read = [], write = [] } = tool.needs(input.data, workspace);
    return [...read, ...write];
  }
}
