import assert from "node:assert/strict";
import { dirname } from "node:path";
import { z } from "zod";
import { scriptedLM, type ScriptedReply } from "../../lm/scripted_lm.ts";
import type { LM, LMRequest } from "../../lm/types.ts";
import { defineTool, type Tool } from "../../tool.ts";
import { openTestSession, type TestSession } from "../_test_session.ts";
import type { ModelSetup } from "./ask_model.ts";

/** Names files as `cat` and `edit` do, and touches none. */
function fileTool(name: string, effect: "read" | "write"): Tool {
  return defineTool({
    name,
    summary: `does ${name}`,
    input: z.object({ file: z.string() }),
    effect,
    needs: ({ file }) => effect === "read" ? { read: [file] } : { write: [file] },
    run: ({ file }) => Promise.resolve({ ok: true, data: {}, text: `${name} ${file}` }),
  });
}

const TOOLS = [fileTool("look", "read"), fileTool("change", "write")];

const call = (name: string, args: unknown, id: string): ScriptedReply => ({
  toolCalls: [{ id, name, arguments: JSON.stringify(args) }],
});

const look = (file: string, id = file) => call("look", { file }, id);

function recording(replies: readonly ScriptedReply[]): { lm: LM; requests: LMRequest[] } {
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request, n) => {
    requests.push(request);
    return replies[n] ?? "done";
  });
  return { lm, requests };
}

function model(lm: LM, more: Partial<ModelSetup> = {}): { model: ModelSetup; approval: "auto" } {
  const toolset = { look: ["file"], change: ["file"] };
  return {
    approval: "auto",
    model: { open: () => Promise.resolve(lm), toolset, window: 100_000, ...more },
  };
}

async function write(at: TestSession, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(`${at.root}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${at.root}/${path}`, text);
  }
}

const told = ({ messages }: LMRequest) => messages.map(({ content }) => content).join("\n---\n");
const count = (text: string, part: string) => text.split(part).length - 1;
const warnings = (at: TestSession) =>
  at.data("notice").filter(({ level }) => level === "warning").map(({ text }) => text);

Deno.test("ask() tells the AGENTS.md of each folder down to where the person is, the nearest last", async () => {
  const { lm, requests } = recording([]);
  await using at = await openTestSession(TOOLS, { ...model(lm), start: "packages/a" });
  await write(at, {
    "AGENTS.md": "Root rule.",
    "packages/CLAUDE.md": "Packages rule.",
    "packages/a/AGENTS.md": "Rule of a.",
    "packages/a/CLAUDE.md": "Not this one.",
    "packages/b/AGENTS.md": "Rule of b.",
  });
  await at.session.ask("hello");
  const system = requests[0]!.messages[0]!.content;
  assert.match(
    system,
    /Root rule\.\n\npackages\/CLAUDE\.md:\nPackages rule\.\n\npackages\/a\/AGENTS\.md:\nRule of a\.$/,
  );
  assert.doesNotMatch(system, /Not this one|Rule of b/);
});

Deno.test("ask() tells a nested AGENTS.md once, behind the result that first touches a file below", async () => {
  const { lm, requests } = recording([
    { toolCalls: [...calls("b/x/y.ts", "b/z.ts"), ...calls("b/x/y.ts")] },
    call("change", { file: "c/new/z.ts" }, "c"),
    look("b/x/z.ts"),
    "done",
    look("b/x/y.ts", "again"),
    "done again",
  ]);
  await using at = await openTestSession(TOOLS, model(lm));
  await write(at, {
    "AGENTS.md": "Root rule.",
    "b/AGENTS.md": "Rule of b.",
    "b/x/AGENTS.md": "Rule of x.",
    "b/x/y.ts": "",
    "b/x/z.ts": "",
    "b/z.ts": "",
    "c/AGENTS.md": "Rule of c.",
    "c/new/z.ts": "",
    "d/AGENTS.md": "Rule of d.",
  });
  await at.session.ask("go");
  assert.doesNotMatch(told(requests[0]!), /Rule of/);
  const second = requests[1]!.messages;
  assert.deepEqual(second.slice(3).map(({ role }) => role), [
    ...["tool", "tool", "tool"],
    ...["user", "user"],
  ]);
  assert.match(second.at(-2)!.content, /\bb\/AGENTS\.md\b[^]*Rule of b\.$/);
  assert.match(second.at(-1)!.content, /\bb\/x\/AGENTS\.md\b[^]*Rule of x\.$/);
  assert.match(requests[2]!.messages.at(-1)!.content, /Rule of c\.$/);
  await at.session.ask("and again");
  for (const rule of ["Root rule.", "Rule of b.", "Rule of x.", "Rule of c."]) {
    assert.equal(count(told(requests.at(-1)!), rule), 1, rule);
  }
  assert.doesNotMatch(told(requests.at(-1)!), /Rule of d/);

  function calls(...files: string[]) {
    return files.flatMap((file) => {
      const { toolCalls = [] } = look(file) as { toolCalls?: { id: string; name: string }[] };
      return toolCalls as { id: string; name: string; arguments: string }[];
    });
  }
});

Deno.test("ask() tells no AGENTS.md for a call that was refused, nor one of what was installed", async () => {
  const { lm, requests } = recording([
    call("change", { file: "a/x.ts" }, "1"),
    look("../outside.ts"),
    look("node_modules/x/index.js"),
    "done",
  ]);
  const setup = { ...model(lm), approval: undefined };
  await using at = await openTestSession(TOOLS, setup);
  await write(at, {
    "a/AGENTS.md": "Rule of a.",
    "a/x.ts": "",
    "node_modules/x/AGENTS.md": "Rule of x.",
    "node_modules/x/index.js": "",
  });
  await at.session.ask("go");
  assert.doesNotMatch(told(requests.at(-1)!), /Rule of/);
});

