import assert from "node:assert/strict";
import { createLineReader } from "./line_editor.ts";
import { keyboard, textOf } from "./_test_keyboard.ts";

/** A line editor on a made-up terminal. */
function editor(over: { interrupt?: () => boolean; entered?: (line: string) => string } = {}) {
  const keys = keyboard();
  const modes: boolean[] = [];
  let written = "";
  const reader = createLineReader({
    prompt: "> ",
    input: { read: keys.read, setRaw: (mode) => void modes.push(mode), isTerminal: () => true },
    output: {
      write: (text) => void (written += text),
      isTerminal: () => true,
      size: () => ({ columns: 20, rows: 5 }),
    },
    ...over,
  });
  return { keys, modes, reader, written: () => written };
}

Deno.test("lend() gives a question the keys and the line its text back, in raw mode throughout", async () => {
  const { keys, modes, reader, written } = editor();
  const line = reader.read();
  await keys.type("half y");
  let asked: string | null = null;
  const lent = reader.lend(async (input) => {
    input.setRaw(true);
    asked = await textOf(input);
    input.setRaw(false);
  });
  await keys.type("n");
  await lent;
  assert.equal(asked, "n");
  assert.ok(written().endsWith("\x1b[?2004h\r\x1b[J> half y\r\x1b[8C"), JSON.stringify(written()));
  assert.ok(!modes.includes(false));
  await keys.type(" more\r");
  assert.equal(await line, "half y more");
  assert.equal(modes.at(-1), false);
});

Deno.test("above() goes on where the last text ended; a question and a resize draw no line", async () => {
  const { keys, reader, written } = editor();
  const line = reader.read();
  await keys.type("me");
  const since = (from: number) => written().slice(from);
  let from = written().length;
  reader.above("The an");
  assert.equal(since(from), "\r\x1b[JThe an\r\n> me\r\x1b[4C");
  from = written().length;
  reader.above("swer\n");
  assert.equal(since(from), "\r\x1b[J\x1b[1A\x1b[6Cswer\r\n> me\r\x1b[4C");
  reader.above("unfinished");
  from = written().length;
  reader.insert("queued");
  assert.equal(
    since(from),
    "\r\x1b[J\x1b[1A\x1b[Jqueued\r\nunfinished\r\n> me\r\x1b[4C",
  );
  await reader.lend(() => {
    from = written().length;
    reader.refresh();
    reader.above("question\n");
    assert.equal(since(from), "question\n");
    return Promise.resolve();
  });
  await keys.type("\r");
  assert.equal(await line, "me");
});

Deno.test("read() tells of Ctrl-C and Escape what there is to stop, and keeps the line", async () => {
  let stops = 2;
  const { keys, reader, written } = editor({
    interrupt: () => stops-- > 0,
    entered: (line) => `queued: ${line}`,
  });
  const line = reader.read();
  await keys.type("kept");
  await keys.type("\x03");
  await keys.type("\x1b");
  await new Promise((resolve) => setTimeout(resolve, 80));
  assert.equal(stops, 0);
  assert.doesNotMatch(written(), /\^C/);
  await keys.type("!\r");
  assert.equal(await line, "kept!");
  assert.ok(written().includes("queued: kept!\r\n"));
});
