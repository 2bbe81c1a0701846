import assert from "node:assert/strict";
import fc from "fast-check";
import { anyText } from "./_test_any_text.ts";
import type { Event, EventData, EventType } from "../../core/events.ts";
import { createJsonLines, jsonLine } from "./json_lines.ts";
import type { Output } from "./output.ts";
import { createProgressLine } from "./progress.ts";
import { createRenderer } from "./render.ts";
import { createStyle } from "./style.ts";

function sink(isTerminal = false) {
  const written: string[] = [];
  const output: Output = {
    write: (text) => void written.push(text),
    isTerminal: () => isTerminal,
    size: () => ({ columns: 40, rows: 10 }),
  };
  return { output, text: () => written.join("") };
}

function event<T extends EventType>(type: T, data: EventData[T]): Event {
  return { v: 1, seq: 1, ts: 0, session: "s", type, data } as Event;
}

function renderer(colour = false) {
  const stdout = sink();
  const stderr = sink();
  const style = createStyle(colour);
  const progress = createProgressLine({ output: stderr.output, style });
  const render = createRenderer({
    stdout: stdout.output,
    stderr: stderr.output,
    style: { stdout: style, stderr: style },
    progress,
  });
  return { render, out: stdout.text, err: stderr.text };
}

const end = (over: Partial<EventData["tool.end"]>) =>
  event("tool.end", {
    call: "c",
    tool: "grep",
    ok: true,
    text: "a.ts:3: x",
    data: {},
    ms: 1,
    exitCode: 0,
    ...over,
  });

Deno.test("createRenderer() prints results to stdout and failures to stderr", () => {
  const { render, out, err } = renderer();
  render(event("tool.start", { call: "c", tool: "grep", input: {}, origin: "user" }));
  render(end({}));
  render(end({ ok: false, text: "no matches", data: [], exitCode: 1 }));
  render(end({ ok: false, text: "grep refused", data: null, exitCode: 1 }));
  render(end({ text: "" }));
  assert.equal(out(), "a.ts:3: x\nno matches\n");
  assert.equal(err(), "grep refused\n");
});

Deno.test("createRenderer() tells choices, learning, notices and the end of a request", () => {
  const { render, out, err } = renderer();
  const choice = { step: 1, tool: "grep", reason: "names a word", propensity: 1, alternatives: [] };
  render(event("choice", choice));
  const learned = { tool: "grep", reward: 0.75, components: { score: 1.5 }, propensity: 1 };
  render(event("agent.learning", learned));
  render(event("tool.update", { call: "c", text: "half\nof it", lasting: true }));
  render(event("message", { role: "user", text: "not again" }));
  render(event("message", { role: "assistant", text: "Done." }));
  render(event("agent.end", { stop: "done", ok: true, summary: "Done.", next: ["grep y"] }));
  render(event("notice", { level: "warning", text: "slow" }));
  render(event("limit", { limit: "limit:loop", value: 3, text: "Stopped by limit:loop" }));
  render({ ...event("notice", { level: "info", text: "" }), type: "new.kind" } as unknown as Event);
  assert.equal(out(), "half\nof it\nDone.\nNext:\n- grep y\n");
  assert.equal(
    err(),
    "-> grep: names a word\nslow\nStopped by limit:loop\n",
  );
});

Deno.test("createRenderer() lets no control of a session reach the terminal", () => {
  fc.assert(fc.property(anyText, (text) => {
    const { render, out, err } = renderer();
    render(end({ text: `\x1b]0;t\x07${text}` }));
    render(end({ text: `\x1b[2J${text}`, ok: false, data: null }));
    render(event("notice", { level: "info", text: `\x9b2J${text}` }));
    render(event("message", { role: "assistant", text }));
    render(event("agent.end", { stop: "done", ok: true, summary: text + "x", next: [text] }));
    // deno-lint-ignore no-control-regex -- controls are what must not be there
    assert.doesNotMatch(out() + err(), /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  }));
});

Deno.test("createRenderer() colours matches and diffs by hunk counts", () => {
  const { render, out } = renderer(true);
  render(end({}));
  render(end({ text: "--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n a\n--- b\n" }));
  assert.equal(
    out(),
    "\x1b[35ma.ts\x1b[39m:\x1b[32m3\x1b[39m: x\n" +
      "\x1b[1m--- a/x\x1b[22m\n\x1b[1m+++ b/x\x1b[22m\n\x1b[36m@@ -1,2 +1 @@\x1b[39m\n a\n" +
      "\x1b[31m--- b\x1b[39m\n",
  );
});

Deno.test("jsonLine() is one line that parses back and holds no control", () => {
  fc.assert(fc.property(fc.record({ text: anyText, list: fc.array(anyText) }), (value) => {
    const line = jsonLine(value);
    // deno-lint-ignore no-control-regex -- controls are what must not be there
    assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
    assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(value)));
  }));
  const { output, text } = sink();
  createJsonLines(output)(event("notice", { level: "info", text: "\u{e0041}\x9b" }));
  assert.match(text(), /"text":"\\udb40\\udc41\\u009b"\}\}\n$/);
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("createProgressLine() shows a long call, hides for others and leaves nothing", async () => {
  const { output, text } = sink(true);
  const progress = createProgressLine({ output, style: createStyle(false), delayMs: 150 });
  progress.start("c", "grep");
  await wait(120);
  assert.equal(text(), "");
  progress.update("c", { text: "reading \x1b[2Jfiles that have long names", done: 3, total: 9 });
  await wait(250);
  assert.ok(text().startsWith("\r\x1b[K"));
  assert.match(text(), /\S grep: reading files that have\u2026 3\/9 0s$/);
  progress.hide();
  assert.ok(text().endsWith("\r\x1b[K"));
  const resume = progress.pause();
  const paused = text();
  await wait(250);
  assert.equal(text(), paused);
  resume();
  await wait(250);
  assert.ok(text().length > paused.length);
  progress.end("c");
  assert.ok(text().endsWith("\r\x1b[K"));
});

Deno.test("createProgressLine() shows nothing without a terminal", async () => {
  const { output, text } = sink(false);
  const progress = createProgressLine({ output, style: createStyle(false), delayMs: 0 });
  progress.start("c", "grep");
  await wait(250);
  progress.end("c");
  assert.equal(text(), "");
});
