import assert from "node:assert/strict";
import type { ProgramResult } from "../core/command.ts";
import { mergeConfig } from "../core/config_merge.ts";
import type { Event } from "../core/events.ts";
import { EMPTY_POLICY } from "../core/safety/policy.ts";
import { createSessionBus } from "../skills/session_bus.ts";
import type { Init, ToSession } from "./protocol.ts";
import { createRemote } from "./session_remote.ts";

const INIT: Init = {
  type: "init",
  session: "s",
  workspace: { root: "/w", logs: "/w/logs" },
  config: mergeConfig().config,
  policy: EMPTY_POLICY,
  interactive: false,
  writes: "state",
};

const RESULT: ProgramResult = {
  code: 0,
  signal: null,
  stdout: "out",
  stderr: "",
  truncated: false,
  timedOut: false,
  ms: 1,
  argv: ["x"],
  reports: {},
};

const REQUEST = { tool: "t", command: "c", fields: { a: 1 } };

const QUESTION = {
  call: "c",
  tool: "t",
  origin: "agent",
  what: ["w"],
  reason: "r",
  preview: "p",
} as const;

function open() {
  const bus = createSessionBus();
  const events: Event[] = [];
  bus.subscribe(">", ({ value }) => void events.push(value));
  const remote = createRemote(bus, INIT);
  const idOf = (i: number) => (events[i]!.data as unknown as { id: string }).id;
  return { remote, events, idOf };
}

Deno.test("createRemote() asks for a program and gives each answer to who asked", async () => {
  const { remote, events, idOf } = open();
  const output: string[] = [];
  const first = remote.hands.run(REQUEST, {
    onOutput: (chunk, on) => output.push(`${on} ${chunk}`),
  });
  const second = remote.hands.run(REQUEST);
  assert.deepEqual(events[0]!.data, { id: idOf(0), ...REQUEST });
  remote.receive({ type: "output", id: idOf(0), stream: "stderr", chunk: "live" });
  const error = { kind: "missing", message: "no git", hint: "get it", rule: "r" } as const;
  remote.receive({ type: "program", id: idOf(1), error });
  await assert.rejects(second, { ...error, line: "no git: get it", exitCode: 127 });
  remote.receive({ type: "program", id: idOf(0), result: RESULT });
  assert.deepEqual(await first, RESULT);
  assert.deepEqual(output, ["stderr live"]);
});

Deno.test("createRemote() passes over answers that nobody waits for", async () => {
  const { remote, idOf } = open();
  const strays: ToSession[] = [
    { type: "program", id: "x", result: RESULT },
    { type: "program", id: "x", error: { kind: "failed", message: "m" } },
    { type: "output", id: "x", stream: "stdout", chunk: "c" },
    { type: "approval", id: "x", granted: true },
    { type: "end" },
  ];
  const asked = remote.approve(QUESTION);
  for (const stray of strays) remote.receive(stray);
  remote.receive({ type: "approval", id: idOf(0), granted: true });
  assert.equal(await asked, true);
});

Deno.test("createRemote() takes its wish back when the call is stopped", async () => {
  const { remote, events, idOf } = open();
  const abort = new AbortController();
  const running = remote.hands.run(REQUEST, { signal: abort.signal });
  abort.abort();
  assert.deepEqual([events[1]?.type, idOf(1)], ["program.cancel", idOf(0)]);
  remote.receive({ type: "program", id: idOf(0), error: { kind: "aborted", message: "stopped" } });
  await assert.rejects(running, { kind: "aborted" });
  await assert.rejects(remote.hands.run(REQUEST, { signal: abort.signal }), { kind: "aborted" });
  assert.equal(events.length, 2, "nothing is asked for after the end");
});

Deno.test("createRemote() ends all waiting when it is disconnected", async () => {
  const { remote } = open();
  const program = remote.hands.run(REQUEST);
  const asked = remote.approve(QUESTION);
  remote.disconnect();
  await assert.rejects(program, { kind: "aborted" });
  assert.equal(await asked, false);
});
