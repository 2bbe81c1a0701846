import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { byteString, compileIgnore } from "./gitignore.ts";
import { walk } from "./walk.ts";

function decide(rules: string, path: string): boolean | undefined {
  const isFolder = path.endsWith("/");
  return compileIgnore(byteString(rules)).decide(
    byteString(isFolder ? path.slice(0, -1) : path),
    isFolder,
  );
}

Deno.test("compileIgnore() lets the last rule that matches decide", () => {
  assert.equal(decide("*.log\n!keep.log", "a/keep.log"), false);
  assert.equal(decide("!keep.log\n*.log", "a/keep.log"), true);
  assert.equal(decide("*.log", "a/keep.txt"), undefined);
});

Deno.test("compileIgnore() anchors a glob with a slash before its end", () => {
  assert.equal(decide("/a", "a"), true);
  assert.equal(decide("/a", "b/a"), undefined);
  assert.equal(decide("doc/*.txt", "doc/x.txt"), true);
  assert.equal(decide("doc/*.txt", "x/doc/x.txt"), undefined);
  assert.equal(decide("doc/*.txt", "doc/x/y.txt"), undefined);
  assert.equal(decide("a/", "b/a/"), true);
  assert.equal(decide("a/", "b/a"), undefined);
});

Deno.test("compileIgnore() lets ** cross folders only between slashes", () => {
  assert.equal(decide("**/foo", "a/b/foo"), true);
  assert.equal(decide("a/**/b", "a/b"), true);
  assert.equal(decide("a/**/b", "a/x/y/b"), true);
  assert.equal(decide("a/**", "a/x/y"), true);
  assert.equal(decide("a/**", "a/"), undefined);
  assert.equal(decide("x/a**b", "x/a/b"), undefined);
  assert.equal(decide("x/**\\/b", "x/a/c/b"), true);
  assert.equal(decide("x/**\\/b", "x/b"), undefined);
});

Deno.test("compileIgnore() knows escapes, classes, comments, final spaces, CRLF and a BOM", () => {
  assert.equal(decide("\\#a", "#a"), true);
  assert.equal(decide("#a", "#a"), undefined);
  assert.equal(decide("\\!a", "!a"), true);
  assert.equal(decide("a\\ ", "a "), true);
  assert.equal(decide("a  ", "a"), true);
  assert.equal(decide("a\r\nb\r\n", "b"), true);
  assert.equal(decide("\ufeffa", "a"), true);
  assert.equal(decide("[]-]x", "]x"), true);
  assert.equal(decide("[!a-c]x", "dx"), true);
  assert.equal(decide("[[:digit:]]x", "7x"), true);
  assert.equal(decide("[[:nope:]]x", ":x"), undefined);
  assert.equal(decide("a[", "a["), undefined);
});

Deno.test("compileIgnore() stays fast on globs made to backtrack", () => {
  const rules = compileIgnore(`${"*a".repeat(40)}b\n/${"**/a*/".repeat(20)}z`);
  const started = performance.now();
  assert.equal(rules.decide("a".repeat(250), false), undefined);
  assert.equal(rules.decide("aa/".repeat(1_000) + "y", false), undefined);
  assert.ok(performance.now() - started < 1_000);
});

Deno.test("compileIgnore() takes thousands of lines", () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `/some/where/gen?${i}.[ch]`).join("\n");
  assert.equal(decide(lines, "some/where/gen_4999.c"), true);
  assert.equal(decide(lines, "some/where/gen_5000.c"), undefined);
});

const names = fc.constantFrom(
  ...["a", "b", "ab", "abc", "a.c", "b.log", "A", "a b", "a ", "#a", "!a", "[a]", "a-b", "\u00e9"],
  ...["x\u00e9y", "a*b", "a\\b", "foo", "foobar", ".h", "7", "]", "-", "^a"],
);
const paths = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const pieces = fc.constantFrom(
  ...[
    "a",
    "b",
    "c",
    "foo",
    ".",
    "/",
    "/",
    "*",
    "*",
    "**",
    "**/",
    "/**/",
    "/**",
    "?",
    "[ab]",
    "[!a]",
  ],
  ...[
    "[^a-b]",
    "[a-",
    "[]a]",
    "[]-a]",
    "[[:alpha:]]",
    "[[:digit:]x]",
    "[[:x:]]",
    "[[:]",
    "[a\\]b]",
  ],
  ...[
    "\\a",
    "\\*",
    "\\",
    " ",
    "\\ ",
    "!",
    "#",
    "\u00e9",
    "-",
    "ar",
    ".log",
    "[\u00e9]",
    "[+--]",
    "]",
  ],
);
const globs = fc.oneof(
  { weight: 3, arbitrary: fc.array(pieces, { minLength: 1, maxLength: 6 }).map((p) => p.join("")) },
  // Globs near to the names, so that many rules really match.
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constantFrom("", "", "!", "!", "/", "!/", "**/", "*/", "!**/"),
      paths,
      fc.constantFrom("", "", "/", "*", "**", "/**", "/*", "?", " "),
    ).map((parts) => parts.join("")),
  },
);
const ignoreFile = fc.array(globs, { minLength: 1, maxLength: 6 }).map((lines) => lines.join("\n"));

