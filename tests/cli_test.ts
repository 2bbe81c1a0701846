// Commands that look, and the command line itself, through the real program.
import assert from "node:assert/strict";
import { join } from "node:path";
import { eventsOf, type Sandbox, sandbox } from "./_cli.ts";
import { check, PROJECT, type Row, runRows, snapshot } from "./_project.ts";

/** Read commands: what each is mainly for, and what it says when there is nothing. */
const READS: readonly Row[] = [
  [["ls"], {
    out: /^logs\/\nsrc\/\ntest\/\ntools\/\n(?:\.git\w*\/?\n)*README\.md\npackage\.json\n/m,
  }],
  [["ls", "src"], { out: /^cart\.js\nmoney\.js\n$/ }],
  [["ls", "nowhere"], { code: 1, err: /^no such file or folder: "nowhere"\n$/ }],
  [["tree"], { out: /^\.\n.*logs\/\n.*app\.log\n/ }],
  [["tree", "src", "-d", "1"], { out: /^src\n.* cart\.js\n.* money\.js\n$/ }],
  [["cat", "src/money.js", "--start", "2", "--end", "2"], {
    out: /^export function round\(amount\) \{\n$/,
  }],
  [["cat", "src/money.js:2"], { out: /^export function round\(amount\) \{\n$/ }],
  [["cat", "src/money.js", "2-2"], { out: /^export function round\(amount\) \{\n$/ }],
  [["grep", "totalPrice"], { out: /^src\/cart\.js:12:.*\ntest\/cart\.test\.js:8:.*\n$/ }],
  [["grep", "-f", "price)", "src"], { out: /^src\/cart\.js:8: / }],
  [["grep", "TOTALPRICE", "--ignore-case", "--glob=src/**"], {
    out: /^src\/cart\.js:12:[^\n]*\n$/,
  }],
  [["grep", "nothing-like-this"], { code: 1, out: /^no matches\n$/ }],
  [["grep", "("], { code: 2, err: /^invalid regex "\(": .*--fixed/ }],
  [["extract", "src/cart.js", "--symbol", "Cart.totalPrice"], {
    out: /^src\/cart\.js:12-14 .*totalPrice\n[^]*round\(/,
  }],
  [["extract", "--file", "src/money.js", "--re", "Math", "--before=0", "--after=0"], {
    out: /return Math/,
  }],
  [["extract", "src/cart.js", "--symbol", "nope"], { code: 1, err: /no symbol "nope".*Cart/ }],
  [["extract", "src/cart.js"], { code: 2, err: /--symbol.*--regex/ }],
  [["codectx"], { out: /Shop[^]*JavaScript/ }],
  [["codectx", "--path", "src/money.js"], { out: /round/ }],
  [["context"], { out: /Extracted Events[^]*ERROR payment refused/ }],
  [["ctx", "--path", "logs/app.log"], { out: /ERROR payment refused/ }],
  [["plan", "rename", "totalPrice", "to", "sum"], { out: /^Plan[^]*1\. [^]*src\/cart\.js/ }],
  [["learn"], { out: /Classes: 1/ }],
  [["knowledge", "round"], { out: /round +src\/money\.js:2[^]*src\/cart\.js/ }],
  [["knowledge", "zzz"], { code: 1, out: /nothing known about "zzz"/ }],
  [["last", "--what", "plan"], { out: /totalPrice/ }],
  [["last", "--container", "none"], { code: 1, err: /no data of container "none"/ }],
  [["index"], { out: /^Indexed \d+ chunks\n/ }],
  [["esearch", "cart", "price", "--k", "2"], { out: /^src\/cart\.js:\d+-\d+ / }],
  [["esearch", "zebra"], { code: 1, out: /^no matches\n$/ }],
  [["diff", "src/cart.js", "src/cart.js"], { out: /^\(no differences\)\n$/ }],
  [["diff", "src/cart.js", "src/money.js"], {
    out: /^--- a\/src\/cart\.js\n\+\+\+ b\/src\/money\.js\n@@/,
  }],
  [["undo", "--list"], { out: /nothing|no change/i }],
  [["permissions", "explain"], {
    out: /--no-prompt[^]*--allow-read=[^]*--allow-run +never granted/,
  }],
  [["permissions", "explain", "run_tests"], { out: /^run_tests runs in a process/ }],
  [["permissions", "audit", "--last", "3"], { out: /^(?:\S+ \S+ \S+ allow .*\n){3}$/ }],
  [["permissions", "audit", "--verify"], { out: /^\d+ receipts, the chain is whole\n$/ }],
  [["config"], { out: /^workspace +\.[^]*approval +\(unset\)/ }],
  [["help"], {
    out: /^dspy-code \[command\][^]*esearch[^]*grep[^]*git-add, gadd[^]*Exit codes: 0 /,
  }],
  [["help", "esearch"], { out: /^Searches[^]*Usage\n {2}dspy-code esearch/ }],
  [["esearch", "--help"], { out: /^Searches[^]*Usage\n {2}dspy-code esearch/ }],
  [["--version"], { out: /^\d+\.\d+\.\d+\n$/ }],
  [["completions", "bash"], { out: /^complete .*-F/m }],
  [["completions", "zsh"], { out: /compdef/ }],
  [["completions", "fish"], { out: /complete -c \$name/ }],
];

Deno.test("every command that reads does its main work and changes nothing but .dspy*", async () => {
  await using box = await sandbox(PROJECT);
  const before = await snapshot(box.ws);
  await runRows(box, READS);
  assert.deepEqual(await snapshot(box.ws), before);
});

Deno.test("usage errors: exit 2, the nearest name, nothing on stdout", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [
    [["gerp", "x"], { code: 2, err: /gerp.*did you mean.*grep/ }],
    [["grep", "-k", "x"], { code: 2, err: /^no flag -k: see "dspy-code help grep"\n$/ }],
    [["grep", "a", "b", "c"], { code: 2, err: /"c" is one too many: see "dspy-code help grep"/ }],
    [["grep", ""], { code: 2, err: /^grep: pattern: must not be empty: see "help grep"\n$/ }],
    [["config", "foo"], { code: 2, err: /"foo".*see "dspy-code help config"/ }],
    [["gerp"], { code: 2, err: /"gerp".*did you mean grep.*plain language: dspy-code run "gerp"/ }],
    [["git", "push"], { code: 2, err: /git push.*git status.*exec git push/ }],
    [["grep", "x", "--ignorecase"], { code: 2, err: /--ignorecase.*did you mean.*--ignore-case/ }],
    [["grep", "x", "--limit", "many"], { code: 2, err: /many/ }],
    [["grep", "x", "--limit=0"], { code: 2, err: /limit/ }],
    [["grep"], { code: 2, err: /pattern/ }],
    [["knowledge"], { code: 2, err: /query/ }],
    [["run"], { code: 2, err: /run needs a request/ }],
    [["help", "nope"], { code: 2, err: /no command called "nope"/ }],
    [["completions", "tcsh"], { code: 2, err: /bash, zsh, fish/ }],
    [["permissions", "audit", "--last", "x"], { code: 2, err: /whole number/ }],
    [["grep", "x", "--workspace"], { code: 2, err: /--workspace needs a value/ }],
    [["ls", "--approval", "never"], { code: 2, err: /never.*auto.*manual/ }],
  ]);
});

Deno.test("help of each command of the launcher is what --help behind it prints", async () => {
  await using box = await sandbox();
  for (const name of ["start", "run", "chat", "permissions", "config", "doctor", "completions"]) {
    const asked = await box.cli(["help", name]);
    assert.match(asked.stdout, /^USAGE/, name);
    assert.deepEqual(asked, await box.cli([name, "--help"]), name);
  }
  const typed = await box.cli(["--plain"], { stdin: "help run\nrun --help\n" });
  assert.equal(typed.stdout, (await box.cli(["run", "--help"])).stdout.repeat(2));
});

Deno.test("plain language needs no command in front, nor an exact verb in a session", async () => {
  await using box = await sandbox(PROJECT);
  const request = /totalPrice/;
  await runRows(box, [
    [["where is totalPrice defined?"], { out: request, err: /-> \w+: / }],
    [["where", "is", "totalPrice", "defined"], { out: request, err: /-> \w+: / }],
  ]);
  const { stderr } = await box.cli(["--plain"], {
    stdin: "last commit\ngrep\ngrep totalPrice --colour\nhelp me\nlogs of yesterday please\n",
  });
  assert.match(stderr, /^-> /);
  assert.match(stderr, /grep needs <pattern>: see "help grep"/);
  assert.match(stderr, /no flag --colour: see "help grep"/);
  assert.doesNotMatch(stderr, /too many|"me"/);
});

Deno.test("a request for the tests ends with 1 when tests fail, and with 0 when all pass", async () => {
  const script = (code: number) => `{ "scripts": { "test": "node -e 'process.exit(${code})'" } }`;
  await using box = await sandbox({ "package.json": script(1) });
  assert.equal((await box.cli(["run", "run the tests", "--yes"])).code, 1);
  await box.write("package.json", script(0));
  assert.equal((await box.cli(["run", "run the tests", "--yes"])).code, 0);
});

Deno.test("--json: what no call stands behind is one event on standard output as well", async () => {
  await using box = await sandbox(PROJECT);
  for (const words of [["grep"], ["gerp", "x"], ["grep", "x", "-k"], ["ls", "--workspace", "no"]]) {
    const result = await box.cli(["--json", ...words]);
    assert.equal(result.code, 2);
    const [error, ...more] = eventsOf(result).filter(({ type }) => type === "error");
    assert.deepEqual([error!.data.exitCode, more], [2, []], words.join(" "));
    assert.ok(result.stderr.includes(String(error!.data.text)), result.stderr);
  }
  const script = await box.cli(["--json"], { stdin: "gerp\nls src\n" });
  const told = eventsOf(script).filter(({ type }) => type === "error" || type === "tool.end");
  assert.deepEqual([script.code, ...told.map(({ data }) => data.exitCode)], [0, 2, 0]);
});

Deno.test("- and _ are the same, --flag=value and --no-x work, -- ends the flags", async () => {
  await using box = await sandbox({ ...PROJECT, "dash.txt": "--limit\n" });
  await runRows(box, [
    [["run-tests", "--help"], { out: /dspy-code run.tests/ }],
    [["grep", "TOTALPRICE", "--ignore_case", "src"], { out: /^src\/cart\.js:12/ }],
    [["grep", "--pattern=round", "--file=src/cart.js"], { out: /^src\/cart\.js:1: / }],
    [["grep", "--no-regex", "round", "src/money.js"], { out: /^src\/money\.js:2/ }],
    [["grep", "-f", "--", "--limit"], { out: /^dash\.txt:1: --limit\n$/ }],
    [["--workspace", box.ws, "grep", "--", "round", "src/money.js"], { out: /money\.js:2/ }],
  ]);
});

Deno.test("--json gives valid events with rising seq and nothing else, also when refused", async () => {
  await using box = await sandbox(PROJECT);
  const lines: readonly (readonly string[])[] = [
    ["grep", "round"],
    ["grep", "nothing-like-this"],
    ["run", "where is totalPrice defined?"],
    ["cat", "../outside"],
  ];
  for (const words of lines) {
    const result = await box.cli(["--json", ...words]);
    const events = eventsOf(result) as unknown as {
      v: number;
      seq: number;
      session: string;
      type: string;
    }[];
    assert.deepEqual(events.map(({ seq }) => seq), events.map((_, i) => i + 1), words.join(" "));
    assert.deepEqual([...new Set(events.map(({ v }) => v))], [1]);
    assert.equal(new Set(events.map(({ session }) => session)).size, 1);
    assert.equal(events[0]!.type, "session.start");
    assert.equal(events.at(-1)!.type, "session.end");
    const end = eventsOf(result).findLast(({ type }) => type === "tool.end")!;
    if (words[0] !== "run") assert.equal(end.data.exitCode, result.code);
  }
});

Deno.test("piped lines: each runs, none ends the session, the end of input exits with 0", async () => {
  await using box = await sandbox(PROJECT);
  const lines = [
    "grep totalPrice src",
    "",
    "   ",
    "# a remark",
    "grep nothing-like-this",
    "gerp round",
    "nosuchverb",
    "grep (",
    "cat nowhere",
    'cat "unclosed',
    "cat a | tee b",
    "extract src/cart.js",
    "ls src && cat src/money.js --start 3 --end 3",
    "cat nowhere && write never.txt --content x",
    "exec echo hello",
    "cd src",
    "ws",
    "ls",
    "cd nowhere",
    "ls",
    "approval never",
    "approval manual",
    "approval default",
    "help ws",
    "cd ..",
    "cat README.md --end 1",
  ];
  const { code, stdout, stderr } = await box.cli([], { stdin: lines.join("\n") });
  assert.equal(code, 0, stderr);
  const outputs = [
    /^src\/cart\.js:12: /,
    /\nno matches\n/,
    /\ncart\.js\nmoney\.js\n {2}return Math\.round/,
    /workspace .*\/src\n/,
    /\ncart\.js\nmoney\.js\ncart\.js\nmoney\.js\n/,
    /approval manual\napproval default/,
    /ws: Show the workspace\n/,
    /# Shop\n$/,
  ];
  for (const output of outputs) assert.match(stdout, output);
  const errors = [
    /"gerp": did you mean grep/,
    /no command called "nosuchverb"/,
    /invalid regex "\("/,
    /no such file or folder: "nowhere"/,
    /the quote " is not closed/,
    /"\|" means nothing here/,
    /nobody can be asked here.*echo hello/,
    /never.*auto.*manual/,
  ];
  for (const error of errors) assert.match(stderr, error);
  assert.doesNotMatch(stderr, /at file:|TypeError/);
  await assert.rejects(Deno.stat(join(box.ws, "never.txt")), Deno.errors.NotFound);
});

Deno.test("exit ends a script; what follows does not run", async () => {
  await using box = await sandbox(PROJECT);
  check(
    await box.cli([], { stdin: "cat README.md --end 1\nexit\ncat src/money.js\n" }),
    { out: /^# Shop\n$/ },
    "exit",
  );
});

/** Starts a command, waits until it shows something, interrupts it; gives its exit code. */
async function interrupted(box: Sandbox, words: string[], until: string): Promise<number> {
  const { argv, env } = box.commandLine(words);
  const child = new Deno.Command(argv[0]!, {
    args: argv.slice(1),
    cwd: box.ws,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let seen = ""; !seen.includes(until);) {
    const { value, done } = await reader.read();
    assert.ok(!done, `ended early: ${seen}`);
    seen += value;
  }
  child.kill("SIGINT");
  const { code } = await child.status;
  await reader.cancel();
  return code;
}

Deno.test("an interrupt ends a command with 130, and a watch, which is meant to be ended, with 0", async () => {
  await using box = await sandbox({
    "wait.js": "setTimeout(() => {}, 20_000); console.log('on');",
  });
  const wait = ["--yes", "--json", "exec", "node", "wait.js"];
  assert.equal(await interrupted(box, wait, '"text":"on"'), 130);
  await box.write("logs/app.log", "INFO up\n");
  assert.equal(await interrupted(box, ["watch", "-n", "0.1"], "Ctrl-C stops"), 0);
});
