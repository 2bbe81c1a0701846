import assert from "node:assert/strict";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { scriptedLM } from "../lm/scripted_lm.ts";
import { NO_PREFERENCES } from "../safety/preferences.ts";
import { openMemoryStore } from "../store/memory.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { openTestSession } from "./_test_session.ts";
import type { ApprovalQuestion } from "./caller.ts";

/** Made up here, so that no scanner takes this file for a leak. */
const TOKEN = "ghp_" + "a1B2".repeat(9);

const echo = defineTool({
  name: "echo_text",
  aliases: ["say"],
  summary: "Says it again",
  input: z.object({ text: z.string(), times: z.int().default(1) }),
  effect: "read",
  needs: () => ({}),
  run({ text, times }, ctx) {
    ctx.progress({ text: `saying ${text}`, done: 1, total: 1 });
    const said = Array(times).fill(text).join(" ");
    return Promise.resolve({ ok: text !== "", data: { said, times }, text: said });
  },
});

const save = defineTool({
  name: "save",
  summary: "Writes a file",
  input: z.object({ path: z.string(), text: z.string().default("x") }),
  effect: "write",
  needs: ({ path }) => ({ write: [path] }),
  preview: ({ path }) => Promise.resolve(`+ ${path}`),
  run: write,
});

/** Reads, unless it is told to write its result to a file. */
const report = defineTool({
  name: "report",
  summary: "Reports",
  input: z.object({ path: z.string().optional(), text: z.string().default("x") }),
  effect: "read",
  needs: ({ path }) => path === undefined ? {} : ({ write: [path] }),
  run: (input, ctx) =>
    input.path === undefined
      ? Promise.resolve({ ok: true, data: null, text: "read" })
      : write({ path: input.path, text: input.text }, ctx),
});

async function write({ path, text }: { path: string; text: string }, { files }: ToolContext) {
  await Deno.writeTextFile(`${files.root}/${path}`, text);
  return { ok: true, data: { path }, text: `wrote ${path}` };
}

function failing(error: unknown) {
  return defineTool({
    name: "fail",
    summary: "Fails",
    input: z.object({}),
    effect: "read",
    needs: () => ({}),
    run: () => Promise.reject(error),
  });
}

