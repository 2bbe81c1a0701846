import assert from "node:assert/strict";
import { createTestBus } from "../_test_bus.ts";
import { createEmit, type Event } from "../events.ts";
import { runLoop } from "./loop.ts";
import type { CallResult, Mind, ToolCall, Turn } from "./mind.ts";

function call(tool: string, input: unknown = {}): ToolCall {
  return { id: crypto.randomUUID(), tool, input };
}

function script(...turns: (Partial<Turn> | Error)[]): Mind & { seen: CallResult[][] } {
  const seen: CallResult[][] = [];
  return {
    seen,
    next(results) {
      seen.push([...results]);
      const turn = turns.length > 1 ? turns.shift()! : turns[0]!;
      return turn instanceof Error
        ? Promise.reject(turn)
        : Promise.resolve({ text: "", calls: [], ...turn });
    },
  };
}

function setup(mind: Mind, over: Partial<Parameters<typeof runLoop>[0]> = {}) {
  const bus = createTestBus<Event>();
  const events: Event[] = [];
  bus.subscribe(">", ({ value }) => void events.push(value));
  let runs = 0;
  return {
    events,
    run: () =>
      runLoop({
        mind,
        emit: createEmit(bus, "s"),
        signal: new AbortController().signal,
        reads: () => true,
        call: (call) =>
          Promise.resolve({ call, ok: true, text: `r${++runs}`, data: null, exitCode: 0, ms: 1 }),
        ...over,
      }),
  };
}

Deno.test("runLoop() hands results back in call order and ends with the mind's last text", async () => {
  const calls = [call("a"), call("b")];
  const mind = script({ calls }, { text: "done", next: ["x"] });
  const end = await setup(mind).run();
  assert.deepEqual(end, { stop: "done", ok: true, text: "done", next: ["x"] });
  assert.deepEqual(mind.seen[1]!.map((result) => result.call.tool), ["a", "b"]);
});

Deno.test("runLoop() runs reads together and writes one after another", async () => {
  for (const [reads, most] of [[true, 2], [false, 1]] as const) {
    let open = 0;
    let peak = 0;
    const { run } = setup(script({ calls: [call("a"), call("b")] }, { text: "end" }), {
      reads: () => reads,
      async call(call) {
        peak = Math.max(peak, ++open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open--;
        return { call, ok: true, text: "", data: null, exitCode: 0, ms: 1 };
      },
    });
    await run();
    assert.equal(peak, most);
  }
});

Deno.test("runLoop() ends with an error when the mind throws, and does not throw itself", async () => {
  const end = await setup(script(new Error("no model"))).run();
  assert.equal(end.stop, "error");
  assert.match(end.text, /no model/);
});

Deno.test("runLoop() stops by limit:steps and says how to raise it", async () => {
  let n = 0;
  const mind: Mind = { next: () => Promise.resolve({ text: "", calls: [call("a", { n: n++ })] }) };
  const { run, events } = setup(mind, { maxSteps: 3 });
  const end = await run();
  assert.equal(end.stop, "limit:steps");
  assert.match(end.text, /3.*--max-steps/);
  assert.ok(events.some((event) => event.type === "limit"));
});

Deno.test("runLoop() stops a cycle of calls whose results do not change, and names it", async () => {
  let n = 0;
  const mind: Mind = {
    next: () => Promise.resolve({ text: "", calls: [call(n++ % 2 === 0 ? "a" : "b")] }),
  };
  const { run } = setup(mind, {
    call: (call) =>
      Promise.resolve({ call, ok: false, text: "same", data: null, exitCode: 1, ms: 1 }),
  });
  const end = await run();
  assert.equal(end.stop, "limit:loop");
  assert.match(end.text, /a > b/);
});

Deno.test("runLoop() lets polling go on while the results change", async () => {
  let n = 0;
  const mind: Mind = {
    next: () =>
      Promise.resolve(n++ < 20 ? { text: "", calls: [call("a")] } : { text: "end", calls: [] }),
  };
  assert.equal((await setup(mind).run()).stop, "done");
});

Deno.test("runLoop() stops after three turns that say and call nothing", async () => {
  assert.equal((await setup(script({})).run()).stop, "limit:empty");
});

Deno.test("runLoop() ends as aborted when the signal fires", async () => {
  const abort = new AbortController();
  const { run } = setup(script({ calls: [call("a")] }), {
    signal: abort.signal,
    call(call) {
      abort.abort();
      return Promise.resolve({ call, ok: false, text: "", data: null, exitCode: 130, ms: 1 });
    },
  });
  assert.equal((await run()).stop, "aborted");
});
