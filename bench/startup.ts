// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Cold start: `--help` beside an empty Deno script, and a one-shot `grep` through the jail on a
 * repository of 100 files, with the memory of the larger process. By the program as it is built; what
 * the sources take stands beside it.
 *
 * `deno run -A bench/startup.ts`
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { built } from "./_built.ts";
import { peaks } from "./_peak_mb.ts";
import { check, median } from "./_report.ts";

const SOURCES = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const RIGHTS = ["--allow-read", "--allow-write", "--allow-env", "--allow-run"];
const ROUNDS = 15;

const folder = await Deno.makeTempDir();
try {
  await using program = await built();
  await makeRepository(folder);
  const empty = join(folder, "empty.ts");
  await Deno.writeTextFile(empty, "");
  const line = (
    main: string,
    ...words: string[]
  ) => ["run", "--quiet", "--no-prompt", ...RIGHTS, main, ...words];
  const [grep = [], fromSources = []] = [program.main, SOURCES].map((main) =>
    line(main, "grep", "needle", "--workspace", join(folder, "repo"))
  );

  for (const words of [grep, fromSources]) await timed(words);
  const times: Record<"empty" | "help" | "grep" | "fromSources" | "peak", number[]> = {
    empty: [],
    help: [],
    grep: [],
    fromSources: [],
    peak: [],
  };
  for (let round = 0; round < ROUNDS; round++) {
    times.empty.push(await timed(["run", empty]));
    times.help.push(await timed(line(program.main, "--help")));
    times.grep.push(await timed(grep));
    times.fromSources.push(await timed(fromSources));
    times.peak.push(await peakMb(grep));
  }
  const emptyMs = median(times.empty);
  const helpMs = median(times.help);
  const grepMs = median(times.grep);
  console.log(
    `empty script ${emptyMs} ms, --help ${helpMs} ms, grep through the jail ${grepMs} ms, ` +
      `from sources ${median(times.fromSources)} ms`,
  );
  await check({
    "startup.help_vs_empty": { value: helpMs / emptyMs, limit: 3, better: "lower" },
    "startup.grep_ms": { value: grepMs, limit: 150, better: "lower" },
    // The same where an empty script takes 20 ms: a machine's speed changes by the hour.
    "startup.grep_vs_empty": { value: grepMs / emptyMs, limit: 7.5, better: "lower" },
    // No goal, a guard: whoever works on the sources starts them, too.
    "startup.grep_from_sources_ms": {
      value: median(times.fromSources),
      limit: 200,
      better: "lower",
    },
    "startup.grep_peak_mb": { value: median(times.peak), limit: 90, better: "lower" },
  });
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function makeRepository(folder: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const path = join(folder, "repo", `src${i % 10}`);
    await Deno.mkdir(path, { recursive: true });
    const lines = Array.from({ length: 150 }, (_, n) => `export const value${n} = ${n * i};`);
    if (i % 7 === 0) lines[70] = "// a needle in it";
    await Deno.writeTextFile(join(path, `file${i}.ts`), lines.join("\n"));
  }
}

/** Wall time of a Deno process, in milliseconds. */
async function timed(args: string[]): Promise<number> {
  const started = performance.now();
  const { code } = await new Deno.Command(Deno.execPath(), {
    args,
    stdout: "null",
    stderr: "null",
  }).output();
  if (code !== 0) throw new Error(`${args.join(" ")} failed with ${code}`);
  return Math.round(performance.now() - started);
}

/** Peak resident memory in MB of the largest process that a Deno process starts, itself included. */
async function peakMb(args: string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" }).spawn();
  let peak = 0;
  let running = true;
  const done = child.status.then(() => running = false);
  while (running) {
    peak = Math.max(peak, ...peaks(child.pid).values());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await done;
  return peak;
}