const waiting = defineTool({
  name: "wait",
  summary: "Waits until it is stopped",
  input: z.object({}),
  effect: "read",
  needs: () => ({}),
  run: (_, { signal, progress }) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      progress({ text: "up" });
    }),
});

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("call() gives text, data and exit code, and publishes each step in order", async () => {
  await using at = await openTestSession([echo]);
  const result = await at.session.call("say", { text: "hi", times: 2 }, { id: "c1" });
  const call = { id: "c1", tool: "say", input: { text: "hi", times: 2 } };
  const { ms, ...rest } = result;
  assert.ok(ms >= 0);
  const data = { said: "hi hi", times: 2 };
  assert.deepEqual(rest, { call, ok: true, text: "hi hi", data, exitCode: 0 });
  assert.deepEqual(at.events.map(({ type }) => type), [
    "session.start",
    "tool.start",
    "permission",
    "tool.update",
    "tool.end",
  ]);
  assert.deepEqual(at.events.map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  assert.deepEqual(at.data("tool.end"), [
    { call: "c1", tool: "echo_text", ok: true, text: "hi hi", data, ms, exitCode: 0 },
  ]);
  assert.equal((await at.session.call("echo-text", { text: "" })).exitCode, 1);
});

Deno.test("call() makes a result of everything that is wrong with a call", async () => {
  const defect = failing(new TypeError("broken"));
  await using at = await openTestSession([echo, save, defect]);
  const cases: [string, unknown, number, RegExp][] = [
    ["ehco_text", {}, 2, /^no tool called "ehco_text": did you mean echo_text\?$/],
    ["zzzzzzzzz", {}, 2, /^no tool called "zzzzzzzzz": see "help"$/],
    ["constructor", {}, 2, /^no tool called/],
    ["echo_text", {}, 2, /^echo_text: text: expected text, got nothing: see "help echo_text"$/],
    ["echo_text", null, 2, /^echo_text: input: /],
    ["echo_text", [], 2, /^echo_text: /],
    ["echo_text", { text: 1 }, 2, /^echo_text: text is 1: /],
    ["echo_text", { text: "x", times: "2" }, 2, /^echo_text: times is "2": /],
    ["echo_text", { text: "x", time: 2 }, 2, /^echo_text: no field "time": did you mean times\?$/],
    ["echo_text", { text: "x", zzz: 2 }, 2, /^echo_text: no field "zzz": it has text, times$/],
    ["echo_text", JSON.parse('{"text":"x","__proto__":{"a":1}}'), 2, /no field "__proto__"/],
    ["fail", {}, 1, /^TypeError: broken$/],
    [
      "save",
      { path: "../out" },
      1,
      /^save refused: outside workspace: "\.\.\/out".*\[path.outside\]$/,
    ],
  ];
  for (const [tool, input, exitCode, text] of cases) {
    const result = await at.session.call(tool, input);
    assert.match(result.text, text);
    assert.deepEqual([result.ok, result.data, result.exitCode], [false, null, exitCode]);
  }
  assert.equal(at.data("tool.end").length, cases.length);
});

Deno.test("call() gives the exit code of the error's kind", async () => {
  for (const [kind, code] of [["failed", 1], ["usage", 2], ["missing", 127]] as const) {
    await using at = await openTestSession([failing(new UserError(kind, "no"))]);
    assert.equal((await at.session.call("fail", {})).exitCode, code);
  }
});

Deno.test("call() names the rule of a refusal, in its text and its event, once, wherever it is made", async () => {
  const options = { rule: "path.outside", hint: "stay inside" };
  const cases: [UserError, string, string | undefined][] = [
    [new UserError("refused", "no", options), "no: stay inside [path.outside]", "path.outside"],
    [new UserError("refused", "no [a.b]", { rule: "a.b" }), "no [a.b]", "a.b"],
    [new UserError("refused", "no"), "no", undefined],
    [new UserError("failed", "no", options), "no: stay inside", undefined],
  ];
  for (const [error, text, rule] of cases) {
    await using at = await openTestSession([failing(error)]);
    assert.equal((await at.session.call("fail", {})).text, text);
    const [end] = at.data("tool.end");
    assert.deepEqual([end?.text, end?.rule], [text, rule]);
    assert.equal(Object.hasOwn(end!, "rule"), rule !== undefined);
  }
  await using at = await openTestSession([save]);
  const { text } = await at.session.call("save", { path: "../x" });
  assert.equal(text.match(/\[path\.outside\]/g)?.length, 1);
  assert.equal(at.data("tool.end")[0]?.rule, "path.outside");
});

Deno.test("call() runs nothing that the gate denies, and names the rule", async () => {
  await using at = await openTestSession([save, echo], {
    policy: { deny_tools: ["echo_text"] },
  });
  const denied = await at.session.call("save", { path: ".git/hooks/pre-commit" });
  assert.equal(denied.refused, "path.protected");
  const policy = await at.session.call("say", { text: "x" });
  assert.equal(policy.refused, "policy.deny_tools");
  const headless = await at.session.call("save", { path: "a" }, { origin: "agent" });
  assert.equal(headless.refused, "approval.unset.write");
  assert.deepEqual(at.data("permission").map(({ verdict }) => verdict), ["deny", "deny", "deny"]);
  assert.equal(await exists(`${at.root}/a`), false);
});

Deno.test("call() asks the person with a preview; a no runs nothing", async () => {
  const questions: ApprovalQuestion[] = [];
  let answer = false;
  await using at = await openTestSession([save], {
    interactive: true,
    approve(question) {
      questions.push(question);
      return Promise.resolve(answer);
    },
  });
  const refused = await at.session.call("save", { path: "a" }, { id: "q", origin: "agent" });
  assert.deepEqual(questions, [{
    call: "q",
    tool: "save",
    origin: "agent",
    what: ["a"],
    reason: "it changes files",
    preview: "+ a",
  }]);
  assert.deepEqual([refused.refused, refused.exitCode], ["approval.unset.write", 1]);
  assert.match(refused.text, /not approved/);
  assert.equal(await exists(`${at.root}/a`), false);
  answer = true;
  assert.equal((await at.session.call("save", { path: "a" }, { origin: "agent" })).ok, true);
  assert.equal(await exists(`${at.root}/a`), true);
  assert.equal((await at.session.call("save", { path: "b" })).ok, true);
  assert.equal(questions.length, 2, "what the person asked for is not asked again");
});

Deno.test("call() decides a reading tool that is told to write as a write", async () => {
  await using at = await openTestSession([report]);
  assert.equal((await at.session.call("report", {}, { origin: "agent" })).text, "read");
  const refused = await at.session.call("report", { path: "r" }, { origin: "agent" });
  assert.equal(refused.refused, "approval.unset.write");
  assert.equal(await exists(`${at.root}/r`), false);
});

Deno.test("call() takes secrets out of text, data and every event", async () => {
  await using at = await openTestSession([echo, failing(new Error(`no ${TOKEN}`))]);
  const result = await at.session.call("say", { text: TOKEN });
  assert.equal(result.text, "[redacted]");
  assert.deepEqual(result.data, { said: "[redacted]", times: 1 });
  assert.equal((await at.session.call("fail", {})).text, "Error: no [redacted]");
  assert.ok(!JSON.stringify(at.events).includes(TOKEN));
});

Deno.test("call() notes programs that act, redacted, and those that only read not", async () => {
  const command = (effect: "read" | "execute") => ({
    summary: "Runs",
    effect,
    fields: z.object({}),
    argv: () => ({ program: "npm", args: [] }),
  });
  const npm = defineTool({
    name: "npm",
    summary: "Runs npm",
    input: z.object({}),
    commands: { install: command("execute"), list: command("read") },
    effect: "read",
    needs: () => ({}),
    async run(_, ctx) {
      for (const name of ["install", "list"]) await ctx.execute(name, {});
      return { ok: true, data: null, text: ctx.session };
    },
  });
  const run = ({ command }: { command: string }) =>
    Promise.resolve({
      code: 0,
      signal: null,
      stdout: "",
      stderr: "",
      truncated: false,
      timedOut: false,
      ms: 1,
      argv: ["npm", command, TOKEN],
      reports: {},
    });
  const store = openMemoryStore();
  await using at = await openTestSession([npm], { store, hands: { run }, id: "the session" });
  assert.equal((await at.session.call("npm", {})).text, "the session");
  const noted = await store.read<{ line: string }>("programs");
  assert.deepEqual(noted.map(({ value }) => value.line), ["npm install [redacted]"]);
});

Deno.test("call() ends with 130 when it is stopped", async () => {
  await using at = await openTestSession([waiting, failing(new UserError("aborted", "ended"))]);
  const abort = new AbortController();
  const running = at.session.call("wait", {}, { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  const { ok, text, exitCode } = await running;
  assert.deepEqual({ ok, text, exitCode }, { ok: false, text: "stopped", exitCode: 130 });
  assert.equal((await at.session.call("fail", {})).exitCode, 130);
});

Deno.test("close() tells the reason last", async () => {
  const at = await openTestSession([]);
  await at.session.close("bye");
  assert.deepEqual(at.events.at(-1)?.data, { reason: "bye" });
  await at[Symbol.asyncDispose]();
});

/** Writes through the files of its context, as the tools that edit do. */
const commit = defineTool({
  name: "commit",
  summary: "Commits a file",
  input: z.object({ path: z.string(), text: z.string(), asks: z.boolean().default(false) }),
  effect: "write",
  asksModel: true,
  needs: ({ path }) => ({ write: [path] }),
  async run({ path, text, asks }, { files, lm }) {
    if (asks) await (await lm!()).call({ messages: [{ role: "user", content: "write it" }] });
    const from = await files.state(path);
    await files.commit("commit", [{ from, to: new TextEncoder().encode(text) }]);
    return { ok: true, data: null, text: `wrote ${path}` };
  },
});

const PREFERENCES = { ...NO_PREFERENCES, forbidden_code_patterns: ["eval("], max_blast_radius: 3 };

Deno.test("call() keeps the agent's changes to the preferences, and only warns the person", async () => {
  await using at = await openTestSession([commit], {
    approval: "auto",
    preferences: PREFERENCES,
    model: { open: () => Promise.resolve(scriptedLM(["ok", "ok"])) } as never,
  });
  const run = async (text: string, origin: "agent" | "user", asks = false) => {
    const input = { path: "a.js", text, asks };
    const { ok, refused, text: said } = await at.session.call("commit", input, { origin });
    return [ok, refused ?? said];
  };
  assert.deepEqual(await run("one\ntwo\n", "agent"), [true, "wrote a.js"]);
  assert.deepEqual(await run("eval(1)\ntwo\n", "agent"), [
    false,
    "preferences.forbidden_code_patterns",
  ]);
  assert.deepEqual(await run("a\nb\nc\nd\n", "agent"), [false, "preferences.max_blast_radius"]);
  assert.equal(await Deno.readTextFile(`${at.root}/a.js`), "one\ntwo\n");
  const denied = at.data("permission").filter(({ verdict }) => verdict === "deny");
  assert.deepEqual(denied.map(({ what, rule }) => [what, rule]), [
    ["commit a.js", "preferences.forbidden_code_patterns"],
    ["commit a.js", "preferences.max_blast_radius"],
  ]);
  // What a model wrote is the agent's, whoever asked for it.
  assert.deepEqual(await run("eval(2)\ntwo\n", "user", true), [
    false,
    "preferences.forbidden_code_patterns",
  ]);
  assert.deepEqual(await run("eval(1)\ntwo\n", "user"), [true, "wrote a.js"]);
  assert.match(at.data("notice").at(-1)!.text, /a\.js:1 adds "eval\(".*forbids/);
});
