// The whole session in a real terminal: what a person types, sees and stops.
import assert from "node:assert/strict";
import { type Sandbox, sandbox } from "./_cli.ts";
import { hasTmux, openTerminal, type Terminal } from "./_tmux.ts";

const ignore = !(await hasTmux());

const PROJECT: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "shop", "scripts": { "test": "node test.js" } }\n',
  "src/cart.js": "export function totalPrice(lines) {\n  return lines.length;\n}\n",
  "src/card.js": "export const card = 1;\n",
  "test.js": 'console.log("tests ran");\n',
  "slow.js": 'console.log("begun"); setTimeout(() => console.log("too late"), 20000);\n',
  "logs/app.log": "INFO up\n",
};

const PROMPT = /dspy-code>$/;

interface Started {
  readonly box: Sandbox;
  readonly t: Terminal;
  /** Types a line and waits for what shows that it was done. */
  enter(line: string, seen: RegExp): Promise<string>;
}

/** A session in a terminal. */
function sessionTest(
  name: string,
  run: (started: Started) => Promise<void>,
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): void {
  Deno.test({
    name: `session: ${name}`,
    ignore,
    async fn() {
      await using box = await sandbox(PROJECT);
      await using t = await open(box, flags, env);
      await t.until(PROMPT);
      await run({
        box,
        t,
        async enter(line, seen) {
          await t.type(line);
          await t.press("Enter");
          return await t.until(seen);
        },
      });
    },
  });
}

async function open(
  box: Sandbox,
  flags: readonly string[] = [],
  over: Record<string, string> = {},
): Promise<Terminal> {
  const { argv, env } = box.commandLine(flags);
  const andThen = ["sh", "-c", '"$0" "$@"; echo "ended $?"; cat', ...argv];
  return await openTerminal(andThen, {
    cwd: box.ws,
    columns: 110,
    rows: 50,
    env: { ...env, ...over },
  });
}

/** Longer than keys are passed over after a question. */
const read = () => new Promise((resolve) => setTimeout(resolve, 400));

sessionTest(
  "greets, runs commands, answers questions, survives failures, ends",
  async ({ enter, t }) => {
    assert.match(
      await t.screen(),
      /^dspy-code \d+\.\d+\.\d+ in .*ws, no model[^]*"help" lists commands/,
    );
    await enter("grep totalPrice", /src\/cart\.js:1: export function[^]*\ndspy-code>$/);
    await enter("cat nowhere", /no such file or folder: "nowhere"\ndspy-code>$/);
    await enter("gerp x", /"gerp": did you mean grep.*\ndspy-code>$/);
    await enter("", /dspy-code>\ndspy-code>$/);
    await enter("where is totalPrice defined?", /-> \w+: [^]*Answered by[^]*dspy-code>$/);
    await enter("exit", /ended 0$/);
  },
);

sessionTest("Tab completes a verb, a flag and a path", async ({ t }) => {
  await t.type("extr");
  await t.press("Tab");
  await t.until(/dspy-code> extract$/);
  await t.type("sr");
  await t.press("Tab");
  await t.until(/dspy-code> extract src\/$/);
  await t.type("ca");
  await t.press("Tab");
  await t.until(/extract src\/car$/);
  await t.press("Tab", "Tab");
  await t.until(/card\.js.*cart\.js/);
  await t.type("t");
  await t.press("Tab");
  await t.type("--sym");
  await t.press("Tab");
  await t.type("totalPrice");
  await t.until(/extract src\/cart\.js --symbol totalPrice$/);
  await t.press("Enter");
  await t.until(/src\/cart\.js:1-3 /);
});

Deno.test({
  name: "session: history outlives a restart, Ctrl-D ends",
  ignore,
  async fn() {
    await using box = await sandbox(PROJECT);
    {
      await using first = await open(box);
      await first.until(PROMPT);
      await first.type("grep totalPrice");
      await first.press("Enter");
      await first.until(/cart\.js:1: [^]*dspy-code>$/);
      await first.press("C-d");
      await first.until(/ended 0$/);
    }
    await using second = await open(box);
    await second.until(PROMPT);
    await second.press("Up");
    await second.until(/dspy-code> grep totalPrice$/);
    await second.press("Enter");
    await second.until(/cart\.js:1: [^]*dspy-code>$/);
  },
});

sessionTest(
  "Ctrl-C stops a program and a watch, and keeps the session",
  async ({ enter, t, box }) => {
    await enter("exec node slow.js", /begun/);
    await t.press("C-c");
    await t.until(/dspy-code>$/);
    assert.doesNotMatch(await t.screen(), /too late/);
    await enter("watch -n 0.1", /watching 1 log/);
    await box.write("logs/app.log", "INFO up\nERROR disk gone\n");
    await t.until(/ERROR disk gone/);
    await t.press("C-c");
    await enter("ls src", /card\.js\ncart\.js\ndspy-code>$/);
  },
);

sessionTest(
  "a line of progress shows what runs for longer than half a second, then goes",
  async ({ enter, t }) => {
    await enter("exec node slow.js", /exec: begun.* \ds$/m);
    await t.until(/ 2s$/m);
    await t.press("C-c");
    await t.until((screen) => /dspy-code>$/.test(screen) && !/ \ds$/m.test(screen));
  },
);

sessionTest(
  "keys typed ahead stay out of the line of progress, and are not lost",
  async ({ enter, t, box }) => {
    await box.write("short.js", "console.log('begun'); setTimeout(() => {}, 3000);");
    await enter("exec node short.js", /exec: begun.* \ds$/m);
    await t.type("ls src");
    await t.press("Enter");
    await t.type("ws");
    const during = await t.until(/ 2s$/m);
    assert.doesNotMatch(during, /ls src|ws$/m);
    await t.until(/dspy-code> ls src\ncard\.js\ncart\.js\ndspy-code> ws$/);
  },
);

