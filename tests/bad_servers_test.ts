// Servers that fail, flags and addresses that make no sense: one sentence, and nothing is lost.
import assert from "node:assert/strict";
import { askScripted, calls, endOf, KEY, type ScriptedTurn } from "./_agent.ts";
import { CANARY, fails } from "./_bad_input.ts";
import { sandbox } from "./_cli.ts";
import { serveScripted } from "../testing/mod.ts";

const HELLO = { say: "Hello there, all is well." };

/** Faults that pass: the same request is answered in the end. */
const PASSING: Readonly<Record<string, ScriptedTurn>> = {
  "429 with Retry-After": { fault: { status: 429, headers: { "retry-after": "1" } } },
  "429 with a date": {
    fault: { status: 429, headers: { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" } },
  },
  "429 with nonsense": { fault: { status: 429, headers: { "retry-after": "soon" } } },
  "500": { fault: { status: 500 } },
  "503 with a page": { fault: { status: 503, body: "<!doctype html><h1>\x1b[2Jbusy</h1>" } },
  "a stream cut before any text": { fault: { cut: 0 }, say: "Hel" },
  "broken JSON": { fault: { malformed: true } },
};

for (const protocol of ["openai", "ollama"] as const) {
  for (const [name, turn] of Object.entries(PASSING)) {
    Deno.test(`a fault that passes is tried again: ${name} (${protocol})`, async () => {
      await using box = await sandbox();
      const answered = await askScripted(box, [turn, HELLO], { protocol, flags: [] });
      assert.deepEqual([answered.code, answered.stdout], [0, `${HELLO.say}\n`], answered.stderr);
      assert.ok(answered.done);
    });
  }
}

/** Faults that stay, with what is said. The place of `greet` is found without the model. */
const STAYING: Readonly<
  Record<string, { turn: ScriptedTurn; said: RegExp; flags?: readonly string[]; local?: false }>
> = {
  "429 for an hour": {
    turn: { fault: { status: 429, headers: { "retry-after": "3600" } } },
    said: /said 429/,
  },
  "500": { turn: { fault: { status: 500 } }, said: /said 500/ },
  "401": { turn: { fault: { status: 401 } }, said: /said 401.*look at the API key/ },
  "404": { turn: { fault: { status: 404 } }, said: /said 404.*address and the model/ },
  "an HTML page": {
    turn: { fault: { malformed: "<html><body>hi</body></html>" } },
    said: /no chat completion|broken JSON/,
  },
  "broken JSON": { turn: { fault: { malformed: true } }, said: /broken JSON|cut off/ },
  "a stream cut in the middle": {
    turn: { say: "Hello there, it all begins well and then", split: 5, fault: { cut: 4 } },
    said: /the reply of \w+ was cut off/,
  },
  "a slow first token": {
    turn: { say: "late", fault: { delayMs: 20_000 } },
    said: /said nothing for 1 s|silent|no answer|1 s/,
    flags: ["--model-timeout", "1"],
  },
  "an empty answer": { turn: { fault: { empty: true } }, said: /limit:empty/, local: false },
};

for (const protocol of ["openai", "ollama"] as const) {
  for (const [name, { turn, said, flags = [], local }] of Object.entries(STAYING)) {
    // What a status means does not depend on the protocol.
    if (protocol === "ollama" && /^\d/.test(name)) continue;
    Deno.test(`a fault that stays is one sentence, exit code 1, and answered without the model: ${name} (${protocol})`, async () => {
      await using box = await sandbox({ "src/greet.js": "export function greet() {}\n" });
      const answered = await askScripted(box, [{ ...turn, repeat: "forever" }], {
        protocol,
        flags: ["--json", ...flags],
        words: ["run", "where is greet defined ?"],
      });
      const { code, stdout, stderr, events } = answered;
      assert.equal(code, 1, stderr);
      const notes = events.filter(({ type }) =>
        type === "notice" || type === "limit" || type === "agent.end"
      )
        .map(({ data }) => String(data.text ?? data.summary));
      assert.ok(notes.some((text) => said.test(text)), notes.join("\n"));
      assert.notEqual(endOf(answered).stop, "done");
      if (local !== false) assert.match(stdout, /src\/greet\.js/);
      assert.doesNotMatch(stdout, /\\u001b/);
      // The request is kept, and the next run goes on from it.
      const next = await askScripted(box, [
        { expect: { messages: "where is greet defined" }, ...HELLO },
      ], { protocol, words: ["run", "--continue", "and now?"] });
      assert.deepEqual([next.problems, next.code], [[], 0], next.stderr);
    });
  }
}

Deno.test("a server that fails in the middle of the work loses nothing that was done", async () => {
  await using box = await sandbox({ "a.txt": "old\n" });
  const edit = calls(["cat", { file: "a.txt" }], ["edit", {
    path: "a.txt",
    edits: [{ old: "old", new: "new" }],
  }]);
  const fault = { fault: { status: 400, body: "no more" }, repeat: "forever" };
  const broken = await askScripted(box, [edit, fault], { flags: ["--json", "--approval", "auto"] });
  assert.equal(broken.code, 1);
  assert.match(endOf(broken).summary, /said 400: no more/);
  assert.equal(await box.read("a.txt"), "new\n");
  const next = await askScripted(box, [
    { expect: { messages: "a.txt" }, say: "It is done." },
  ], { words: ["run", "--continue", "go on"] });
  assert.deepEqual([next.problems, next.code], [[], 0], next.stderr);
  assert.equal(next.results.length, 2);
});

Deno.test("a schema that the answer does not follow is shown to the model once, then said", async () => {
  await using box = await sandbox({
    "s.json": '{"type":"object","required":["n"],"properties":{"n":{"type":"number"}}}',
  });
  const words = ["run", "--output-schema", "s.json", "how many?"];
  const wrong = await askScripted(box, [{ say: "Three." }, { say: "three" }, {
    say: '{"n":"three"}',
  }], { words });
  assert.equal(wrong.code, 1);
  assert.match(endOf(wrong).summary, /does not fit the schema/);
  const right = await askScripted(box, [{ say: "Three." }, { say: "three" }, {
    say: '{"n":3}',
  }], { words });
  assert.deepEqual([right.code, endOf(right).summary], [0, '{"n":3}']);
  await box.write("s.json", '{"type":"nonsense"}');
  const never = await askScripted(box, [{ ...HELLO, repeat: "forever" }], { words });
  assert.equal(never.code, 1);
  assert.match(endOf(never).summary, /the output schema is not understood/);
  assert.deepEqual(never.bodies, []);
});

/** Command lines that make no sense, with exit code and sentence. None may reach the server. */
const SENSELESS: readonly [words: readonly string[], code: number, said: RegExp][] = [
  [["--model", "", "run", "x"], 2, /--model/],
  [["--base-url", "", "run", "x"], 2, /--base-url/],
  [["--base-url", "http://", "run", "x"], 2, /no address/],
  [["--base-url", "localhost:8000/v1", "run", "x"], 2, /no address/],
  [["--base-url", "api.example.test/v1", "run", "x"], 2, /no address/],
  [["--base-url", "file:///etc/passwd", "run", "x"], 2, /no address/],
  [["--base-url", "ftp://127.0.0.1/v1", "run", "x"], 2, /no address/],
  [["--base-url", "javascript:alert(1)", "run", "x"], 2, /no address/],
  [["--base-url", `http://me:${CANARY}@127.0.0.1:9/v1`, "run", "x"], 2, /user name or password/],
  [["--base-url", `http://me:${CANARY}@127.0.0.1:9x/v1`, "run", "x"], 2, /no address/],
  [["--base-url", "http://192.0.2.7:9/v1", "run", "x"], 2, /over plain http.*--allow-http/],
  [["--window", "0", "run", "x"], 2, /--window/],
  [["--window", "-5", "run", "x"], 2, /--window/],
  [["--window", "many", "run", "x"], 2, /--window/],
  [["--window", "1e999", "run", "x"], 2, /--window/],
  [["--window", "4096.5", "run", "x"], 2, /--window/],
  [["--max-steps", "0", "run", "x"], 2, /--max-steps/],
  [["--max-steps", "NaN", "run", "x"], 2, /--max-steps/],
  [["--max-tokens", "-1", "run", "x"], 2, /--max-tokens/],
  [["--max-time", "soon", "run", "x"], 2, /--max-time/],
  [["--max-cost", "-0.5", "run", "x"], 2, /--max-cost/],
  [["--model-timeout", "0", "run", "x"], 2, /--model-timeout/],
  [["--price", "free", "run", "x"], 2, /price/],
  [["--price", "1/2/3/4", "run", "x"], 2, /price/],
  [["--price", "1/", "run", "x"], 2, /price/],
  [["--price", "-1/2", "run", "x"], 2, /price/],
  [["run", "--output-schema", "missing.json", "x"], 2, /no such file/],
  [["run", "--output-schema", "broken.json", "x"], 2, /no JSON/],
  [["run", "--output-schema", "list.json", "x"], 2, /no JSON Schema/],
  [["run", "--output-schema", ".", "x"], 2, /output-schema/],
  [["run", "--resume", "last", "--continue", "x"], 2, /different things/],
  [["run", ""], 2, /needs a request/],
  [["run", "   "], 2, /needs a request/],
];

Deno.test("flags and addresses that make no sense are one sentence, and no server is asked", async () => {
  await using box = await sandbox({ "broken.json": "{", "list.json": "[1]" });
  await using model = await serveScripted({ turns: [{ ...HELLO, repeat: "forever" }] });
  const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: KEY };
  for (const [words, code, said] of SENSELESS) {
    await fails(box, words, code, said, { env });
    if (!words.join().includes(CANARY)) continue;
    const { stderr } = await box.cli(words, { env });
    assert.ok(!stderr.includes(CANARY), stderr);
  }
  assert.deepEqual(model.requests, []);
});

Deno.test("a session or a command that is not there is one sentence, and the model is not asked", async () => {
  await using box = await sandbox();
  for (
    const words of [
      ["run", "--resume", "nosuch", "x"],
      ["run", "--fork", "nosuch@1", "x"],
      ["run", "--continue", "x"],
      ["run", "/nosuch thing"],
      ["run", "/nosuch"],
    ]
  ) {
    const answered = await askScripted(box, [{ ...HELLO, repeat: "forever" }], { words });
    assert.notEqual(answered.code, 0, words.join(" "));
    assert.deepEqual(answered.bodies, [], words.join(" "));
    assert.match(answered.stdout + answered.stderr, /no session|no command/, words.join(" "));
  }
});

Deno.test("an address with a password shows it nowhere", async () => {
  await using box = await sandbox();
  const env = { OPENAI_BASE_URL: `http://me:${CANARY}@127.0.0.1:9/v1`, OPENAI_API_KEY: KEY };
  for (
    const words of [["config"], ["doctor"], ["permissions"], ["permissions", "explain"], [
      "grep",
      "x",
    ], ["run", "x"]]
  ) {
    const { stdout, stderr } = await box.cli(words, { env });
    assert.ok(!(stdout + stderr).includes(CANARY), `${words.join(" ")}\n${stdout}${stderr}`);
    assert.ok(!(stdout + stderr).includes(KEY), words.join(" "));
  }
});
