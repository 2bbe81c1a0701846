import assert from "node:assert/strict";
import { createEmit } from "../core/events.ts";
import { createSessionBus } from "../skills/session_bus.ts";
import { steeredRun } from "./steered_run.ts";

function launcher() {
  const bus = createSessionBus();
  const told: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const run = steeredRun({
    bus,
    say: (text) => void told.push(text),
    cancel: () => void told.push("(cancel)"),
  }, () => promise);
  return { run, told, emit: createEmit(bus, "s"), end: resolve };
}

Deno.test("steeredRun() keeps what is said until the session has taken the request up", async () => {
  const { run, told, emit, end } = launcher();
  run.say("early");
  assert.deepEqual(told, []);
  emit("agent.start", { request: "x" });
  run.say("late");
  assert.deepEqual(told, ["early", "late"]);
  emit("message", { role: "assistant", text: "hm" });
  emit("message", { role: "user", text: "early" });
  assert.deepEqual(run.unheard(), ["late"]);
  end("done");
  assert.equal(await run.ended, "done");
  emit("message", { role: "user", text: "of another request" });
  assert.deepEqual(run.unheard(), ["late"]);
});

Deno.test("steeredRun() stops once, and again when it was too early", () => {
  const { run, told, emit } = launcher();
  assert.equal(run.stop(), true);
  assert.equal(run.stop(), false);
  emit("agent.start", { request: "x" });
  assert.deepEqual(told, ["(cancel)", "(cancel)"]);
});