sessionTest("no line of progress is written over an editor", async ({ enter, t }) => {
  const screen = await enter("open src/card.js", /^~$|\ndspy-code>$/m);
  if (!/^~$/m.test(screen)) return;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.doesNotMatch(await t.screen(), /open \ds/);
  await t.press("Escape");
  await t.type(":q!");
  await t.press("Enter");
  await t.until(/dspy-code>$/);
}, { env: { EDITOR: "vim" } });

sessionTest(
  "asks before a program that the agent chose: n refuses, y runs",
  async ({ enter, t }) => {
    await enter(
      "run the tests",
      /run_tests \(the agent chose this\) wants:\n {4}npm .*test[^]*\? more >$/,
    );
    await read();
    await t.type("n");
    await t.until(/> no\n[^]*dspy-code>$/);
    assert.doesNotMatch(await t.screen(), /tests ran/);
    await enter("run my tests please", /> no\n[^]*wants:\n[^]*\? more >$/);
    await read();
    await t.type("y");
    await t.until(/> yes\n[^]*Answered by[^]*dspy-code>$/);
  },
);

sessionTest(
  "always holds for this very command, until what it runs changes",
  async ({ enter, t, box }) => {
    await enter("run the tests", /a always[^]*\? more >$/);
    await read();
    await t.type("a");
    await t.until(/> always\n[^]*Answered by[^]*dspy-code>$/);
    await t.press("C-l");
    await enter("please run my tests", /-> run_tests[^]*Answered by[^]*dspy-code>$/);
    assert.doesNotMatch(await t.screen(), /wants:/);
    await box.write(
      "package.json",
      '{ "name": "shop", "scripts": { "pretest": "node -e 0", "test": "node test.js" } }\n',
    );
    await t.press("C-l");
    await enter("now run the tests", /wants:[^]*\? more >$/);
    await read();
    await t.type("n");
    await t.until(/> no\n[^]*dspy-code>$/);
  },
);

sessionTest("manual approval shows what a reading call is for", async ({ enter, t }) => {
  await enter(
    "where is totalPrice defined?",
    /(\w+) \(the agent chose this\) wants:\n {4}\1 .*totalPrice.*\n {2}manual approval asks[^]*>$/,
  );
  await read();
  await t.type("n");
  await t.until(/> no\n[^]*dspy-code>$/);
}, { flags: ["--approval", "manual"] });

sessionTest("manual approval asks for an edit and shows its diff", async ({ enter, t, box }) => {
  const line = "edit src/card.js --old 1 --new 2";
  await enter(
    line,
    /edit \(you asked for this\) wants:[^]*-export const card = 1;\n\+export const card = 2;[^]*>$/,
  );
  await read();
  await t.type("n");
  await t.until(/> no\n[^]*dspy-code>$/);
  assert.match(await box.read("src/card.js"), /= 1;/);
  await t.type(line);
  await t.press("Enter");
  await t.until((screen) =>
    screen.split("+export const card = 2;").length === 3 && /more >$/.test(screen)
  );
  await read();
  await t.type("y");
  await t.until(/> yes\n[^]*dspy-code>$/);
  assert.match(await box.read("src/card.js"), /= 2;/);
  await enter("undo", /\? more >$/);
  await read();
  await t.type("y");
  await t.until(/took back[^]*dspy-code>$/);
  assert.match(await box.read("src/card.js"), /= 1;/);
}, { flags: ["--approval", "manual"] });

sessionTest("cd, ws and approval change the session", async ({ enter, box }) => {
  await enter("cd src", /workspace .*\/ws\/src\n[^]*dspy-code>$/);
  await enter("ls", /\ncard\.js\ncart\.js\ndspy-code>$/);
  await enter("cat ../package.json", /outside workspace[^]*dspy-code>$/);
  await enter("cd ../../..", /dspy-code>$/);
  await enter(`cd ${box.ws}`, /workspace .*\/ws\nlogs.*\ndspy-code>$/);
  await enter("approval", /approval default: reads run.*\ndspy-code>$/);
  await enter("approval auto", /\napproval auto\ndspy-code>$/);
  await enter(
    "approval sometimes",
    /"sometimes" is not one of auto, manual, edit, plan\ndspy-code>$/,
  );
  await enter("run the tests", /test ok: npm[^]*Answered by[^]*dspy-code>$/);
});

/** What the program writes to a terminal, byte by byte: tmux's screen has no escape codes any more. */
async function written(flags: string[], env: Record<string, string>): Promise<string> {
  await using box = await sandbox(PROJECT);
  const { code, stdout } = await box.cli([...flags, "cat", "nowhere"], {
    env: { TERM: "xterm", ...env },
    through: ["sh", "-c", 'script -qec "$*" /dev/null', "sh"],
  });
  assert.equal(code, 1);
  return stdout.split("\n").filter((line) => line.includes('"nowhere"')).join("\n");
}

const hasScript = await new Deno.Command("script", {
  args: ["--version"],
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);
// deno-lint-ignore no-console -- a skipped check says so
if (!hasScript) console.log("SKIP colour: script(1) is not installed");

Deno.test({
  name: "session: colour on a terminal, none with NO_COLOR or --plain",
  ignore: !hasScript,
  async fn() {
    assert.match(JSON.stringify(await written([], {})), /u001b\[31mno such file/);
    for (const plain of [await written([], { NO_COLOR: "1" }), await written(["--plain"], {})]) {
      assert.match(plain, /^no such file or folder: "nowhere"\r$/);
    }
  },
});
