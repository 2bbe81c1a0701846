import assert from "node:assert/strict";
import type { Event, EventData, EventType } from "../../core/events.ts";
import { createRegistry } from "../../core/registry.ts";
import { catalog } from "../../skills/catalog.ts";
import { createUpdates, type Updates } from "./updates.ts";

const registry = createRegistry(catalog);
const open = (notices = false) => createUpdates({ registry, root: "/ws", notices });

function event<T extends EventType>(type: T, data: EventData[T]): Event {
  return { v: 1, seq: 1, ts: 1, session: "s", type, data } as Event;
}

/** What was said, as text, by kind. */
function said(updates: Updates, ...events: Event[]): string[] {
  return events.flatMap((event) => updates.of(event)).map((update) => {
    const text = "content" in update && update.content && "text" in update.content
      ? update.content.text
      : "";
    return `${update.sessionUpdate}: ${text}`;
  });
}

const start = event("agent.start", { request: "x" });
const message = (text: string) => event("message", { role: "assistant", text });
const end = (summary: string, stop: EventData["agent.end"]["stop"] = "done") =>
  event("agent.end", { stop, ok: stop === "done", summary, next: [] });

Deno.test("updates: what was streamed is not said again, what was not is", () => {
  const delta = (text: string) => event("message.delta", { text });
  assert.deepEqual(said(open(), start, delta("a"), delta("b"), message("ab"), end("ab")), [
    "agent_message_chunk: a",
    "agent_message_chunk: b",
  ]);
  assert.deepEqual(said(open(), start, message("ab"), end("ab")), ["agent_message_chunk: ab"]);
  assert.deepEqual(said(open(), start, message("ab"), end("Stopped by limit", "limit:steps")), [
    "agent_message_chunk: ab",
    "agent_message_chunk: Stopped by limit",
  ]);
});

Deno.test("updates: that a run was stopped or failed is left to the answer of the prompt", () => {
  assert.deepEqual(said(open(), start, end("Stopped.", "aborted"), end("broken", "error")), []);
});

Deno.test("updates: proposals, thoughts and choices are shown, controls are not", () => {
  const next = event("agent.end", { stop: "done", ok: true, summary: "", next: ["grep x"] });
  const choice = event("choice", {
    step: 1,
    tool: "grep",
    reason: "it asks where",
    propensity: 1,
    alternatives: [],
  });
  const thinking = event("message.delta", { thinking: "hm\x1b[2J" });
  assert.deepEqual(said(open(), start, thinking, choice, next), [
    "agent_thought_chunk: hm",
    "agent_thought_chunk: grep: it asks where\n",
    "agent_message_chunk: Next:\n- grep x",
  ]);
});

const started = (call: string, tool = "cat") =>
  event("tool.start", { call, tool, input: { file: "a.txt" }, origin: "agent" });
const ended = (call: string, tool = "cat", more: Partial<EventData["tool.end"]> = {}) =>
  event("tool.end", { call, tool, ok: true, text: "", data: null, ms: 1, exitCode: 0, ...more });

Deno.test("updates: a call's id that comes again is another call to the editor", () => {
  const updates = open();
  const [first] = updates.of(started("c1"));
  updates.of(ended("c1"));
  const [second] = updates.of(started("c1"));
  const [done] = updates.of(ended("c1"));
  const id = (update: unknown) => (update as { toolCallId: string }).toolCallId;
  assert.equal(id(first), "c1");
  assert.notEqual(id(second), "c1");
  assert.equal(id(done), id(second));
});

Deno.test("updates: callOf() is the newest call of that tool that runs, by any of its names", () => {
  const updates = open();
  assert.equal(updates.callOf("cat"), undefined);
  updates.of(started("c1"));
  updates.of(started("c2", "grep"));
  updates.of(started("c3", "mcp__a__b"));
  assert.equal(updates.callOf("cat"), "c1");
  assert.equal(updates.callOf("mcp__a__b"), "c3");
  assert.equal(updates.callOf("mcp__a__c"), undefined);
  updates.of(ended("c1"));
  assert.equal(updates.callOf("cat"), undefined);
});

Deno.test("updates: a call that was refused before it began is shown with its rule", () => {
  const end = ended("c1", "rm", { ok: false, text: "no tool called", rule: "x.y", exitCode: 2 });
  const [call, result] = open().of(end);
  assert.equal(call?.sessionUpdate, "tool_call");
  assert.deepEqual(result, {
    sessionUpdate: "tool_call_update",
    toolCallId: "c1",
    status: "failed",
    content: [{ type: "content", content: { type: "text", text: "```\nno tool called\n```" } }],
    rawOutput: { exitCode: 2, ms: 1, rule: "x.y" },
  });
});

Deno.test("updates: text with fences of its own stays inside ours", () => {
  const updates = open();
  updates.of(started("c1"));
  const [update] = updates.of(ended("c1", "cat", { text: "a\n````\nb" }));
  assert.match(JSON.stringify(update), /"`````\\na\\n````\\nb\\n`````"/);
});

Deno.test("updates: calls that will never end are ended for the editor", () => {
  const updates = open();
  updates.of(started("c1"));
  assert.deepEqual(updates.abandon(), [
    { sessionUpdate: "tool_call_update", toolCallId: "c1", status: "failed" },
  ]);
  assert.deepEqual(updates.abandon(), []);
});

Deno.test("updates: steps are a plan, tokens are usage, warnings have a place or are said", () => {
  const updates = open();
  assert.deepEqual(
    updates.of(event("todo", { items: [{ text: "a", done: true }, { text: "b", done: false }] })),
    [{
      sessionUpdate: "plan",
      entries: [
        { content: "a", priority: "medium", status: "completed" },
        { content: "b", priority: "medium", status: "pending" },
      ],
    }],
  );
  const usage = { inputTokens: 1, outputTokens: 1, cachedTokens: 0, requests: 1 };
  const total = { ...usage, usd: 0.5 };
  assert.deepEqual(
    updates.of(event("usage", { model: "m", usage, total, used: 7, window: 9 })),
    [{ sessionUpdate: "usage_update", used: 7, size: 9, cost: { amount: 0.5, currency: "USD" } }],
  );
  const notice = event("notice", { level: "warning", text: "slow" });
  assert.deepEqual(said(updates, notice), ["agent_message_chunk: *slow*\n\n"]);
  assert.deepEqual(open(true).of(notice), [
    { sessionUpdate: "notice", severity: "warning", title: "slow" },
  ]);
});
