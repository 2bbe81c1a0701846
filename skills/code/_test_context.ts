import { mergeConfig } from "../../core/config_merge.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Progress, ToolContext } from "../../core/tool.ts";
import { openFiles } from "../../core/workspace/open_files.ts";

/** A context over a real folder, with the folder's removal. */
export interface TestContext extends AsyncDisposable {
  readonly ctx: ToolContext;
  readonly root: string;
  /** What the tool reported. */
  readonly progress: readonly Progress[];
}

/**
 * Makes a workspace in a temporary folder.
 *
 * @param files texts or bytes by path.
 */
export async function testContext(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<TestContext> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await writeFiles(root, files);
  const progress: Progress[] = [];
  const ctx: ToolContext = {
    workspace: { root, logs: `${root}/logs` },
    config: mergeConfig().config,
    files: openFiles(root),
    store: openMemoryStore(),
    signal: new AbortController().signal,
    origin: "user",
    session: "s",
    progress: (update) => void progress.push(update),
    execute: () => Promise.reject(new Error("no programs in this test")),
  };
  return {
    ctx,
    root,
    progress,
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Writes files below a folder, with their folders. */
export async function writeFiles(
  root: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = `${root}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(
      file,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }
}
