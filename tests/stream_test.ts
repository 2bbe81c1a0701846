/** The real program driven by another over standard input and output, line by line. */
import assert from "node:assert/strict";
import { readLines } from "../cli/protocol.ts";
import { serveScripted } from "../testing/mod.ts";
import { holders } from "./_bad_input.ts";
import { type Sandbox, sandbox } from "./_cli.ts";

interface Told {
  readonly type: string;
  readonly seq: number;
  readonly data: Record<string, unknown>;
}

interface Driver {
  readonly box: Sandbox;
  /** All events so far. */
  readonly events: readonly Told[];
  send(message: unknown): Promise<void>;
  /** Waits for an event that was not waited for before. */
  next(type: string): Promise<Told>;
  /** Ends standard input; the exit code. */
  end(): Promise<number>;
}

interface PlayOptions {
  readonly turns: readonly unknown[];
  readonly args?: readonly string[];
  /** Further flags of `run`. */
  readonly flags?: readonly string[];
}

const NOTE = { "note.txt": "the tea is ready\n" };
const EVENTS = ["--output", "stream-json"];
const EDIT = [
  { calls: [{ tool: "cat", args: { file: "note.txt" } }] },
  { calls: [{ tool: "edit", args: { path: "note.txt", edits: [{ old: "tea", new: "coffee" }] } }] },
];

