import assert from "node:assert/strict";
import type { Event, EventData, EventType } from "../../core/events.ts";
import { NO_USAGE } from "../../core/lm/usage.ts";
import { createModelView } from "./model_view.ts";
import type { Output } from "./output.ts";
import { createProgressLine } from "./progress.ts";
import { createRenderer } from "./render.ts";
import { createStyle } from "./style.ts";

type Told = { [T in EventType]: readonly [type: T, data: EventData[T]] }[EventType];

/** Shows events; standard output and standard error in one, as a terminal has them. */
function shown(events: readonly Told[], previewed = ""): string {
  return shownApart(events, previewed).all;
}

/** The same, with what stands on standard output alone. */
function shownApart(events: readonly Told[], previewed = ""): { all: string; out: string } {
  let text = "";
  let out = "";
  const output: Output = {
    write: (more) => void (text += more),
    isTerminal: () => true,
    size: () => ({ columns: 40, rows: 10 }),
  };
  const style = createStyle(false);
  const progress = createProgressLine({ output, style, enabled: false });
  const options = {
    stdout: { ...output, write: (more: string) => void (out += more, text += more) },
    stderr: output,
    style: { stdout: style, stderr: style },
    progress,
    previewed: () => previewed,
  };
  const render = createRenderer({ ...options, model: createModelView(options) });
  for (const [type, data] of [BEGIN, ...events]) {
    render({ v: 1, seq: 1, ts: 0, session: "s", type, data } as Event);
  }
  return { all: text, out };
}

const BEGIN: Told = ["conversation", { id: "c", turns: 0 }];

const delta = (text: string): Told => ["message.delta", { text }];
const said = (text: string): Told => ["message", { role: "assistant", text }];
const end = (summary: string, stop: EventData["agent.end"]["stop"] = "done"): Told => [
  "agent.end",
  { stop, ok: stop === "done", summary, next: [] },
];
const start = (tool: string, input: unknown): Told => [
  "tool.start",
  { call: "c", tool, input, origin: "agent" },
];
const done = (over: Partial<EventData["tool.end"]>): Told => [
  "tool.end",
  { call: "c", tool: "cat", ok: true, text: "", data: null, ms: 1, exitCode: 0, ...over },
];

const DIFF = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-tea\n+coffee";
const EDITED = "edited f (take back with: undo c1)\n  edit 1: exact, line 1 -> line 1\n" +
  `  all other bytes are the same (checked); sha256 1 -> 2\n${DIFF}`;

