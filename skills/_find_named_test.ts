import assert from "node:assert/strict";
import { findNamed } from "./_find_named.ts";
import { openBench } from "./_testing.ts";

Deno.test("findNamed() takes the end of a path for the nearest file or folder that has it", async () => {
  await using bench = await openBench({
    "README.md": "",
    "src/deep/below/core.py": "",
    "src/click/core.py": "",
    "lib/router/index.js": "",
    "index.js": "",
  });
  const names: Readonly<Record<string, string>> = {
    "core.py": "src/click/core.py",
    "core": "src/click/core.py",
    "click/core.py": "src/click/core.py",
    "README": "README.md",
    "router": "lib/router",
    "router/": "lib/router",
    "index.js": "index.js",
    "ore.py": "ore.py",
    "gone.py": "gone.py",
    "./core.py": "./core.py",
    ".": ".",
  };
  for (const [name, path] of Object.entries(names)) {
    assert.equal(await findNamed(bench.ctx.files, name), path, name);
  }
});
