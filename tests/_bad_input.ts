// What the tests of bad inputs share: "not run" is proven by a file that a command would make, "not
// leaked" by a text that stands nowhere but in the file it came from.
import assert from "node:assert/strict";
import { join } from "node:path";
import { quoteWord } from "../cli/repl/split_line.ts";
import { type CliOptions, type CliResult, type Sandbox, sandbox } from "./_cli.ts";
import { trustPolicy } from "./_trust_policy.ts";

/** A text that stands nowhere but where a test puts it. */
export const CANARY = "canary-7f3a91";

/** How one call of a script ended. */
export interface CallEnd {
  readonly tool: string;
  readonly ok: boolean;
  readonly text: string;
  readonly ms: number;
  readonly exitCode: number;
}

/** Runs lines in one session and gives the end of each call, in order. */
export async function runLines(
  box: Sandbox,
  lines: readonly string[],
  options: CliOptions = {},
): Promise<CliResult & { ends: CallEnd[] }> {
  const result = await box.cli(["--json"], { ...options, stdin: `${lines.join("\n")}\n` });
  noTrace(result);
  // That of the last line: it was not ended from outside.
  assert.ok(result.code <= 2, result.stderr);
  const ends = result.stdout.split("\n").filter((line) => line.includes('"type":"tool.end"'))
    .map((line) => JSON.parse(line).data as CallEnd);
  return { ...result, ends };
}

/** A line that calls a tool with exactly these words. */
export function line(...words: readonly string[]): string {
  return words.map((word) => quoteWord(word, '"')).join(" ");
}

/** No defect of ours shows as a stack trace or a bare error. */
export function noTrace({ stdout, stderr }: CliResult): void {
  const trace = /.{0,200}(?:at file:\/\/\S+:\d+:\d+|Uncaught|(?:Type|Reference)Error:).{0,200}/
    .exec(
      stdout + stderr,
    );
  assert.equal(trace?.[0], undefined);
}

/** One sentence on stderr, this exit code, nothing on stdout. */
export async function fails(
  box: Sandbox,
  words: readonly string[],
  code: number,
  message: RegExp,
  options?: CliOptions,
): Promise<void> {
  const result = await box.cli(words, options);
  const all = `${words.join(" ").slice(0, 200)}\n${result.stdout.slice(0, 2000)}\n${result.stderr}`;
  noTrace(result);
  assert.equal(result.code, code, all);
  assert.match(result.stderr, message, all);
  assert.equal(result.stdout, "", all);
  assert.ok(result.stderr.trimEnd().split("\n").length <= 2, all);
}

export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

/** Every regular file below a folder. */
export async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(join(folder, name));
    else if (isFile) yield join(folder, name);
  }
}

/** Files that hold a text, but for those meant to; relative to the sandbox. */
export async function holders(
  box: Sandbox,
  text: string,
  but: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  const decoder = new TextDecoder("latin1");
  for await (const path of filesBelow(box.folder)) {
    const name = path.slice(box.folder.length + 1);
    if (!but.includes(name) && decoder.decode(await Deno.readFile(path)).includes(text)) {
      found.push(name);
    }
  }
  return found;
}

/** Whether the file that commands try to make has been made anywhere. */
export async function isPwned(box: Sandbox): Promise<boolean> {
  for await (const path of filesBelow(box.folder)) if (path.endsWith("/PWN")) return true;
  return await exists("/PWN");
}

/** Three allowed commands. */
export const POLICY = 'policy:\n  allow_commands: ["cat <path>", "git status", "npm test"]\n';

/** A workspace whose policy allows three commands and is trusted. */
export async function trustedBox(): Promise<Sandbox> {
  const box = await sandbox({
    ".dspy_policy.yaml": POLICY,
    "a": "content of a\n",
    "package.json": '{ "name": "x", "scripts": { "test": "node -e 0" } }\n',
  });
  await trustPolicy(box);
  return box;
}
