// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Changes of files: none is missed over 100,000, made as fast as another process can, and how soon a
 * single one is told.
 *
 * `deno run -A bench/watch.ts [--save]`
 */
import { openFiles } from "../core/workspace/open_files.ts";
import { watchFiles } from "../streaming/logs/watch_files.ts";
import { check, median } from "./_report.ts";

const FILES = 100_000;
const FOLDERS = 100;
const SINGLES = 60;
const DEBOUNCE_MS = 5;

/** Makes the files in a process of its own, as an editor or a checkout does. */
const WRITER = `
const [root, files, folders] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2])];
for (let i = 0; i < files; i++) Deno.writeTextFileSync(root + "/d" + i % folders + "/f" + i, "1");
`;

const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "bench-watch-" }));
try {
  for (let i = 0; i < FOLDERS; i++) await Deno.mkdir(`${root}/d${i}`);
  const seen = new Map<string, number>();
  const watch = await watchFiles(openFiles(root), ({ path }) => seen.set(path, performance.now()), {
    debounceMs: DEBOUNCE_MS,
  });

  const delays: number[] = [];
  for (let i = 0; i < SINGLES; i++) {
    await new Promise((done) => setTimeout(done, 40));
    const at = performance.now();
    await Deno.writeTextFile(`${root}/d0/single${i}`, "1");
    while (!seen.has(`d0/single${i}`)) await new Promise((done) => setTimeout(done, 0));
    delays.push(seen.get(`d0/single${i}`)! - at - DEBOUNCE_MS);
  }
  const p99 = delays.toSorted((a, b) => a - b).at(Math.floor(SINGLES * 0.99) - 1)!;

  await Deno.writeTextFile(`${root}/../bench-watch-writer.ts`, WRITER);
  const began = performance.now();
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${root}/../bench-watch-writer.ts`, root, `${FILES}`, `${FOLDERS}`],
  }).output();
  if (code !== 0) throw new Error("the writer failed");
  const written = performance.now() - began;
  await watch.stop();
  const took = performance.now() - began;
  const { overflows, rescans } = watch.metrics();
  let missed = 0;
  for (let i = 0; i < FILES; i++) if (!seen.has(`d${i % FOLDERS}/f${i}`)) missed++;
  console.log(
    `${FILES} files written in ${(written / 1000).toFixed(1)} s, all told after ` +
      `${(took / 1000).toFixed(1)} s (${overflows} overflows, ${rescans} looks at all); a single ` +
      `change is told after ${median(delays).toFixed(1)} ms beside the debounce, p99 ${
        p99.toFixed(1)
      }`,
  );
  await check({
    "watch.missed": { value: missed, limit: 0, better: "lower" },
    "watch.single_p99_ms": { value: p99, limit: 10, better: "lower" },
    "watch.events_per_s": { value: FILES / (took / 1000), limit: 5_000, better: "higher" },
  });
} finally {
  await Deno.remove(`${root}/../bench-watch-writer.ts`).catch(() => {});
  await Deno.remove(root, { recursive: true });
}
