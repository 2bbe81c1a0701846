import assert from "node:assert/strict";
import type { Files } from "./files.ts";
import { openFiles } from "./open_files.ts";

async function withFiles(work: (files: Files, root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/src/deep`, { recursive: true });
    await Deno.writeTextFile(`${root}/src/b.ts`, "b\n");
    await Deno.writeTextFile(`${root}/src/a.ts`, "\ufeffa\n");
    await work(openFiles(root), root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("readText() drops the BOM, mends broken UTF-8, and refuses binary files", async () => {
  await withFiles(async (files, root) => {
    assert.equal(await files.readText("src/a.ts"), "a\n");
    await Deno.writeFile(`${root}/latin`, new Uint8Array([0x61, 0xe9, 0x62]));
    assert.equal(await files.readText("latin"), "a\ufffdb");
    await Deno.writeFile(`${root}/binary`, new Uint8Array([0x61, 0, 0x62]));
    await assert.rejects(files.readText("binary"), { kind: "failed", message: /binary/ });
    assert.deepEqual([...await files.readBytes("binary")], [0x61, 0, 0x62]);
    await Deno.writeTextFile(`${root}/empty`, "");
    assert.equal(await files.readText("empty"), "");
  });
});

Deno.test("readBytes() keeps to its limit and reads parts", async () => {
  await withFiles(async (files, root) => {
    await Deno.writeTextFile(`${root}/ten`, "0123456789");
    await assert.rejects(files.readBytes("ten", { maxBytes: 9 }), { hint: /0\.0 MB, the limit/ });
    const part = async (start: number, length: number) =>
      new TextDecoder().decode(await files.readBytes("ten", { range: [start, length] }));
    assert.equal(await part(2, 3), "234");
    assert.equal(await part(8, 100), "89");
    assert.equal(await part(50, 5), "");
  });
});

Deno.test("list() has folders first, by name, with links told apart", async () => {
  await withFiles(async (files, root) => {
    await Deno.symlink("deep", `${root}/src/c-link`);
    await Deno.symlink("/etc", `${root}/src/d-outside`);
    await Deno.writeTextFile(`${root}/src/.env`, "");
    assert.deepEqual(await files.list("src"), [
      { name: "c-link", kind: "folder", link: true },
      { name: "deep", kind: "folder", link: false },
      { name: "a.ts", kind: "file", link: false },
      { name: "b.ts", kind: "file", link: false },
      { name: "d-outside", kind: "file", link: true },
    ]);
    await assert.rejects(files.list("src/a.ts"), { kind: "failed" });
  });
});

Deno.test("info() and walk() see the same files, below a folder or from one file", async () => {
  await withFiles(async (files) => {
    assert.deepEqual((await files.info("src")).kind, "folder");
    const { kind, size } = await files.info("src/b.ts");
    assert.deepEqual([kind, size], ["file", 2]);
    const walk = async (path: string) =>
      (await Array.fromAsync(files.walk({ path }))).flat().map(({ path }) => path);
    assert.deepEqual(await walk("."), ["src/a.ts", "src/b.ts"]);
    assert.deepEqual(await walk("src/../src/b.ts"), ["src/b.ts"]);
    await assert.rejects(walk("../"), { rule: "path.outside" });
    await assert.rejects(walk("nope"), { kind: "failed" });
  });
});

Deno.test("state() and commit() change a file and say by what to take it back", async () => {
  await withFiles(async (files, root) => {
    const from = await files.state("src/b.ts");
    const id = await files.commit("test", [{ from, to: new TextEncoder().encode("new\n") }]);
    assert.match(id, /^c\d+$/);
    assert.equal(await Deno.readTextFile(`${root}/src/b.ts`), "new\n");
  });
});
