import assert from "node:assert/strict";
import { repositoryAbove } from "./repository_above.ts";

Deno.test("repositoryAbove() finds where a repository begins, if not here", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const path of ["repo/.git", "repo/a/b/c", "tree/sub", "none/x"]) {
      await Deno.mkdir(`${base}/${path}`, { recursive: true });
    }
    // A work tree of git has a file there.
    await Deno.writeTextFile(`${base}/tree/.git`, "gitdir: elsewhere\n");
    assert.equal(repositoryAbove(`${base}/repo/a/b/c`), `${base}/repo`);
    assert.equal(repositoryAbove(`${base}/tree/sub`), `${base}/tree`);
    for (const own of ["repo", "tree", "none/x", "none"]) {
      assert.equal(repositoryAbove(`${base}/${own}`), undefined, own);
    }
    assert.equal(repositoryAbove("/"), undefined);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});

Deno.test("repositoryAbove() costs next to nothing", () => {
  const deep = `/${"folder/".repeat(9)}end`;
  const start = performance.now();
  for (let i = 0; i < 100; i++) repositoryAbove(deep);
  const ms = (performance.now() - start) / 100;
  // Ten times what an idle machine needs: others share this one.
  assert.ok(ms < 5, `${ms.toFixed(3)} ms`);
});
