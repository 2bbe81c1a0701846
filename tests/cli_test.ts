// Each command through the real program: the launcher, the jailed session, real files and programs.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type CliResult, eventsOf, type Sandbox, sandbox } from "./_cli.ts";

const PROJECT: Readonly<Record<string, string>> = {
  "package.json": `{ "name": "shop", "type": "module", "scripts": {
  "test": "node --test", "build": "node tools/build.js" } }\n`,
  "README.md": "# Shop\n\nAdds up what a cart holds.\n",
  "src/cart.js": `import { round } from "./money.js";

/** A cart of priced things. */
export class Cart {
  #lines = [];

  /** Puts a thing in. */
  addItem(name, price) {
    this.#lines.push({ name, price });
  }

  totalPrice() {
    return round(this.#lines.reduce((sum, line) => sum + line.price, 0));
  }
}
`,
  "src/money.js":
    "/** Rounds to cents. */\nexport function round(amount) {\n  return Math.round(amount * 100) / 100;\n}\n",
  "test/cart.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { Cart } from "../src/cart.js";

test("totals a cart", () => {
  const cart = new Cart();
  cart.addItem("tea", 2.5);
  assert.equal(cart.totalPrice(), 2.5);
});
`,
  "tools/build.js": 'console.log("built");\n',
  "logs/app.log": "INFO up\nERROR payment refused: no funds\nINFO down\n",
};

/** What a run is expected to give; output that is not named is expected to be empty. */
interface Expected {
  readonly code?: number;
  readonly out?: RegExp;
  readonly err?: RegExp;
}

type Row = readonly [words: readonly string[], expected: Expected];

function check(result: CliResult, { code = 0, out, err }: Expected, title: string): void {
  const all =
    `${title}\ncode ${result.code}\n--- stdout\n${result.stdout}--- stderr\n${result.stderr}`;
  assert.equal(result.code, code, all);
  assert.match(result.stdout, out ?? /^$/, all);
  // Said by the first run after an update.
  assert.match(result.stderr.replace(/^Fetching the modules .*\n/, ""), err ?? /^$/, all);
  assert.doesNotMatch(result.stdout + result.stderr, /at file:|Uncaught|TypeError/, all);
  assert.ok(!(result.stdout + result.stderr).includes("\x1b"), all);
}

async function runRows(box: Sandbox, rows: readonly Row[]): Promise<void> {
  for (const [words, expected] of rows) check(await box.cli(words), expected, words.join(" "));
}

async function git(box: Sandbox, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["-c", "user.name=n", "-c", "user.email=n@e", ...args],
    cwd: box.ws,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Every file but our own state, with its text, and every folder. */
async function snapshot(folder: string, below = ""): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = join(below, name);
    if (below === "" && name.startsWith(".dspy")) continue;
    if (!isDirectory) {
      all.set(path, new TextDecoder("latin1").decode(await Deno.readFile(join(folder, path))));
    } else {for (const entry of (await snapshot(folder, path)).set(path, "folder")) {
        all.set(...entry);
      }}
  }
  return all;
}

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
    out: /^--- a\/src\/cart\.js\n\+\+\+ b\/src\/cart\.js\n@@/,
  }],
  [["undo", "--list"], { out: /nothing|no change/i }],
  [["permissions", "explain"], {
    out: /--no-prompt[^]*--allow-read=[^]*--allow-run +never granted/,
  }],
  [["permissions", "explain", "run_tests"], { out: /^run_tests runs in a process/ }],
  [["permissions", "audit", "--last", "3"], { out: /^(?:\S+ \S+ \S+ allow .*\n){3}$/ }],
  [["permissions", "audit", "--verify"], { out: /^\d+ receipts, the chain is whole\n$/ }],
  [["config"], { out: /^workspace +\.[^]*approval +\(unset\)/ }],
  [["help"], { out: /^dspy-code \[command\][^]*grep[^]*esearch/ }],
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
    [["where is the cart"], { code: 2, err: /No command|no command/ }],
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

Deno.test("changes: write, edit, patch, diff and undo, each on disk", async () => {
  await using box = await sandbox(PROJECT);
  await box.write(
    "fix.patch",
    "--- a/src/money.js\n+++ b/src/money.js\n@@ -1,3 +1,3 @@\n" +
      " /** Rounds to cents. */\n export function round(amount) {\n" +
      "-  return Math.round(amount * 100) / 100;\n+  return Number(amount.toFixed(2));\n",
  );
  const old = await box.read("src/money.js");
  await runRows(box, [
    [["write", "notes.txt", "--content", "one\ntwo\n"], { out: /^wrote notes\.txt/ }],
    [["edit", "notes.txt", "--old", "two", "--new=2"], { out: /notes\.txt/ }],
    [["edit", "notes.txt", "--old", "three", "--new", "3"], { code: 1, err: /`old` not found/ }],
    [["edit", "make it better"], { code: 1, err: /[Nn]o model/ }],
    [["patch", "fix.patch", "--dry-run"], { out: /would patch 1 file, \+1 -1/ }],
  ]);
  assert.equal(await box.read("notes.txt"), "one\n2\n");
  assert.equal(await box.read("src/money.js"), old);
  await runRows(box, [[["patch", "--file", "fix.patch"], { out: /^patched 1 file, \+1 -1/ }]]);
  assert.match(await box.read("src/money.js"), /toFixed/);
  await runRows(box, [
    [["patch", "fix.patch"], { code: 1, err: /already|does not fit/ }],
    [["undo"], { out: /^took back .*patch/ }],
  ]);
  assert.equal(await box.read("src/money.js"), old);
  await runRows(box, [
    [["extract", "src/money.js", "--symbol", "round"], { out: /round/ }],
    [["write", "part.js"], { out: /^wrote part\.js/ }],
    [["diff", "part.js"], { out: /^\(no differences\)\n$/ }],
    [["diff", "notes.txt", "--new", "part.js", "--out", "d.patch"], { out: /^--- a\/notes\.txt/ }],
  ]);
  assert.match(await box.read("part.js"), /^export function round/);
  assert.match(await box.read("d.patch"), /^--- a\/notes\.txt/);
  await runRows(box, [[["undo", "--list"], { out: /write part\.js[^]*edit notes\.txt/ }]]);
});

Deno.test("git: status, add, commit, log, diff", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [[["gstatus"], { code: 1, err: /not a git repository.*git init/ }]]);
  await git(box, "init", "-q", "-b", "main");
  await git(box, "config", "user.name", "n");
  await git(box, "config", "user.email", "n@e");
  await runRows(box, [
    [["git_status"], { out: /no commits yet[^]*README\.md/ }],
    [["gadd", "README.md", "src"], { out: /staged/ }],
    [["gcommit", "-m", "first; touch PWN"], {
      out: /^committed [0-9a-f]+ first; touch PWN \(3 files\)\n$/,
    }],
    [["git-log"], { out: /first; touch PWN/ }],
  ]);
  await box.write("README.md", "# Shop\n");
  await runRows(box, [
    [["gdiff"], { out: /^-Adds up what a cart holds\.$/m }],
    [["git_diff", "--stat"], { out: /README\.md/ }],
    [["gcommit", "-m", "nothing is staged"], { code: 1, err: /staged/ }],
  ]);
  assert.equal((await git(box, "log", "--format=%s")).trim(), "first; touch PWN");
});

Deno.test("run_tests, build and lint run the project's own programs; sg says what is missing", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [
    [["test"], { out: /\n1 passed, 0 failed\n$/ }],
    [["build"], { out: /ok|OK/ }],
    [["lint"], { code: 1, err: /no lint toolchain found/ }],
  ]);
  await box.write("src/money.js", "export const round = () => 3;\n");
  const broken = await box.cli(["run_tests", "--json"]);
  assert.equal(broken.code, 1);
  assert.match(JSON.stringify(eventsOf(broken)), /totals a cart/);
  const bare = await box.cli(["sg", "round($A)", "-l", "js"], {
    env: { PATH: dirname(Deno.execPath()) },
  });
  check(bare, { code: 127, err: /^ast-grep not found: npm i -g @ast-grep\/cli\n$/ }, "sg");
});

Deno.test("a missing program is exit 127 with a hint", async () => {
  await using box = await sandbox(PROJECT);
  const bare = { env: { PATH: join(box.folder, "nothing") } };
  check(await box.cli(["git_status"], bare), { code: 127, err: /git not found/ }, "git_status");
  check(
    await box.cli(["exec", "--yes", "no-such-program"]),
    { code: 127, err: /no-such-program not found/ },
    "exec",
  );
});

Deno.test("doctor names what works and ends with 0", async () => {
  await using box = await sandbox(PROJECT);
  const before = await snapshot(box.ws);
  check(
    await box.cli(["doctor"]),
    { out: /^ok +jail: [^]*^ok +store: [^]*The essentials work/m },
    "doctor",
  );
  assert.deepEqual(await snapshot(box.ws), before);
});

Deno.test("config: files, flags and variables, each with its origin; config init comments", async () => {
  await using box = await sandbox(PROJECT);
  await runRows(box, [[["config", "init"], {
    out: /wrote \.dspy_policy\.yaml\nwrote \.dspy\/config\.yaml\n/,
  }]]);
  assert.match(await box.read(".dspy_policy.yaml"), /^# /);
  await runRows(box, [
    [["config", "init"], { code: 1, err: /\.dspy_policy\.yaml exists and is left as it is/ }],
    [["ls", "src"], { out: /cart\.js/ }],
    [["config", "--timeout-sec=9"], { out: /^timeout_sec +9 +\[flag[^\]]*\]/m }],
  ]);
  const { stdout } = await box.cli(["config"], { env: { MAX_LOG_BYTES: "1000" } });
  assert.match(stdout, /^max_log_bytes +1000 +\[environment[^\]]*\]/m);
  check(
    await box.cli(["config"], { env: { MAX_LOG_BYTES: "lots" } }),
    { out: /^max_log_bytes +512000 +\[default\]/m, err: /MAX_LOG_BYTES.*lots/ },
    "config",
  );
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
    /echo hello: .*nobody can be asked here/,
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

Deno.test("questions in plain words are answered from the project", async () => {
  await using box = await sandbox(PROJECT);
  const before = await snapshot(box.ws);
  const questions: readonly (readonly [string, RegExp])[] = [
    ["where is totalPrice defined?", /src\/cart\.js:12/],
    ["what is this project about?", /Shop/],
    ["why did the payment fail?", /payment refused/],
    ["show me src/money.js", /Math\.round/],
    ["which files import money.js?", /src\/cart\.js/],
    ["rename addItem to put", /addItem/],
  ];
  for (const [question, answer] of questions) {
    const { code, stdout, stderr } = await box.cli(["run", question]);
    assert.equal(code, 0, `${question}\n${stdout}${stderr}`);
    assert.match(stdout, answer, question);
    assert.match(stderr, /^-> \w+: /, question);
    assert.match(stdout, /Summary/, question);
    assert.doesNotMatch(stderr, /Error/, question);
  }
  assert.deepEqual(await snapshot(box.ws), before);
});

Deno.test("a session remembers what earlier ones found", async () => {
  await using box = await sandbox(PROJECT);
  await box.cli([], { stdin: "where is totalPrice defined?\n" });
  const first = JSON.parse(await box.read(".dspy_session_memory.json"));
  assert.match(first.chain_history.at(-1).query, /totalPrice/);
  await box.cli(["run", "where is addItem defined?"]);
  const second = JSON.parse(await box.read(".dspy_session_memory.json"));
  assert.deepEqual(
    second.chain_history.map(({ query }: { query: string }) => /\w+ defined/.exec(query)?.[0]),
    ["totalPrice defined", "addItem defined"],
  );
  await box.cli(["extract", "src/money.js", "--symbol", "round"]);
  check(await box.cli(["diff", "part.js"]), { out: /^\+export function round/m }, "buffer");
});

Deno.test("headless: a program the agent chose is refused with the way out; auto, yes and manual", async () => {
  await using box = await sandbox(PROJECT);
  const request = ["run", "run the tests"];
  check(
    await box.cli(request),
    { code: 1, out: /Summary/, err: /npm.* test: .*nobody can be asked.*--yes.*policy file/ },
    "unset",
  );
  check(
    await box.cli([...request, "--approval", "auto"]),
    { out: /1 passed/, err: /-> run_tests/ },
    "auto",
  );
  // A workspace of its own: what has just been answered is not done again.
  await using other = await sandbox(PROJECT);
  check(
    await other.cli([...request, "--yes"]),
    { out: /1 passed/, err: /-> run_tests/ },
    "yes",
  );
  const manual = await box.cli(["--approval=manual", "run", "where is totalPrice defined?"]);
  assert.match(manual.stderr, /manual approval asks.*nobody can be asked/);
  assert.doesNotMatch(manual.stdout, /cart\.js:12/);
  check(
    await box.cli(["write", "x.txt", "--content", "x", "--approval", "manual"]),
    { code: 1, err: /manual approval asks/ },
    "manual write",
  );
  await assert.rejects(Deno.stat(join(box.ws, "x.txt")), Deno.errors.NotFound);
  check(
    await box.cli(["grep", "round", "src/money.js", "--approval", "manual"]),
    { out: /money/ },
    "read",
  );
});

Deno.test("policy: denied tools never run, for the person neither; commands run once trusted", async () => {
  await using box = await sandbox(PROJECT);
  await box.write(
    ".dspy_policy.yaml",
    'policy:\n  deny_tools: [esearch]\n  allow_commands: ["node --version"]\n  deny_paths: ["src/money.js"]\n',
  );
  const untrusted = /\.dspy_policy\.yaml wants to allow commands; .*permissions trust\n/;
  check(
    await box.cli(["esearch", "cart"]),
    { code: 1, err: /policy-deny: esearch.*policy file/ },
    "deny_tools",
  );
  check(
    await box.cli(["cat", "src/money.js"]),
    { code: 1, err: /denied by the policy/ },
    "deny_paths",
  );
  check(
    await box.cli(["grep", "toFixed|Math"]),
    { code: 1, out: /no matches/, err: untrusted },
    "grep",
  );
  check(await box.cli(["exec", "node --version"]), { code: 1, err: /nobody can be asked/ }, "exec");
  check(
    await box.cli(["permissions", "trust"]),
    { code: 1, out: /node --version/, err: /trust needs a person/ },
    "trust",
  );
  check(await box.cli(["permissions", "trust", "--yes"]), {
    out: /is trusted until/,
    err: untrusted,
  }, "yes");
  check(await box.cli(["exec", "node --version"]), { out: /^v\d+/ }, "trusted");
  check(
    await box.cli(["exec", "node -e 1"]),
    { code: 1, err: /nobody can be asked/ },
    "other argv",
  );
  await box.write(
    ".dspy_policy.yaml",
    "policy:\n  allow_commands: ['node --version', 'node -e 1']\n",
  );
  check(await box.cli(["exec", "node --version"]), { code: 1, err: untrusted }, "changed");
});

Deno.test("permissions audit: refused and granted calls leave receipts outside the workspace", async () => {
  await using box = await sandbox(PROJECT);
  check(await box.cli(["permissions", "audit"]), { out: /^no receipts yet\n$/ }, "none");
  await box.cli(["cat", "../secret"]);
  await box.cli(["exec", "--yes", "node --version"]);
  const { stdout } = await box.cli(["permissions", "audit"]);
  assert.match(stdout, / deny {2}cat: /);
  assert.match(stdout, / allow exec: node --version \[approval\.yes\]/);
  assert.match(stdout, / allow exec: node --version \[program\.end\] exit 0/);
  const log = [
    ...new Set((await filesBelow(box.folder)).filter((path) => /receipts|audit/.test(path))),
  ];
  assert.equal(log.length, 1, String(log));
  assert.ok(!log[0]!.startsWith(box.ws));
  assert.equal((await Deno.stat(log[0]!)).mode! & 0o777, 0o600);
  const text = await Deno.readTextFile(log[0]!);
  await Deno.writeTextFile(log[0]!, text.replace("node --version", "node --vorsion"));
  check(
    await box.cli(["permissions", "audit", "--verify"]),
    { code: 1, err: /receipt \d+ does not fit/ },
    "verify",
  );
});

async function filesBelow(folder: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) all.push(...await filesBelow(join(folder, name)));
    else all.push(join(folder, name));
  }
  return all;
}

Deno.test("an interrupt ends a one-shot command with 130", async () => {
  await using box = await sandbox(PROJECT);
  const { argv, env } = box.commandLine(["watch", "-n", "0.1"]);
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
  let seen = "";
  while (!seen.includes("Ctrl-C stops")) seen += (await reader.read()).value;
  await box.write("logs/app.log", `${PROJECT["logs/app.log"]}ERROR disk gone\n`);
  while (!seen.includes("disk gone")) seen += (await reader.read()).value;
  child.kill("SIGINT");
  const { code } = await child.status;
  await reader.cancel();
  assert.ok([0, 130].includes(code), `code ${code}`);
});
