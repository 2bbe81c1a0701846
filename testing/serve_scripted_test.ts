import assert from "node:assert/strict";
import { serveScripted } from "./serve_scripted.ts";

Deno.test("stop() ends what is still held back, streamed or not", async () => {
  for (const stream of [true, false]) {
    const model = await serveScripted({ turns: [{ say: "late", fault: { delayMs: 60_000 } }] });
    const started = performance.now();
    const answer = fetch(`${model.host}/api/chat`, {
      method: "POST",
      body: JSON.stringify({ model: "scripted", stream }),
    }).then((response) => response.text());
    answer.catch(() => {}); // looked at below
    while (model.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await model.stop();
    await assert.rejects(answer);
    assert.ok(performance.now() - started < 5000);
  }
});

Deno.test("serveScripted() listens on loopback only, on the port it is told", async () => {
  await using first = await serveScripted({ turns: [{ say: "x" }] });
  const port = Number(new URL(first.host).port);
  assert.equal(new URL(first.url).hostname, "127.0.0.1");
  await assert.rejects(serveScripted({ turns: [{ say: "x" }] }, { port }), Deno.errors.AddrInUse);
});