const CASES: readonly [what: string, events: readonly Told[], text: string][] = [
  ["an answer in pieces", [delta("It "), delta("is."), said("It is."), end("It is.")], "It is.\n"],
  ["an answer in one piece", [said("It is."), end("It is.")], "It is.\n"],
  ["an answer that ends its row", [delta("It.\n"), said("It.\n"), end("It.\n")], "It.\n"],
  ["an answer that was never said", [end("It is.")], "It is.\n"],
  ["controls", [delta("a\x1b[2J\u202eb"), said("x"), end("x")], "ab\n"],
  ["thinking, which is not shown", [["message.delta", { thinking: "hm" }], end("x")], "x\n"],
  ["what the person said", [["message", { role: "user", text: "use tabs" }], end("x")], "x\n"],
  [
    "a call and the beginning of its result",
    [start("cat", { file: "a.txt" }), done({ text: "1\n\n2\n3\n4\n5\n6" }), end("x")],
    "-> cat a.txt\n   1\n   2\n   3\n   \u2026 3 more lines\nx\n",
  ],
  [
    "a call whose values are long",
    [start("write", { path: "a", content: "x".repeat(9) }), done({}), end("x")],
    "-> write a (9 characters)\nx\n",
  ],
  [
    "rows cut to the width",
    [start("grep", { pattern: "\u6f22".repeat(30) }), done({ text: "y".repeat(50) }), end("x")],
    `-> grep ${"\u6f22".repeat(15)}\u2026\n   ${"y".repeat(35)}\u2026\nx\n`,
  ],
  [
    "a call in the middle of a row",
    [delta("I look"), start("ls", {}), done({}), end("x")],
    "I look\n-> ls\nx\n",
  ],
  [
    "a change with its diff, without its proof",
    [start("edit", { path: "f", edits: [1] }), done({ text: EDITED, data: { undo: "c1" } })],
    "-> edit f (1 edit)\n   edited f (take back with: undo c1)\n" +
    "   --- a/f\n   +++ b/f\n   @@ -1 +1 @@\n   -tea\n   +coffee\n",
  ],
  [
    "an error in the middle of a row",
    [delta("It i"), ["notice", { level: "warning", text: "cut off" }], end("No answer.", "error")],
    "It i\ncut off\nNo answer.\n",
  ],
  ["what was stopped", [delta("It i"), end("Stopped.", "aborted")], "It i\nStopped.\n"],
  ["an error that has been said", [said("No."), end("No.", "error")], "No.\n"],
  [
    "a limit, once",
    [["limit", { limit: "limit:loop", value: 3, text: "Loop." }], end("Loop.", "limit:loop")],
    "Loop.\n",
  ],
  [
    "the list of steps",
    [
      ["todo", { items: [{ text: "one", done: true }, { text: "two", done: false }] }],
      done({ tool: "todo", text: "kept" }),
    ],
    "   [x] one\n   [ ] two\n",
  ],
  [
    "a conversation made shorter, and one that was not",
    [
      ["compaction", { kind: "summarized", before: 90, after: 40 }],
      ["compaction", { kind: "summarized", before: 40, after: 44 }],
    ],
    "conversation summarized: 90 to 40 tokens\n",
  ],
  [
    "what it took",
    [["usage", { model: "m", usage: NO_USAGE, total: NO_USAGE, used: 5, window: 10 }], end("x")],
    "x\n0 tokens read, 0 written, 50% of the window\n",
  ],
  [
    "the local mind, when it takes over in the middle of a row",
    [
      delta("It i"),
      ["choice", { step: 1, tool: "ls", reason: "why not", propensity: 1, alternatives: [] }],
      start("ls", {}),
      done({ tool: "ls", text: "a\nb", data: [] }),
      said("Two files."),
      end("Two files."),
    ],
    "It i\n-> ls: why not\na\nb\nTwo files.\n",
  ],
];

for (const [what, events, text] of CASES) {
  Deno.test(`createModelView() shows ${what}`, () => assert.equal(shown(events), text));
}

Deno.test("createModelView() leaves out a diff that the person was just asked about", () => {
  const events = [start("edit", {}), done({ text: EDITED, data: { undo: "c1" } })];
  assert.equal(shown(events, `${DIFF}\n`), "-> edit\n   edited f (take back with: undo c1)\n");
  assert.match(shown(events, "another diff"), /\+coffee/);
});

Deno.test("createModelView() keeps standard output for the JSON of an answer bound to a schema", () => {
  const asked: Told = ["agent.start", { request: "how many?", schema: true }];
  const told = (...events: readonly Told[]) => shownApart([asked, BEGIN, ...events]);
  assert.deepEqual(told(delta("I "), delta("see."), said("I see."), end('{"n":3}')), {
    all: 'I see.\n{"n":3}\n',
    out: '{"n":3}\n',
  });
  assert.equal(told(said('{"n":3}'), end('{"n":3}')).out, '{"n":3}\n');
  assert.equal(told(said("Done."), end('{"n":3}', "permission")).out, '{"n":3}\n');
  assert.deepEqual(told(said("Three."), end("It does not fit.", "error")), {
    all: "Three.\nIt does not fit.\n",
    out: "",
  });
  const next: Told = ["agent.start", { request: "and why?" }];
  assert.equal(told(end("{}"), next, BEGIN, said("So."), end("So.")).out, "{}\nSo.\n");
});
