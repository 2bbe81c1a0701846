import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFiles } from "../../core/workspace/open_files.ts";
import { type FileEvent, watchFiles, type WatchFilesOptions } from "./watch_files.ts";

async function folder() {
  const root = await realpath(await mkdtemp(join(tmpdir(), "watch-")));
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

async function watch(root: string, options: WatchFilesOptions = {}) {
  const seen: FileEvent[] = [];
  const watch = await watchFiles(openFiles(root), (event) => void seen.push(event), options);
  const said = () =>
    seen.map(({ kind, path, from }) => [kind, path, ...from ? [from] : []].join(" "));
  return { watch, seen, said };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise((done) => setTimeout(done, 10));
  assert.ok(condition(), "nothing came in five seconds");
}

for (const native of [true, false]) {
  const how = native ? "as the system tells" : "by looking";
  Deno.test(`watchFiles() tells of files that come, change, move and go, ${how}`, async () => {
    await using place = await folder();
    const { root } = place;
    await writeFile(join(root, "old.ts"), "1");
    const { watch: watching, said } = await watch(root, { native, pollMs: 50 });
    assert.equal(watching.mode, native ? "native" : "poll");
    await writeFile(join(root, "a.ts"), "1");
    await until(() => said().includes("create a.ts"));
    await appendFile(join(root, "a.ts"), "2");
    await until(() => said().includes("modify a.ts"));
    await rename(join(root, "a.ts"), join(root, "b.ts"));
    await until(() => said().includes("rename b.ts a.ts"));
    await rm(join(root, "old.ts"));
    await until(() => said().includes("remove old.ts"));
    await watching.stop();
    assert.equal(said().length, 4);
  });
}

Deno.test("watchFiles() sees into folders that are made later, and never into ignored ones", async () => {
  await using place = await folder();
  const { root } = place;
  await writeFile(join(root, ".gitignore"), "secret/\n*.tmp\n");
  await mkdir(join(root, "node_modules"));
  const { watch: watching, said } = await watch(root);
  await mkdir(join(root, "deep/er"), { recursive: true });
  await writeFile(join(root, "deep/er/one.ts"), "1");
  await mkdir(join(root, "secret"));
  await writeFile(join(root, "secret/x.ts"), "1");
  await writeFile(join(root, "node_modules/y.ts"), "1");
  await writeFile(join(root, "z.tmp"), "1");
  await until(() => said().includes("create deep/er/one.ts"));
  await writeFile(join(root, "deep/er/two.ts"), "1");
  await until(() => said().includes("create deep/er/two.ts"));
  await rm(join(root, "deep"), { recursive: true });
  await until(() => said().includes("remove deep/er/two.ts"));
  await watching.stop();
  assert.deepEqual(said().filter((line) => /secret|node_modules|tmp/.test(line)), []);
  assert.equal(watching.metrics().folders, 1);
});

Deno.test("watchFiles() loses none of many changes made at once", async () => {
  await using place = await folder();
  const { root } = place;
  for (let i = 0; i < 20; i++) await mkdir(join(root, `d${i}`));
  const { watch: watching, seen } = await watch(root);
  const paths = Array.from({ length: 4_000 }, (_, i) => `d${i % 20}/f${i}.ts`);
  await Promise.all(paths.map((path) => writeFile(join(root, path), "1")));
  await watching.stop();
  const created = seen.filter(({ kind }) => kind === "create").map(({ path }) => path);
  assert.deepEqual(created.toSorted(), paths.toSorted());
});

Deno.test("watchFiles() ends with its signal and leaves nothing behind", async () => {
  await using place = await folder();
  const abort = new AbortController();
  const { watch: watching } = await watch(place.root, { signal: abort.signal });
  abort.abort();
  await watching.stop();
});
