import { outputKey } from "../conversation/conversation.ts";
import { cutOutput, resultLimits } from "./cut_output.ts";
import { expandRequest } from "./expand_request.ts";
import { folderNotes } from "./folder_notes.ts";
import type { ModelRun } from "./run_model.ts";

/**
 * Adds a request to its conversation, with the files it brings along: each is cut to size as a
 * result is, the whole kept for `output`, and the instructions of its folder told before.
 */
export async function takeRequest(text: string, run: ModelRun): Promise<void> {
  const { setup: { files, redactor, store }, conversation, window } = run;
  const paths: string[] = [];
  let bytes = 0;
  const request = await expandRequest(text, files, async (path, content) => {
    paths.push(path);
    const clean = redactor.text(content);
    const call = `@${path}`;
    const cut = cutOutput(clean, call, { ...resultLimits(window), keep: "head" });
    if (cut.bytes !== undefined) await store.put(outputKey(conversation.info.id, call), clean);
    bytes += cut.bytes ?? 0;
    return cut.text;
  });
  await folderNotes(run).touch(paths);
  await conversation.append({ kind: "user", text: request, ...bytes > 0 && { bytes } });
}
