import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bench, openBench } from "../_testing.ts";
import { endWorkers } from "./_grep_workers.ts";
import grep, { type GrepInput } from "./grep.ts";

/** Flags that say to ripgrep what is our default, or takes part in no comparison. */
const SAME = [
  ...["--no-config", "-n", "--no-heading", "--color=never", "--crlf", "--no-require-git"],
  ...["--no-messages", "--max-filesize=1000000"],
];

const COMMON = String.raw`
needle
needle_\d+
^import
import .*from
\bfn\b
needle$
^$
^\s*$
fn\s+\w+\(
[A-Z][a-z]+Error
TODO|FIXME
(?i)todo
\{$
a{3,}
[^\w\s]
[^\W\d_]x
\.ts"
(?:ab)+c
(?P<q>['"])
\t+x
[[:upper:]]{4}
\x{fc}ber
gr\xfc.e
x*
\$\{?name
\x41\x42
\pL\pL\pN
[-_]x
[]}]
needle.{0,9}end
`;

rgTest("literals and common regexes", async (bench) => {
  await writeTree(bench);
  for (const pattern of COMMON.trim().split(/\n/)) await sameHits(bench, { pattern });
  await sameHits(bench, { pattern: "a.b(", fixed: true });
  await sameHits(bench, { pattern: "NEEDLE", ignoreCase: true });
  await sameHits(bench, { pattern: "needle", glob: ["*.txt"] });
  await sameHits(bench, { pattern: "needle", exclude: ["sub"] });
  await sameHits(bench, { pattern: "needle", hidden: true });
});

const words = fc.constantFrom(
  ...[
    "foo",
    "bar",
    "Foo",
    "f",
    "o",
    "_x",
    "(",
    ")",
    "[0]",
    ".",
    "\t",
    " ",
    "  ",
    "\u00e9",
    "\u00df",
  ],
  ...["\u212a", "\ud83d\ude00", "$", "{", "}", "\\", "7", "42", "-", "\ufeff"],
);
const text = fc.array(
  fc.tuple(
    fc.array(words, { maxLength: 6 }),
    fc.constantFrom("\n", "\n", "\n", "\r\n", "\n\n", ""),
  ),
  { maxLength: 12 },
).map((lines) => lines.map(([parts, end]) => parts.join("") + end).join(""));
const atoms = fc.constantFrom(
  ...[
    "foo",
    "o",
    "F",
    "\\w",
    "\\d",
    "\\s",
    "\\S",
    "\\W",
    ".",
    "[fo]",
    "[^fo]",
    "[^\\s]",
    "[a-z0-9]",
    "\\(",
  ],
  ...[
    "\\[0\\]",
    "\\.",
    "\\t",
    " ",
    "\u00e9",
    "\\$",
    "\\{",
    "\\\\",
    "-",
    "(?:foo|bar)",
    "(o|f)",
    "[\\w-]",
  ],
);
const regexes = fc.tuple(
  fc.constantFrom("", "", "^", "\\b"),
  fc.array(fc.tuple(atoms, fc.constantFrom("", "", "", "*", "+", "?", "{2}")), {
    minLength: 1,
    maxLength: 4,
  }),
  fc.constantFrom("", "", "$"),
).map(([start, parts, end]) => start + parts.flat().join("") + end);

rgTest("generated regexes over generated files", async (bench) => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(text, text, text),
      fc.array(fc.tuple(regexes, fc.boolean()), { minLength: 4, maxLength: 4 }),
      async (texts, patterns) => {
        await bench.write(Object.fromEntries(texts.map((text, i) => [`f${i}`, text])));
        for (const [pattern, ignoreCase] of patterns) {
          await sameHits(bench, { pattern, ignoreCase });
        }
      },
    ),
    { numRuns: 12 },
  );
});

