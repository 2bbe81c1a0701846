import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { hasTmux, openTerminal, type Terminal, type TerminalOptions } from "./_tmux.ts";

const ignore = !(await hasTmux());
const SCRIPT = fileURLToPath(new URL("_echo_lines.ts", import.meta.url));

/** A test with the line editor in a terminal and a history file of its own. */
function terminalTest(
  name: string,
  run: (terminal: Terminal) => Promise<void>,
  options: TerminalOptions = {},
): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir();
      await using terminal = await openTerminal(
        [Deno.execPath(), "run", "-A", "--no-check", "--cached-only", SCRIPT, `${folder}/history`],
        options,
      );
      await terminal.until(/^>$/m);
      await run(terminal);
      await Deno.remove(folder, { recursive: true });
    },
  });
}

terminalTest("line editor: typing and editing keys", async (t) => {
  await t.type("one two tree");
  await t.press("C-a", "C-d", "C-e", "BSpace", "BSpace", "BSpace", "BSpace");
  await t.type("three");
  await t.press("M-b", "M-b", "Left", "Right", "C-k", "C-y", "Home", "Right", "DC", "End");
  await t.type("!");
  await t.until(/> n two three!$/);
  await t.press("Enter");
  await t.until(/got "n two three!"\n>$/);
  await t.type("a b/c");
  await t.press("M-BSpace", "C-w", "C-y", "C-b", "C-f", "C-a", "M-f");
  await t.type("X");
  await t.press("Enter");
  await t.until(/got "aX b\/c"/);
  await t.type("gone");
  await t.press("C-u");
  await t.type("here");
  await t.press("C-l");
  await t.until((screen) => screen === "> here");
  await t.press("Enter");
  await t.until(/got "here"/);
});

terminalTest("line editor: Tab completes, then lists", async (t) => {
  await t.type("gr");
  await t.press("Tab");
  await t.type("x");
  await t.until(/> grep x$/);
  await t.press("C-u");
  await t.type("git");
  await t.press("Tab");
  await t.until(/> git-$/);
  await t.press("Tab");
  await t.press("Tab");
  await t.until(/> git-\ngit-diff {4}git-status\n> git-$/);
  await t.type("s");
  await t.press("Tab", "Enter");
  await t.until(/got "git-status "/);
});

terminalTest("line editor: history with the prefix kept, search", async (t) => {
  for (const line of ["git one", "grep two", "git three"]) {
    await t.type(line);
    await t.press("Enter");
    await t.until((screen) => screen.includes(`got "${line}"`));
  }
  await t.type("gi");
  await t.press("Up");
  await t.until(/> git three$/);
  await t.press("Up");
  await t.until(/> git one$/);
  await t.press("Down", "Down");
  await t.until(/> gi$/);
  await t.press("C-u", "C-r");
  await t.type("two");
  await t.until(/\(search\) two: grep two$/);
  await t.press("Enter");
  await t.until(/got "grep two"\n>$/);
  await t.press("C-r");
  await t.type("zzz");
  await t.until(/\(failed search\) zzz:$/);
  await t.press("C-g");
  await t.until(/>$/);
  await t.press("Up", "Enter");
  await t.until(/got "grep two"\n.*\ngot "grep two"\n>$/);
});

