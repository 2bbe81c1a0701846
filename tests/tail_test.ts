// `tail` and `serve` beside what `up` left in the store.
import assert from "node:assert/strict";
import { openSqliteStore } from "../core/store/sqlite.ts";
import { createLocalBus } from "../streaming/bus/local_bus.ts";
import { openStoreLog } from "../streaming/bus/store_log.ts";
import { type Sandbox, sandbox } from "./_cli.ts";
import { freePort, startService } from "./_service.ts";

/** Keeps findings as `up` does, in this order, each with a time of its own. */
async function keep(box: Sandbox, found: readonly (readonly [container: string, n: number])[]) {
  await Deno.mkdir(`${box.ws}/.dspy`, { recursive: true, mode: 0o700 });
  await using store = await openStore(box);
  await using bus = createLocalBus({ log: await openStoreLog(store.store, { topics: [">"] }) });
  for (const [container, n] of found) {
    await bus.send(`agent.results.${container}`, { container, n });
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

async function openStore(box: Sandbox) {
  const store = await openSqliteStore(`${box.ws}/.dspy/store.db`);
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

Deno.test("tail -n gives the newest of all streams together, oldest first", async () => {
  await using box = await sandbox();
  const none = await box.cli(["tail"]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /up writes agent.results.<container> once it found something/);
  await keep(box, [["a", 1], ["b", 2], ["b", 3], ["a", 4], ["c", 5]]);
  const { stdout } = await box.cli(["tail", "-n", "3"]);
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ n }) => n), [3, 4, 5]);
  const one = await box.cli(["tail", "-n", "1", "--stream", "agent.results.a"]);
  assert.deepEqual(JSON.parse(one.stdout), { container: "a", n: 4 });
  assert.equal((await box.cli(["tail", "-n", "0"])).stdout, "");
});

Deno.test("serve streams what another process keeps in the store, from before and as it comes", async () => {
  await using box = await sandbox();
  await keep(box, [["a", 1]]);
  await using serve = startService(box, ["serve", "--port", `${freePort()}`]);
  const { status } = await serve.until("service.start");
  const ending = new AbortController();
  const { body } = await fetch(`${status}/api/events/stream?topic=agent.results.a`, {
    signal: ending.signal,
  });
  const seen: number[] = [];
  const reading = (async () => {
    let text = "";
    for await (const part of body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      seen.splice(0, Infinity, ...[...text.matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n)));
      if (seen.includes(2)) return;
    }
  })();
  await keep(box, [["a", 2]]);
  await reading;
  ending.abort();
  assert.deepEqual(seen, [1, 2]);
  // It is not written a second time.
  const written = await Deno.stat(`${box.ws}/.dspy_reports/events/agent_results_a.jsonl`)
    .then(() => true, () => false);
  assert.equal(written, false);
  serve.kill("SIGINT");
  assert.equal((await serve.ended).code, 0);
});

Deno.test("tail --kafka fails where no broker answers", async () => {
  await using box = await sandbox();
  const { code, stderr } = await box.cli(["tail", "--kafka", "--bootstrap", "127.0.0.1:1"]);
  assert.equal(code, 1);
  assert.match(stderr, /Kafka cannot be read: nothing answers at 127.0.0.1:1/);
});
