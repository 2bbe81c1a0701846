import { dirname, join } from "node:path";
import { createPathGuard, type PathGuard } from "../safety/paths.ts";
import type { WriteGuard } from "./commit.ts";

/** Key of the tests' workspaces, and of the programs they start there. */
export const TEST_KEY: string = "5e".repeat(32);

/** A folder for one test, with its guard; gone when the test ends. */
export interface TestWorkspace extends Disposable {
  readonly root: string;
  readonly guard: PathGuard & WriteGuard;
  /** Writes a file as the user would. */
  put(path: string, text: string): void;
  /** Text of a file; undefined when it does not exist. */
  get(path: string): string | undefined;
  /** All files but our state, with their texts. */
  all(): Record<string, string>;
}

/** Makes a workspace with these files. */
export function testWorkspace(files: Record<string, string> = {}): TestWorkspace {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "dspy-test-" }));
  const workspace = workspaceAt(root);
  for (const [path, text] of Object.entries(files)) workspace.put(path, text);
  return workspace;
}

/** The same for a folder that exists; it is removed when the test ends. */
export function workspaceAt(root: string): TestWorkspace {
  const get = (path: string) => {
    try {
      return Deno.readTextFileSync(join(root, path));
    } catch {
      return undefined;
    }
  };
  return {
    root,
    guard: { ...createPathGuard(root), key: TEST_KEY },
    put(path, text) {
      Deno.mkdirSync(dirname(join(root, path)), { recursive: true });
      Deno.writeTextFileSync(join(root, path), text);
    },
    get,
    all: () => Object.fromEntries(listFiles(root).sort().map((path) => [path, get(path)!])),
    [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }),
  };
}

function listFiles(root: string, folder = ""): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap((entry) => {
    const path = join(folder, entry.name);
    if (path === ".dspy") return [];
    return entry.isDirectory ? listFiles(root, path) : [path];
  });
}