terminalTest("line editor: a paste of several lines is one line", async (t) => {
  await t.type("see: ");
  await t.paste("first\nsecond \x1b[31mred\n");
  await t.until(/> see: first\u21b5second \[31mred$/);
  await t.type("!");
  await t.press("Enter");
  await t.until(/got "see: first\\nsecond \[31mred!"\n>$/);
});

terminalTest("line editor: Ctrl-C clears the line, twice ends", async (t) => {
  await t.type("some text");
  await t.press("C-c");
  await t.until(/> some text\^C\n>$/);
  await t.type("more");
  await t.press("Enter");
  await t.until(/got "more"\n>$/);
  await t.press("C-c");
  await t.until(/\(Ctrl-C again or Ctrl-D leaves\)\n>$/);
  await t.press("C-c");
  await t.until(/the end/);
});

terminalTest("line editor: Ctrl-D ends on an empty line only", async (t) => {
  await t.type("x");
  await t.press("C-a", "C-d", "C-d");
  await t.until(/the end/);
});

terminalTest("line editor: wide characters", async (t) => {
  await t.type("a\u6f22\u5b57b\u{1f600}c");
  await t.until(/> a\u6f22\u5b57b\u{1f600}c$/u);
  assert.deepEqual(await t.cursor(), { column: 11, row: 0 });
  await t.press("Left", "Left");
  await t.until(() => true);
  await t.press("BSpace", "C-a", "Right", "Right");
  await t.type("-");
  await t.until(/> a\u6f22-\u5b57\u{1f600}c$/u);
  assert.deepEqual(await t.cursor(), { column: 6, row: 0 });
  await t.press("Enter");
  await t.until(/got "a\u6f22-\u5b57\u{1f600}c"/u);
});

terminalTest("line editor: a long line wraps and can be edited in any row", async (t) => {
  await t.type("0123456789".repeat(5));
  await t.until((screen) => screen.split("\n").length === 3);
  await t.press("Home");
  await t.type("X");
  await t.press("End");
  await t.type("Y");
  const expected = ["> X01234567890123456", "78901234567890123456", "7890123456789Y"].join("\n");
  await t.until((screen) => screen === expected);
  await t.type("123456");
  await t.until((screen) => screen === `${expected}123456`);
  assert.deepEqual(await t.cursor(), { column: 0, row: 3 });
  await t.press("BSpace");
  await t.press("C-u");
  await t.type("ab\u6f22".repeat(6));
  await t.until((screen) => screen === `> ${"ab\u6f22".repeat(4)}ab\n\u6f22ab\u6f22`);
  await t.press("Enter");
  const whole = `got "${"ab\u6f22".repeat(6)}"`;
  await t.until((screen) => screen.replaceAll("\n", "").includes(whole));
}, { columns: 20, rows: 10 });

terminalTest("line editor: a line longer than the screen", async (t) => {
  const digits = "0123456789".repeat(12);
  await t.type(digits);
  await t.press("Home");
  await t.type("A");
  await t.until((screen) => screen.startsWith("> A01234567890123456\n"));
  await t.press("End");
  await t.type("Z");
  await t.press("Enter");
  await t.until(/Z"/);
}, { columns: 20, rows: 5 });

terminalTest("line editor: follows a change of the window's size", async (t) => {
  await t.type("0123456789".repeat(5));
  await t.resize(20, 10);
  await t.until((screen) => screen.split("\n")[0] === "> 012345678901234567");
  await t.type("X");
  const narrow = "> 012345678901234567\n89012345678901234567\n890123456789X";
  await t.until((screen) => screen === narrow);
  await t.resize(60, 10);
  await t.type("Y");
  await t.until((screen) => screen === `> ${"0123456789".repeat(5)}XY`);
  await t.press("Enter");
  await t.until(/got "\d{50}XY"/);
});

terminalTest("line editor: keys typed while a command runs are not lost", async (t) => {
  await t.type("wait");
  await t.press("Enter");
  await t.type("next");
  await t.press("Enter");
  await t.until(/got "wait"[^]*got "next"/);
});

terminalTest("line editor: what comes in meanwhile is written above the line", async (t) => {
  await t.type("later");
  await t.press("Enter");
  await t.until(/got "later"\n>$/);
  await t.type("0123456789".repeat(3));
  await t.press("Left", "Left");
  await t.until(/news\n> 012345678901234567\n890123456789$/);
  await t.type("X");
  await t.until(/news\n> 012345678901234567\n8901234567X89$/);
}, { columns: 20 });

/** Ends the program in the middle of a line, then looks at what it has left behind. */
async function afterwards(end: (terminal: Terminal, pid: number) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const deno =
    `'${Deno.execPath()}' run -A --no-check --cached-only '${SCRIPT}' '${folder}/history'`;
  // A plain sh: bash would put the terminal back itself.
  const outer = `sh -c 'echo "pid $$"; exec "$0" "$@"' ${deno}; echo "code $?"; stty -a; cat`;
  await using terminal = await openTerminal(["sh", "-c", outer], { columns: 100 });
  const screen = await terminal.until(/pid \d+[^]*^>$/m);
  await terminal.type("half a line");
  await terminal.until(/half a line/);
  await end(terminal, Number(/pid (\d+)/.exec(screen)![1]));
  const after = await terminal.until(/code \d+[^]*extproc/);
  for (const mode of ["echo", "isig", "icanon"]) {
    assert.match(after, new RegExp(`(^| )${mode} `, "m"));
  }
  await terminal.paste("no marks");
  assert.match(await terminal.until(/no marks/), /^no marks/m);
  await Deno.remove(folder, { recursive: true });
}

Deno.test({
  name: "line editor: SIGTERM gives the terminal back",
  ignore,
  fn: () =>
    afterwards(async (terminal, pid) => {
      Deno.kill(pid, "SIGTERM");
      await terminal.until(/code 143/);
    }),
});

Deno.test({
  name: "line editor: an error nobody caught gives the terminal back",
  ignore,
  fn: () =>
    afterwards(async (terminal) => {
      await terminal.press("C-u");
      await terminal.type("throw");
      await terminal.press("Enter");
      await terminal.until(/code 1/);
    }),
});

Deno.test({
  name: "line editor: Ctrl-Z stops, fg goes on where it was",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    await using terminal = await openTerminal(["bash", "--norc", "-i"]);
    await terminal.until(/[$#]$/);
    await terminal.type(
      `clear; '${Deno.execPath()}' run -A --no-check --cached-only '${SCRIPT}' '${folder}/history'`,
    );
    await terminal.press("Enter");
    await terminal.until(/^>$/m);
    await terminal.type(`${"wide ".repeat(20)}half `);
    await terminal.press("C-z");
    await terminal.until(/Stopped/);
    await terminal.type("echo in the shell");
    await terminal.press("Enter");
    await terminal.until(/^in the shell$/m);
    await terminal.type("fg");
    await terminal.press("Enter");
    // Once, on rows of its own, with nothing of the shell overwritten.
    await terminal.until(
      /^in the shell\n.*fg\n[^>]+\n> (wide ){15}wid\ne (wide ){4}half$/m,
    );
    await terminal.type("done");
    await terminal.press("Enter");
    await terminal.until(/half done"/);
    await Deno.remove(folder, { recursive: true });
  },
});