/** A path and a glob made from it: letters kept, escaped, or replaced by something that matches. */
const relatives = paths.chain((path) =>
  fc.tuple(
    fc.constant(path),
    fc.tuple(...[...path].map((char) =>
      fc.oneof(
        { weight: 6, arbitrary: fc.constant(char) },
        fc.constantFrom("?", "*", "**", "*/", "**/", "", `\\${char}`, `[${char}x]`, `[!${char}]`),
        fc.constantFrom(`${char}**`, `${char}*`, `**${char}`, `/**${char}`, "[!z]", "**\\/", "\\/"),
      )
    )).map((parts) => parts.join("")),
    fc.array(
      fc.tuple(fc.nat({ max: path.length }), fc.nat({ max: 1 }), fc.constantFrom("a", "x/", "/")),
      { maxLength: 3 },
    ).map((edits) =>
      edits.map(([at, drop, add]) => path.slice(0, at) + add + path.slice(at + drop))
    ),
  )
);

gitTest("over generated rules and trees", async (root) => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(paths, { minLength: 1, maxLength: 12 }),
      fc.dictionary(fc.constantFrom("", "a/", "b/", "ab/", "a/b/", "foo/"), ignoreFile, {
        minKeys: 1,
        maxKeys: 4,
      }),
      fc.option(ignoreFile, { nil: "" }),
      (files, rules, exclude) => agrees(root, files, rules, exclude),
    ),
    { numRuns: 100 },
  );
});

gitTest("over globs made from the paths", async (root) => {
  await fc.assert(
    fc.asyncProperty(fc.array(relatives, { minLength: 1, maxLength: 40 }), (cases) => {
      const files = cases.flatMap(([path, , near], i) =>
        [path, ...near].map((file) => `p${i}/${file}`)
      );
      const rules = Object.fromEntries(cases.map(([, glob], i) => [`p${i}/`, glob]));
      return agrees(root, files, rules, "");
    }),
    { numRuns: 40 },
  );
});

/** Runs a check in an empty repository, where git is installed. */
function gitTest(name: string, check: (root: string) => Promise<void>): void {
  Deno.test(`walk() leaves out what git check-ignore names, ${name}`, async () => {
    // deno-lint-ignore no-console -- a skip is loud
    if (!(await hasGit())) return console.log("SKIP git check-ignore: git is not installed");
    const root = await Deno.realPath(await Deno.makeTempDir());
    try {
      await git(root, ["init", "-q"]);
      await check(root);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

async function agrees(
  root: string,
  files: readonly string[],
  rules: Readonly<Record<string, string>>,
  exclude: string,
): Promise<void> {
  await emptyFolder(root);
  await Deno.writeTextFile(`${root}/.git/info/exclude`, exclude);
  for (const file of files) await writeIfPossible(join(root, file), "");
  for (const [folder, text] of Object.entries(rules)) {
    await writeIfPossible(join(root, folder, ".gitignore"), text);
  }
  const all = await walked(root, { ignore: false });
  const ignored = new Set(await git(root, ["check-ignore", "--no-index", "-z", "--stdin"], all));
  assert.deepEqual(await walked(root, { ignore: true }), all.filter((path) => !ignored.has(path)));
}

async function walked(root: string, options: { ignore: boolean }): Promise<string[]> {
  const found: string[] = [];
  const denied = (path: string) => path === ".git";
  for await (const batch of walk(root, denied, { hidden: true, ...options })) {
    found.push(...batch.map((entry) => entry.path));
  }
  return found;
}

async function emptyFolder(root: string): Promise<void> {
  for await (const entry of Deno.readDir(root)) {
    if (entry.name !== ".git") await Deno.remove(join(root, entry.name), { recursive: true });
  }
}

/** A generated path may name a folder as a file, or go through a file: such are left away. */
async function writeIfPossible(path: string, text: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

async function hasGit(): Promise<boolean> {
  const version = await new Deno.Command("git", { args: ["--version"] }).output().catch(() => null);
  return version?.success === true;
}

async function git(root: string, args: string[], stdin: readonly string[] = []): Promise<string[]> {
  const child = new Deno.Command("git", {
    args: ["-c", "core.excludesFile=/dev/null", ...args],
    cwd: root,
    env: { HOME: root, GIT_CONFIG_NOSYSTEM: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin.map((path) => `${path}\0`).join("")));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
}