Deno.test("ask() tells the AGENTS.md of a file that the request brings along before the request", async () => {
  const { lm, requests } = recording(["done"]);
  await using at = await openTestSession(TOOLS, model(lm));
  await write(at, { "a/AGENTS.md": "Rule of a.", "a/x.ts": "let x;" });
  await at.session.ask("what is in @a/x.ts?");
  const [, note, request] = requests[0]!.messages;
  assert.match(note!.content, /Rule of a\.$/);
  assert.match(request!.content, /^what is in @a\/x\.ts\?/);
});

Deno.test("ask() reads 32 KB of instructions in all, and says what it cut and left out", async () => {
  const { lm, requests } = recording([look("a/x.ts"), look("a/b/x.ts"), look("a/c/x.ts"), "done"]);
  await using at = await openTestSession(TOOLS, model(lm, { window: 1_000_000 }));
  await write(at, {
    "AGENTS.md": "r".repeat(20 * 1024),
    "a/AGENTS.md": "s".repeat(20 * 1024),
    "a/b/AGENTS.md": "t".repeat(100),
    ...Object.fromEntries(["a/x.ts", "a/b/x.ts", "a/c/x.ts"].map((path) => [path, ""])),
  });
  await at.session.ask("go");
  const all = told(requests.at(-1)!);
  assert.equal(/r{1000,}/.exec(all)?.[0].length, 20 * 1024);
  assert.equal(/s{1000,}/.exec(all)?.[0].length, 12 * 1024);
  assert.doesNotMatch(all, /t{50}/);
  assert.deepEqual(warnings(at), [
    "a/AGENTS.md: only the first 12288 of 20480 bytes are read",
    "a/b/AGENTS.md: not read: 32768 bytes of instructions are the most",
  ]);
});

Deno.test("ask() reads no instructions through a link that leads out, and says so", async () => {
  const { lm, requests } = recording([look("a/x.ts"), look("a/y.ts"), look("b/x.ts"), "done"]);
  await using at = await openTestSession(TOOLS, model(lm));
  const outside = await Deno.makeTempFile();
  await Deno.writeTextFile(outside, "From outside.");
  await write(at, { "a/x.ts": "", "a/y.ts": "", "b/x.ts": "", ".env": "From the env." });
  await Deno.symlink(outside, `${at.root}/AGENTS.md`);
  await Deno.symlink(outside, `${at.root}/a/AGENTS.md`);
  await Deno.symlink(`${at.root}/.env`, `${at.root}/b/AGENTS.md`);
  await Deno.writeFile(`${at.root}/b/CLAUDE.md`, new Uint8Array([70, 0, 70]));
  await at.session.ask("go");
  await Deno.remove(outside);
  assert.doesNotMatch(told(requests.at(-1)!), /From outside|From the env/);
  assert.deepEqual(
    warnings(at).map((text) => text.split(": ", 2).join(": ")),
    ['outside workspace: "AGENTS.md"', 'outside workspace: "a/AGENTS.md"'],
  );
});

Deno.test("ask() keeps nested instructions word for word through every summary", async () => {
  let looked = 0;
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request) => {
    requests.push(request);
    if (request.messages[0]!.content.startsWith("Summarize this work")) return "They read.";
    if (++looked > 60) return "read all";
    return { text: "I look on. ".repeat(40), ...look("a/x.ts", `l${looked}`) as object };
  });
  const page = {
    ...TOOLS[0]!,
    run: () => Promise.resolve({ ok: true, data: {}, text: `page ${looked}` }),
  };
  await using at = await openTestSession([page], model(lm, { window: 4_000 }));
  await write(at, { "a/AGENTS.md": "Never use tabs in a.", "a/x.ts": "" });
  const end = await at.session.ask("read all pages");
  assert.equal(end.ok, true, end.text);
  const summaries = requests.filter(({ messages }) => messages[0]!.content.startsWith("Summarize"));
  assert.ok(summaries.length >= 2, `${summaries.length}`);
  assert.equal(count(told(requests.at(-1)!), "Never use tabs in a."), 1);
});

Deno.test("ask() tells a helper the nested instructions it needs itself", async () => {
  const requests: LMRequest[] = [];
  const lm = scriptedLM((request) => {
    requests.push(request);
    const last = request.messages.at(-1)!;
    if (last.content === "go") return look("a/x.ts", "p");
    if (last.content.startsWith("read a/x.ts")) return look("a/x.ts", "h");
    const helped = request.messages.some(({ role, content }) =>
      role === "user" && content.startsWith("read a/x.ts")
    );
    const asked = request.messages.some((message) =>
      message.role === "tool" && message.name === "agent"
    );
    return helped || asked ? "done" : call("agent", { task: "read a/x.ts" }, "a");
  });
  await using at = await openTestSession(TOOLS, model(lm));
  await write(at, { "a/AGENTS.md": "Rule of a.", "a/x.ts": "" });
  await at.session.ask("go");
  const helper = requests.find(({ messages }) => messages[1]!.content.startsWith("read a/x.ts"));
  assert.ok(helper !== undefined);
  const last = requests.findLast(({ messages }) => messages[1]!.content.startsWith("read a/x.ts"))!;
  assert.equal(count(told(last), "Rule of a."), 1);
  assert.equal(count(told(requests.at(-1)!), "Rule of a."), 1);
});
