import assert from "node:assert/strict";
import { openFiles } from "../workspace/open_files.ts";
import type { Files } from "../workspace/files.ts";
import { locateTraces } from "./locate_traces.ts";

const trace = (error: string, ...files: string[]) => ({
  error,
  at: 1,
  frames: files.map((file) => ({ file, line: 3 })),
});

Deno.test("locateTraces() finds files by full, relative, container and Java paths", async () => {
  await using made = await workspace({
    "src/a.py": "",
    "main.py": "",
    "src/main/java/com/acme/App.java": "",
  });
  const { files } = made;
  const paths: Record<string, string> = {
    [`${files.root}/src/a.py`]: "src/a.py",
    "src/a.py": "src/a.py",
    "./src/a.py": "src/a.py",
    "/srv/releases/42/src/a.py": "src/a.py",
    "/app/main.py": "main.py",
    "com/acme/App.java": "src/main/java/com/acme/App.java",
  };
  for (const [file, path] of Object.entries(paths)) {
    const [found] = await locateTraces(files, [trace("E", file)]);
    assert.equal(found?.path, path, file);
  }
});

Deno.test("locateTraces() leaves out libraries and what is not here", async () => {
  await using made = await workspace({ "src/a.py": "", "main.py": "" });
  const { files } = made;
  const elsewhere = [
    "/usr/lib/python3.11/src/a.py",
    "/app/node_modules/src/a.py",
    "/app/.venv/lib/python3.11/site-packages/main.py",
    "/a/b/c/d/main.py",
    "../main.py",
    "other.py",
    "<frozen importlib>",
  ];
  assert.deepEqual(await locateTraces(files, [trace("E", ...elsewhere)]), []);
});

Deno.test("locateTraces() counts the same error once, newest first, with its callers", async () => {
  await using made = await workspace({ "a.py": "", "b.py": "" });
  const { files } = made;
  const found = await locateTraces(files, [
    trace("old", "a.py"),
    trace("often", "b.py", "lib/x.py", "a.py"),
    trace("often", "b.py", "lib/x.py", "a.py"),
  ]);
  assert.deepEqual(found, [
    { error: "often", path: "b.py", line: 3, count: 2, callers: [{ path: "a.py", line: 3 }] },
    { error: "old", path: "a.py", line: 3, count: 1, callers: [] },
  ]);
  const one = await locateTraces(files, [trace("x", "a.py"), trace("y", "b.py")], {
    limit: 1,
  });
  assert.deepEqual(one.map(({ error }) => error), ["y"]);
});

/** A temporary workspace with empty files. */
async function workspace(
  empty: Readonly<Record<string, "">>,
): Promise<AsyncDisposable & { files: Files }> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const path of Object.keys(empty)) {
    const file = `${root}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, "");
  }
  return {
    files: openFiles(root),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}
