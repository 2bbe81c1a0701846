// A session with a model in a real terminal: what a person sees while it works, and says to it.
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { type Sandbox, sandbox } from "./_cli.ts";
import { hasTmux, openTerminal, type Terminal } from "./_tmux.ts";

const ignore = !(await hasTmux());

const FILES = {
  "note.txt": "the tea is ready\n",
  "src/a.ts": "export const a = 1;\n",
  ".agents/commands/cost-report.md": "Report.",
  ".agents/commands/review.md": "---\ndescription: looks at a file\n---\nReview $1 for me.\n",
};

interface Started {
  readonly t: Terminal;
  readonly box: Sandbox;
  /** Types a line and waits until the screen fits. */
  enter(line: string, seen: RegExp): Promise<string>;
  /** What the model was sent, newest last. */
  sent(): string[];
}

interface Options {
  readonly turns: readonly unknown[];
  readonly columns?: number;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const IDLE = /dspy-code>$/;
const WORKING = /working>$/;

function modelTest(name: string, options: Options, run: (at: Started) => Promise<void>): void {
  Deno.test({
    name: `model: ${name}`,
    ignore,
    async fn() {
      await using model = await serveScripted({ turns: options.turns });
      await using box = await sandbox(FILES);
      const { argv, env } = box.commandLine(["--model", "scripted", ...options.flags ?? []]);
      await using t = await openTerminal(["sh", "-c", '"$0" "$@"; echo "ended $?"; cat', ...argv], {
        cwd: box.ws,
        columns: options.columns ?? 80,
        rows: 40,
        env: { ...env, OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none", ...options.env },
      });
      await t.until(IDLE);
      await run({
        t,
        box,
        async enter(line, seen) {
          await t.type(line);
          await t.press("Enter");
          return await t.until(seen);
        },
        sent: () => model.requests.map(({ body }) => JSON.stringify(body)),
      });
      assert.deepEqual(model.problems, []);
      // What it still writes would be in the way of the sandbox's end.
      if (!/ended 0$/.test(await t.screen())) await t.press("C-u", "C-d");
      await t.until(/ended 0$/);
    },
  });
}

/** Longer than keys are passed over after a question. */
const read = () => new Promise((resolve) => setTimeout(resolve, 400));

const LOOK = { calls: [{ tool: "cat", args: { file: "note.txt" } }] };
const EDIT = {
  say: "I change it.",
  calls: [{ tool: "edit", args: { path: "note.txt", edits: [{ old: "tea", new: "coffee" }] } }],
};
const SLOW = { delayMs: 2500 };
const TALK = "The answer \u6f22\u5b57 is long and goes over the edge of every terminal. ".repeat(5);
const STREAMED = { say: TALK, split: 5, fault: { pauseMs: 50 } };

/** Rows as one text: where a terminal has wrapped says nothing. */
const unwrapped = (screen: string) => screen.replaceAll("\n", "").replaceAll(" ", "");

modelTest("a line typed while it works is shown and reaches it before its next turn", {
  turns: [{ ...LOOK, fault: SLOW }, { expect: { messages: "use tabs" }, say: "Tabs it is." }],
}, async ({ enter, t }) => {
  await enter("What does it say?", WORKING);
  await enter("use tabs", /^dspy-code> What.*\nqueued: use tabs\nworking>$/m);
  await t.type("and then");
  await t.until(
    /queued: use tabs\n-> cat note.txt\n {3}the tea is ready\nTabs it is\.\n.* tokens read.*\ndspy-code> and then$/,
  );
  await t.press("C-u", "Up");
  await t.until(/dspy-code> use tabs$/);
});

for (const columns of [80, 40]) {
  modelTest(`streamed text stays whole above a line being typed, ${columns} columns wide`, {
    turns: [STREAMED, { expect: { messages: "in between" }, say: "Heard." }],
    columns,
  }, async ({ enter, t }) => {
    await enter("Tell me more about it", /The answer/);
    for (const word of ["in ", "bet", "ween"]) {
      await t.type(word);
      await t.until((screen) => screen.includes("working> in"));
    }
    const during = await t.until(/working> in between$/);
    assert.doesNotMatch(during, /queued/);
    await t.press("Enter");
    await t.until(/\nqueued: in between\nThe answer[^]*\nworking>$/);
    const end = await t.until(/Heard\.\n[^]*dspy-code>$/);
    assert.match(end, /\nThe answer \u6f22\u5b57 is long and goes/);
    assert.ok(unwrapped(end).includes(unwrapped(`queued: in between${TALK}Heard.`)), end);
  });
}

modelTest("a question takes the keys and gives the half-typed line back", {
  turns: [{ ...LOOK, fault: SLOW }, EDIT, { say: "Changed." }, EDIT, { say: "Left." }],
}, async ({ enter, t, box }) => {
  await enter("Make it coffee", WORKING);
  await t.type("half yyy");
  const asked = await t.until(/\? more >$/);
  assert.doesNotMatch(asked, /half|working>/);
  await t.type("yy");
  await read();
  assert.match(await t.screen(), /\? more >$/);
  await t.type("y");
  const screen = await t.until(
    /more > yes\n {3}edited note\.txt.*\nChanged\.\n.*\ndspy-code> half yyy$/,
  );
  assert.equal(screen.split("+the coffee is ready").length, 2, "the diff is shown once");
  assert.match(await box.read("note.txt"), /coffee/);
});

modelTest("Ctrl-C at a question refuses and stops the run", {
  turns: [LOOK, EDIT, { say: "Still here." }],
}, async ({ enter, t, box }) => {
  await enter("Make it coffee", /\? more >$/);
  await read();
  await t.press("C-c");
  await t.until(/more > no\n[^]*Stopped\.\n[^]*dspy-code>$/);
  assert.match(await box.read("note.txt"), /tea/);
  await enter("Are you there?", /Still here\.\n.*\ndspy-code>$/);
});

for (const key of ["C-c", "Escape"]) {
  modelTest(`${key} stops a streamed answer, keeps the line, and the next request works`, {
    turns: [STREAMED, { say: "Here I am." }],
  }, async ({ enter, t }) => {
    await enter("Tell me more about it", /The answer/);
    await t.type("kept");
    await t.press(key);
    await t.until(/The answer[^]*\nStopped\.\n([^]*\n)?dspy-code> kept$/);
    await t.press("C-u");
    await enter("Are you there?", /Here I am\.\n.*\ndspy-code>$/);
    await t.press("C-c");
    await t.until(/Ctrl-C again or Ctrl-D leaves/);
    await t.press("C-c");
    await t.until(/ended 0$/);
  });
}

modelTest("what was said too late is asked next", {
  turns: [{ ...STREAMED, fault: { pauseMs: 100 } }, { expect: { user: "ls" }, say: "Listed." }],
}, async ({ enter, t }) => {
  await enter("Tell me more about it", /The answer/);
  await enter("ls", /^queued: ls$/m);
  await t.press("Escape");
  await t.until(/Stopped\.\n[^]*Listed\.\n.*\ndspy-code>$/);
});

modelTest("commands that show something answer at once, others wait for the end", {
  turns: [{ say: "Slowly.", fault: SLOW }],
}, async ({ enter, t }) => {
  await enter("What does it say?", WORKING);
  await enter("/cost", /\n\/cost\nNo model was asked\.\nworking>$/);
  await enter("/mode edit", /after this: \/mode edit\nworking>$/);
  await enter("/nope", /after this: \/nope\nworking>$/);
  await t.until(/Slowly\.\n.*\nmode edit\nno command \/nope[^]*\ndspy-code>$/);
});

for (const leave of ["exit", "/quit"]) {
  modelTest(
    `${leave} ends the session while it works`,
    { turns: [STREAMED] },
    async ({ enter }) => {
      await enter("Tell me more about it", /The answer/);
      await enter(leave, /ended 0$/);
    },
  );
}

const CUT = { say: TALK, split: 5, fault: { cut: 5 } };

modelTest("a server that fails in the middle costs the answer, not the session", {
  turns: [CUT, { say: "Here I am." }],
  flags: ["--approval", "auto"],
}, async ({ enter }) => {
  await enter("where is coffee made?", /^The answer.*\n.*cut off[^]*\ndspy-code>$/m);
  await enter("Are you there?", /Here I am\.\n.*\ndspy-code>$/);
});

modelTest("plans, edits without asking, takes back, does again, forks, goes on, clears", {
  turns: [
    { expect: { withoutTools: ["edit"] }, say: "1. pour" },
    LOOK,
    EDIT,
    { say: "Changed." },
    { expect: { absent: "do it now" }, say: "Forked." },
    { expect: { messages: "in the fork" }, say: "Resumed." },
    { say: "Goal: coffee." },
    { expect: { absent: "pour" }, say: "Empty." },
  ],
}, async ({ enter, t, box }) => {
  await enter("/plan make it coffee", /mode plan\n1\. pour\n.*\ndspy-code>$/);
  await enter("/mode edit", /mode edit\ndspy-code>$/);
  const edited = await enter("do it now please", /Changed\.\n.*\ndspy-code>$/);
  assert.match(edited, /edited note\.txt.*\n {3}--- a\/note\.txt[^]*\n {3}\+the coffee is ready\n/);
  assert.doesNotMatch(edited, /sha256/);
  await enter("/undo", /took back[^]*taken out: do it now please\ndspy-code>$/);
  assert.match(await box.read("note.txt"), /tea/);
  await enter("/redo", /did again[^]*\ndspy-code>$/);
  assert.match(await box.read("note.txt"), /coffee/);
  await t.press("C-l");
  await enter("/fork", /goes on in a copy of.*\ndspy-code>$/);
  await enter("in the fork we go", /Forked\.\n.*\ndspy-code>$/);
  await enter("/resume", /> in the fork we go\n[^]*\ndspy-code>$/);
  await enter("go on with it", /Resumed\.\n.*\ndspy-code>$/);
  await enter("/context", /requests +\d+ [^]*\ndspy-code>$/);
  await enter("/compact", /summarize[^]*\ndspy-code>$/);
  await enter("/clear", /empty conversation\.\ndspy-code>$/);
  await enter("who are you again", /Empty\.\n.*\ndspy-code>$/);
  await enter("/model", /openai\/scripted at 127.*\ndspy-code>$/);
});

modelTest("Tab completes commands with a slash, the workspace's own too", {
  turns: [{ expect: { user: "Review src/a.ts for me." }, say: "Reviewed." }],
}, async ({ t, enter }) => {
  await t.type("/rev");
  await t.press("Tab");
  await t.until(/dspy-code> \/review$/);
  await enter("src/a.ts", /Reviewed\.\n.*\ndspy-code>$/);
  await t.press("Up");
  await t.until(/dspy-code> \/review src\/a\.ts$/);
  await t.press("C-u");
  await t.type("/mo");
  await t.press("Tab", "Tab", "Tab");
  await t.until(/\nmode +model\n|\nmodel +mode\n/);
  await t.type(" pl");
  await t.press("Tab");
  await t.until(/\/mode plan$/);
  await t.press("C-u");
  await enter("/help", /\/review +asks what \.agents\/commands\/review\.md says\n[^]*dspy-code>$/);
});

for (const [flags, env] of [[["--plain"], {}], [[], { TERM: "dumb", NO_COLOR: "1" }]] as const) {
  modelTest(`works with ${flags[0] ?? "NO_COLOR"}`, {
    turns: [LOOK, EDIT, { say: "Changed." }],
    flags,
    env,
  }, async ({ enter, t }) => {
    await enter("Make it coffee", /\? more >$/);
    await read();
    await t.type("y");
    await t.until(/more > yes\n {3}edited note\.txt.*\nChanged\.\n.*\ndspy-code>$/);
  });
}

Deno.test("model: without a terminal there are plain lines, and nobody is asked", async () => {
  await using model = await serveScripted({
    turns: [LOOK, EDIT, { say: "Left." }, { say: "Two." }],
  });
  await using box = await sandbox(FILES);
  const { code, stdout, stderr } = await box.cli(["--model", "scripted", "start"], {
    stdin: "Make it coffee\nand now what?\n",
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none" },
  });
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "I change it.\nLeft.\nTwo.\n");
  // deno-lint-ignore no-control-regex -- none is to be there
  assert.doesNotMatch(stderr, /[\x00-\x09\x0b-\x1f]|working>|queued/);
  assert.match(await box.read("note.txt"), /tea/);
});

modelTest("a command whose name begins as one of ours waits as others do", {
  turns: [{ fault: SLOW, say: "Done." }, { expect: { user: "Report." }, say: "Reported." }],
}, async ({ t, enter }) => {
  await t.type("take your time with it");
  await t.press("Enter");
  await t.until(WORKING);
  await enter("/cost-report", /after this: \/cost-report\n[^]*Reported\.\n.*\ndspy-code>$/);
});
