/** A scripted model that an editor asks. */
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { type Editor, type EditorOptions, openEditor } from "./_editor.ts";

/** A workspace of one note. */
export const NOTE = { "note.txt": "the tea is ready\n" };

/** Plays turns of a model to an editor. */
export async function playToEditor(
  turns: readonly unknown[],
  options: EditorOptions,
  act: (editor: Editor) => Promise<void>,
): Promise<void> {
  await using model = await serveScripted({ turns });
  const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none", ...options.env };
  await using editor = await openEditor({
    ...options,
    env,
    args: ["--model", "scripted", ...options.args ?? []],
  });
  await act(editor);
  assert.deepEqual(model.problems, []);
}

/** The turns of an edit of the note, which must be read before. */
export const edit = (from: string, to: string): unknown[] => [
  { calls: [{ tool: "cat", args: { file: "note.txt" } }] },
  { calls: [{ tool: "edit", args: { path: "note.txt", edits: [{ old: from, new: to }] } }] },
];

/** A request of the editor that must fail, as its error. */
export async function problem(
  answer: Promise<unknown>,
): Promise<{ code: number; message: string }> {
  return await answer.then(
    () => assert.fail("it did not fail"),
    (error) => ({ code: error.code, message: error.message }),
  );
}
