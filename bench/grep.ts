// deno-lint-ignore-file no-console -- a script for the command line
/**
 * `grep` in an open session beside the ripgrep process, taking turns, over 3,000 generated files of
 * 18 MB with ignored and binary files between them. The session is a jailed child, as in use.
 *
 * `deno run -A bench/grep.ts`
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check, median } from "./_report.ts";

const SESSION = fileURLToPath(new URL("../skills/search/_grep_child.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../deno.json", import.meta.url));
const ROUNDS = 25;
const FOLDERS = 300;

/** A rare literal, a regex that repeats, and an anchored one. */
const PATTERNS = ["needle_7", String.raw`function\s+needle\w*\(`, String.raw`^import needle`];

if (!await hasRipgrep()) {
  console.log("SKIP bench grep: rg is not installed, there is nothing to compare with");
  Deno.exit(0);
}

const root = await Deno.realPath(await Deno.makeTempDir());
try {
  const bytes = await makeTree(root);
  const session = openSession(root);
  await session.search(PATTERNS[0]!);
  const times = { rg: [] as number[], ours: [] as number[], ratio: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const pattern = PATTERNS[round % PATTERNS.length]!;
    const theirs = await ripgrep(pattern);
    const ours = await session.search(pattern);
    if (ours.matches !== theirs.matches) {
      throw new Error(`${pattern}: ${ours.matches} matches, rg has ${theirs.matches}`);
    }
    if (round < PATTERNS.length) continue;
    times.rg.push(theirs.ms);
    times.ours.push(ours.ms);
    times.ratio.push(ours.ms / theirs.ms);
  }
  await session.close();
  console.log(
    `${FOLDERS * 10} files, ${(bytes / 1e6).toFixed(1)} MB: rg ${
      median(times.rg).toFixed(1)
    } ms, ` +
      `grep in an open session ${median(times.ours).toFixed(1)} ms`,
  );
  await check({
    "grep.ratio_vs_rg": { value: median(times.ratio), limit: 2.5, better: "lower" },
  });
} finally {
  await Deno.remove(root, { recursive: true });
}

async function hasRipgrep(): Promise<boolean> {
  const version = await new Deno.Command("rg", { args: ["--version"] }).output().catch(() => null);
  return version?.success === true;
}

/** The same tree each time: numbers from a linear congruential generator. */
async function makeTree(root: string): Promise<number> {
  let seed = 12_345;
  const random = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  const words =
    ("const let function return import export class interface value result error path " +
      "file walk match pattern if else for while await async new string number boolean null this")
      .split(" ");
  let bytes = 0;
  const line = () => {
    const count = 2 + Math.floor(random() * 9);
    const chosen = Array.from({ length: count }, () => words[Math.floor(random() * words.length)]);
    return "  ".repeat(Math.floor(random() * 4)) + chosen.join(random() < 0.3 ? "(" : " ") + ";\n";
  };
  const folders = Array.from(
    { length: FOLDERS },
    (_, i) => `pkg${i % 60}/mod${Math.floor(i / 60)}`,
  );
  for (const folder of folders) {
    await Deno.mkdir(join(root, folder, "dist"), { recursive: true });
    for (let i = 0; i < 10; i++) {
      let text = "";
      const size = Math.min(100_000, -6_000 * Math.log(1 - random()));
      while (text.length < size) text += line();
      if (random() < 0.02) text += `function needle_${i}() {}\nimport needle from "x";\n`;
      bytes += text.length;
      await Deno.writeTextFile(join(root, folder, `file${i}.ts`), text);
    }
    await Deno.writeTextFile(join(root, folder, "dist/out.js"), "needle_7\n".repeat(500));
    await Deno.writeTextFile(join(root, folder, "debug.log"), "needle_7\n");
    await Deno.writeFile(join(root, folder, "icon.png"), new Uint8Array(2_000));
  }
  await Deno.writeTextFile(join(root, ".gitignore"), "dist/\n*.log\n*.pyc\n/coverage\n.DS_Store\n");
  await Deno.mkdir(join(root, ".git"));
  return bytes;
}

async function ripgrep(pattern: string): Promise<{ ms: number; matches: number }> {
  const command = new Deno.Command("rg", { args: ["--no-config", "-n", pattern], cwd: root });
  const started = performance.now();
  const { stdout } = await command.output();
  const ms = performance.now() - started;
  return { ms, matches: new TextDecoder().decode(stdout).split("\n").length - 1 };
}

interface Searched {
  readonly ms: number;
  readonly matches: number;
}

/** A child with the rights of a session: it may read the workspace and nothing else. */
function openSession(root: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--cached-only", `--config=${CONFIG}`, "--no-lock", "--no-check"]
      .concat([`--allow-read=${root}`, SESSION, root]),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async search(pattern: string): Promise<Searched> {
      await input.write(new TextEncoder().encode(`${JSON.stringify(pattern)}\n`));
      let answer = "";
      while (!answer.endsWith("\n")) {
        const { value, done } = await output.read();
        if (done) throw new Error("the session ended");
        answer += value;
      }
      return JSON.parse(answer);
    },
    async close(): Promise<void> {
      await input.close();
      await child.status;
    },
  };
}
