import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = new URL("..", import.meta.url);

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** What is loaded with a module, by the names it is imported by: paths of ours, `node:` and `npm:`. */
async function loadedWith(path: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fileURLToPath(new URL(path, ROOT))],
    cwd: fileURLToPath(ROOT),
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Graph;
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set([new URL(path, ROOT).href]);
  for (const name of found) {
    for (const { isDynamic, code, specifier } of byName.get(name)?.dependencies ?? []) {
      if (isDynamic || code?.specifier === undefined) continue;
      found.add(code.specifier.startsWith("file:") ? code.specifier : specifier);
    }
  }
  return [...found].map((name) => name.replace(ROOT.href, ""));
}

// Each has been the largest part of a start once: zod 25 ms, `node:fs` 40, `node:path` 10.
for (
  const path of [
    "cli/main.ts",
    "cli/open_shell.ts",
    "cli/run_command_line.ts",
    "cli/session_main.ts",
    "core/agent/ask.ts",
    "core/agent/model/ask_model.ts",
    "core/lm/open_model.ts",
    "skills/files/cat.ts",
    "skills/files/ls.ts",
    "skills/files/tree.ts",
    "skills/git/git_status.ts",
    "skills/search/grep.ts",
  ]
) {
  Deno.test(`${path} loads neither zod nor a module of Node's at a start`, async () => {
    const loaded = await loadedWith(path);
    assert.ok(loaded.length > 3, loaded.join());
    assert.deepEqual(
      loaded.filter((name) => name === "core/zod.js" || name.startsWith("node:")),
      [],
    );
  });
}
