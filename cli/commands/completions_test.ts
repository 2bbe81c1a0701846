import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createRegistry } from "../../core/registry.ts";
import { searchEntry } from "../flags/_test_entry.ts";
import { hasTmux, openTerminal } from "../../tests/_tmux.ts";
import { PROGRAM } from "../flags/program.ts";
import { complete, completionScript, type CompletionShell } from "./completions.ts";

const sources = {
  registry: createRegistry([searchEntry]),
  commands: [{ name: "config", values: ["show", "init"] }, { name: "start" }],
};

Deno.test("complete() proposes commands, flags and values, and leaves paths to the shell", () => {
  const cases: [string[], string[]][] = [
    [[], ["config", "search", "start"]],
    [["s"], ["search", "start"]],
    [["config", ""], ["show", "init"]],
    [["search", "--ra"], ["--ranker"]],
    [["search", "--ranker", "t"], ["tfidf"]],
    [["search", "--ranker=b"], ["--ranker=bm25"]],
    [["search", "--approv"], ["--approval"]],
    [["search", "--approval", ""], ["auto", "manual", "edit", "plan"]],
    [["--approval", "auto", "con"], ["config"]],
    [["--workspace", "/x y", "search", "--no-s"], ["--no-smart"]],
    [["--workspace", ""], []],
    [["search", "x", "src/"], []],
    [["nothing", ""], []],
  ];
  for (const [words, expected] of cases) {
    assert.deepEqual(complete(words, sources), expected, words.join(" "));
  }
});

/** A folder with a stand-in for our program that completes from the test's registry. */
async function withProgram<T>(
  shell: CompletionShell,
  run: (folder: string, env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    await Deno.writeTextFile(
      `${folder}/main.ts`,
      `import { complete } from ${module("completions.ts")};
      import { createRegistry } from ${module("../../core/registry.ts")};
      import { searchEntry } from ${module("../flags/_test_entry.ts")};
      const commands = [{ name: "config", values: ["show", "init"] }, { name: "start" }];
      const [verb, dashes, ...words] = Deno.args;
      if (verb !== "__complete" || dashes !== "--") Deno.exit(9);
      const found = complete(words, { registry: createRegistry([searchEntry]), commands });
      await Deno.stdout.write(new TextEncoder().encode(found.map((one) => one + "\\n").join("")));`,
    );
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const program = `#!/bin/sh\nexec '${Deno.execPath()}' run -A --no-check --cached-only ` +
      `--config '${config}' '${folder}/main.ts' "$@"\n`;
    await Deno.writeTextFile(`${folder}/${PROGRAM}`, program, { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/a-file`, "");
    await Deno.writeTextFile(`${folder}/completions`, completionScript(shell));
    return await run(folder, { PATH: `${folder}:${Deno.env.get("PATH")}`, TERM: "dumb" });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a script prints in a shell that has our completions. */
function inShell(shell: CompletionShell, args: string[], script: string): Promise<string[]> {
  return withProgram(shell, async (cwd, env) => {
    const command = new Deno.Command(shell, { args: [...args, script], cwd, env });
    const { stdout, stderr, success } = await command.output();
    const decoder = new TextDecoder();
    assert.ok(success, decoder.decode(stderr) + decoder.decode(stdout));
    return decoder.decode(stdout).split("\n").filter((line) => line !== "");
  });
}

async function shellTest(shell: CompletionShell, run: () => Promise<void>): Promise<void> {
  // Deno throws at once for a program that is not there.
  const found = await Promise.try(() =>
    new Deno.Command(shell, { args: ["-c", "exit 0"] }).output()
  )
    .then(({ success }) => success, () => false);
  // deno-lint-ignore no-console -- a skipped check says so
  if (!found) console.log(`SKIP completions ${shell}: ${shell} is not installed`);
  Deno.test({ name: `completions work in a real ${shell}`, ignore: !found, fn: run });
}

await shellTest("bash", async () => {
  const ask = (words: string[]) => {
    const list = words.map((word) => `'${word}'`).join(" ");
    const script = `. ./completions; COMP_WORDS=(${PROGRAM} ${list}); COMP_CWORD=${words.length}
      _dspy_code; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p dspy-agent`;
    return inShell("bash", ["--norc", "-c"], script);
  };
  const registered = "complete -o default -F _dspy_code dspy-agent";
  assert.deepEqual(await ask(["s"]), ["search", "start", registered]);
  assert.deepEqual(await ask(["search", "--ranker", ""]), ["bm25", "tfidf", registered]);
  assert.deepEqual(await ask(["search", "--ranker", "=", "t"]), ["tfidf", registered]);
  assert.deepEqual(await ask(["search", "--ranker", "="]), ["bm25", "tfidf", registered]);
  assert.deepEqual(await ask(["search", "x", "a-"]), [registered]);
});

await shellTest("zsh", async () => {
  // Completion only runs in zsh's own editor, so that it needs a terminal.
  if (!(await hasTmux())) return;
  await withProgram("zsh", async (cwd, { PATH }) => {
    await using terminal = await openTerminal(["zsh", "-f"], { cwd, env: { PATH: PATH! } });
    const setUp = "PS1='%% '; autoload -U compinit; compinit -D -u; . ./completions; clear";
    await terminal.type(setUp);
    await terminal.press("Enter");
    await terminal.until(/^%$/);
    const ask = async (line: string, expected: RegExp) => {
      await terminal.type(line);
      await terminal.press("Tab");
      await terminal.until(expected);
      await terminal.press("C-u", "C-l");
      await terminal.until(/^%$/);
    };
    await ask(`${PROGRAM} se`, /^% dspy-code search$/);
    await ask(`${PROGRAM} search --ranker `, /bm25 +tfidf/);
    await ask(`dspy_coder search --ranker=t`, /--ranker=tfidf$/);
    await ask(`${PROGRAM} search x a-`, /search x a-file$/);
  });
});

await shellTest("fish", async () => {
  const ask = async (line: string) => {
    const found = await inShell(
      "fish",
      ["--no-config", "-c"],
      `source ./completions; complete --do-complete '${line}'`,
    );
    return found.map((candidate) => candidate.split("\t")[0]);
  };
  assert.deepEqual(await ask(`${PROGRAM} s`), ["search", "start"]);
  assert.deepEqual(await ask(`${PROGRAM} search --ranker `), ["bm25", "tfidf"]);
  assert.deepEqual(await ask(`dspy-agent search --ranker=t`), ["--ranker=tfidf"]);
  assert.deepEqual(await ask(`${PROGRAM} search x a-`), ["a-file"]);
});