async function play(
  { turns, args = EVENTS, flags = [] }: PlayOptions,
  act: (driver: Driver) => Promise<void>,
): Promise<void> {
  await using model = await serveScripted({ turns });
  await using box = await sandbox(NOTE);
  const words = ["run", "--input", "stream-json", ...flags];
  const line = box.commandLine(["--model", "scripted", ...args, ...words]);
  const [program, ...rest] = line.argv;
  const child = new Deno.Command(program!, {
    args: rest,
    cwd: box.ws,
    env: { ...line.env, OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const events: Told[] = [];
  let seen = 0;
  let wake = () => {};
  const reading = (async () => {
    for await (const text of readLines(child.stdout)) {
      events.push(JSON.parse(text));
      wake();
    }
  })();
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  try {
    await act({
      box,
      events,
      send: (message) =>
        writer.write(
          new TextEncoder().encode(
            `${typeof message === "string" ? message : JSON.stringify(message)}\n`,
          ),
        ),
      async next(type) {
        while (true) {
          const found = events.slice(seen).findIndex((event) => event.type === type);
          if (found >= 0) return events[(seen += found + 1) - 1]!;
          const { promise, resolve } = Promise.withResolvers<void>();
          wake = resolve;
          const over = await Promise.race([promise, reading.then(() => "over")]);
          if (over !== undefined) assert.fail(`ended without ${type}: ${JSON.stringify(events)}`);
        }
      },
      async end() {
        await writer.close();
        const { code } = await child.status;
        await reading;
        return code;
      },
    });
    assert.deepEqual(model.problems, []);
  } finally {
    clearTimeout(timer);
    await writer.close().catch(() => {});
    await child.status;
    await reading;
  }
}

const user = (text: string) => ({ type: "user", text });

Deno.test("run --input: requests follow one another in one conversation; bad lines cost nothing", async () => {
  await play({ turns: [{ say: "One." }, { expect: { messages: "first" }, say: "Two." }] }, async (
    { send, next, end, events },
  ) => {
    await send("no json");
    const { data } = await next("error");
    assert.match(String(data.text), /it is no JSON: expected \{"type":"user"/);
    await send({ type: "user" });
    await send({ type: "approval", id: "guessed", granted: true });
    await send(user("first"));
    assert.equal((await next("agent.end")).data.summary, "One.");
    await send(user("second"));
    assert.equal((await next("agent.end")).data.summary, "Two.");
    assert.equal(await end(), 0);
    assert.equal(events.filter(({ type }) => type === "error").length, 3);
    assert.deepEqual(events.map(({ seq }) => seq), events.map((_, i) => i + 1));
  });
});

Deno.test("run --input: with --no-session requests follow one another in memory alone", async () => {
  const turns = [
    { calls: [{ tool: "cat", args: { file: "note.txt" } }] },
    { say: "One." },
    { expect: { messages: "canary-of-first" }, say: "Two." },
  ];
  await play({ turns, flags: ["--no-session"] }, async ({ box, send, next, end }) => {
    await send(user("canary-of-first"));
    assert.equal((await next("agent.end")).data.summary, "One.");
    await send(user("canary-of-second"));
    assert.equal((await next("agent.end")).data.summary, "Two.");
    assert.equal(await end(), 0);
    assert.deepEqual(await holders(box, "canary-of-", []), []);
  });
});

Deno.test("run --input: what is said during a request reaches the model before its next turn", async () => {
  const turns = [
    { fault: { delayMs: 700 }, calls: [{ tool: "cat", args: { file: "note.txt" } }] },
    { expect: { messages: "use tabs" }, say: "Tabs it is." },
  ];
  await play({ turns }, async ({ send, next, end, events }) => {
    await send(user("What does it say?"));
    await send(user("use tabs"));
    assert.equal((await next("agent.end")).data.summary, "Tabs it is.");
    assert.equal(await end(), 0);
    assert.equal(events.filter(({ type }) => type === "agent.start").length, 1);
  });
});

Deno.test("run --input: an approval is asked for by an event and given by its id", async () => {
  for (const granted of [true, false]) {
    await play({ turns: [...EDIT, { say: "Well." }] }, async ({ send, next, end, box, events }) => {
      await send(user("Make it coffee"));
      const { data } = await next("approval.request");
      assert.equal(data.tool, "edit");
      assert.match(String(data.preview), /-the tea[^]*\+the coffee/);
      const call = events.findLast(({ type }) => type === "tool.start")?.data.call;
      assert.equal(data.call, call);
      await send({ type: "approval", id: data.id, granted: "yes" });
      await next("error");
      await send({ type: "approval", id: data.id, granted });
      assert.equal((await next("agent.end")).data.stop, granted ? "done" : "permission");
      assert.equal(await end(), granted ? 0 : 1);
      assert.equal(await box.read("note.txt"), `the ${granted ? "coffee" : "tea"} is ready\n`);
      assert.equal(events.filter(({ type }) => type === "approval.request").length, 1);
    });
  }
});

Deno.test("run --input: the end of input refuses what is asked then, and ends after the request", async () => {
  await play({ turns: [...EDIT, { say: "Well." }] }, async ({ send, next, end, box, events }) => {
    await send(user("Make it coffee"));
    await next("approval.request");
    assert.equal(await end(), 1);
    assert.equal(events.findLast(({ type }) => type === "agent.end")?.data.summary, "Well.");
    assert.equal(await box.read("note.txt"), NOTE["note.txt"]);
  });
});

Deno.test("run --input: cancel stops a request, the next one works, and the exit code tells", async () => {
  const long = { say: "word ".repeat(100), split: 5, fault: { pauseMs: 100 } };
  await play({ turns: [long, { say: "Next." }] }, async ({ send, next, end }) => {
    await send(user("Go on"));
    await next("message.delta");
    await send({ type: "cancel" });
    assert.equal((await next("agent.end")).data.stop, "aborted");
    await send(user("And now?"));
    assert.equal((await next("agent.end")).data.summary, "Next.");
    assert.equal(await end(), 1);
  });
});

Deno.test("run --input: without events for output nobody is asked", async () => {
  await play(
    { turns: [...EDIT, { say: "Well." }], args: ["--output", "json"] },
    async ({ send, end, box, events }) => {
      await send(user("Make it coffee"));
      assert.equal(await end(), 1);
      assert.equal(await box.read("note.txt"), NOTE["note.txt"]);
      assert.equal(events.length, 1);
      assert.equal((events[0] as unknown as { answer: string }).answer, "Well.");
    },
  );
});
