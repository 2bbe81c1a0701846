import assert from "node:assert/strict";
import type { Files } from "../../workspace/files.ts";
import { customCommands } from "./custom_commands.ts";

const FOLDERS: Record<string, [name: string, kind: "file" | "folder"][]> = {
  ".agents/commands": [["review.md", "file"], ["notes.txt", "file"], ["old.md", "folder"]],
  ".claude/commands": [["ship.md", "file"], ["review.md", "file"], ["a b.md", "file"]],
};

const files = {
  list: (path: string) =>
    FOLDERS[path]
      ? Promise.resolve(FOLDERS[path].map(([name, kind]) => ({ name, kind })))
      : Promise.reject(new Error("no such folder")),
} as unknown as Pick<Files, "list">;

Deno.test("customCommands() finds files by name, those of the first folder first", async () => {
  assert.deepEqual(await customCommands(files), [
    { name: "review", path: ".agents/commands/review.md" },
    { name: "ship", path: ".claude/commands/ship.md" },
  ]);
});