/** Runs a comparison where ripgrep is installed. */
function rgTest(name: string, check: (bench: Bench) => Promise<void>): void {
  Deno.test(`grep finds what rg -n finds: ${name}`, async () => {
    const version = await new Deno.Command("rg", { args: ["--version"] }).output()
      .catch(() => null);
    if (version === null) {
      // deno-lint-ignore no-console -- a skip is loud
      return console.log("SKIP comparison with ripgrep: rg is not installed");
    }
    await using bench = await openBench();
    await check(bench);
    endWorkers();
  });
}

async function sameHits(bench: Bench, call: Partial<GrepInput>): Promise<void> {
  const { data } = await bench.run(grep, { ...call, limit: 100_000 });
  const ours = data.matches.map(({ path, line }: { path: string; line: number }) =>
    `${path}:${line}`
  );
  const flags = [
    ...SAME,
    ...(call.glob ?? []).flatMap((glob) => ["-g", glob]),
    ...(call.exclude ?? []).flatMap((glob) => ["-g", `!${glob}`]),
    ...(call.fixed ? ["-F"] : []),
    ...(call.ignoreCase ? ["-i"] : []),
    ...(call.hidden ? ["--hidden"] : []),
  ];
  const { stdout, stderr, code } = await new Deno.Command("rg", {
    args: [...flags, "-e", call.pattern!, "."],
    cwd: bench.root,
  }).output();
  assert.ok(code < 2, new TextDecoder().decode(stderr));
  const theirs = new TextDecoder().decode(stdout).split("\n")
    .flatMap((line) => /^\.\/([^:]+:\d+):/.exec(line)?.[1] ?? []);
  assert.deepEqual([...ours].sort(), theirs.sort(), JSON.stringify(call));
}

/** Files of all the kinds that a search meets. */
async function writeTree(bench: Bench): Promise<void> {
  const source = [
    ...[
      'import a from "./a.ts";',
      "",
      "export fn needle_1() {",
      "\tx = 'TODO: needle';",
      "}",
      "  ",
    ],
    ...[
      "\u00fcber gr\u00fc\u00dfe",
      "throw new TypeError(needle)",
      "aaaa abababc ABCD-x name ${name}",
    ],
    ...["a.b(", "the needle", "needle at the end", "AB12 fn  main(", "end"],
  ];
  await bench.write({
    "unix.ts": source.join("\n") + "\n",
    "dos.ts": source.join("\r\n") + "\r\n",
    "bom.ts": "\ufeff" + source.join("\n"),
    "mixed.txt": source.join("\n").replaceAll("\n\t", "\r\n\t"),
    "long.txt": `${"x".repeat(70_000)}needle_7${" y".repeat(200_000)}\nneedle\n`,
    "large.txt": `needle\n${"z\n".repeat(600_000)}`,
    "empty.txt": "",
    "newline.txt": "\n",
    "sub/deep/er/file.ts": source.toReversed().join("\n"),
    "sub/.gitignore": "*.gen.ts\n!keep.gen.ts\n",
    "sub/drop.gen.ts": "needle\n",
    "sub/keep.gen.ts": "needle\n",
    ".gitignore": "ignored\n*.log\n/out/\n",
    ".ignore": "!loud.log\n",
    "quiet.log": "needle\n",
    "loud.log": "needle\n",
    "ignored/a.ts": "needle\n",
    "out/a.ts": "needle\n",
    "sub/out/a.ts": "needle\n",
    ".hidden.ts": "needle\n",
    ".config/a.ts": "needle\n",
    "binary.dat": "needle\0needle\n",
    "zero.bin": `\0${"needle\n".repeat(10)}`,
  });
  await Deno.writeFile(`${bench.root}/utf16.txt`, utf16("needle\nimport x\n"));
  await Deno.symlink(`${bench.root}/unix.ts`, `${bench.root}/link.ts`);
  await Deno.symlink(`${bench.root}/sub`, `${bench.root}/linked`);
}

function utf16(text: string): Uint8Array {
  const units = Uint16Array.from(`\ufeff${text}`, (char) => char.charCodeAt(0));
  return new Uint8Array(units.buffer);
}
