// `up` with a model that is away, or that hangs.
import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";
import { freePort, startService } from "./_service.ts";
import { append, KEYS, UP } from "./_up.ts";

Deno.test("up with a model that is away answers by rules, and says so once", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const env = { OPENAI_API_KEY: KEYS[0], OPENAI_BASE_URL: `http://127.0.0.1:${freePort()}/v1` };
  await using up = startService(box, ["--model", "gone", ...UP], env);
  await up.until("service.start");
  for (const what of ["one", "two", "three"]) {
    await append(box, "logs/shop.log", `ERROR ${what}\n`);
    const { key_points } = await up.until(
      "service.result",
      (data) => data.key_points.includes(what),
    );
    assert.equal(key_points, `1x ERROR ${what}`);
  }
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
  const notices = up.events.filter(({ type }) => type === "service.notice");
  assert.equal(notices.length, 1, JSON.stringify(notices));
});

Deno.test("up leaves a model alone that fails and fails, and /health says so", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const env = { OPENAI_API_KEY: KEYS[0], OPENAI_BASE_URL: `http://127.0.0.1:${freePort()}/v1` };
  const port = `${freePort()}`;
  const args = ["--model", "gone", "up", "--window-sec", "1", "--status-port", port];
  await using up = startService(box, args, env);
  const { status } = await up.until("service.start");
  const circuit = async () => (await (await fetch(`${status}/health`)).json()).lm_circuit;
  assert.deepEqual(await circuit(), { open: false, next_retry_sec: 0 });
  for (const what of ["one", "two", "three", "four", "five"]) {
    await append(box, "logs/shop.log", `ERROR ${what}\n`);
    await up.until("service.result", ({ key_points }) => key_points.includes(what));
  }
  const { open, next_retry_sec } = await circuit();
  assert.ok(open && next_retry_sec > 0 && next_retry_sec <= 30, `${open} ${next_retry_sec}`);
});

Deno.test("up ends within ten seconds of Ctrl-C while a model hangs, and answers by rules", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const asked = Promise.withResolvers<void>();
  const hang = new AbortController();
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: hang.signal,
    onListen() {},
  }, async () => {
    asked.resolve();
    await new Promise((done) => hang.signal.addEventListener("abort", done));
    return new Response();
  });
  const { port } = server.addr;
  const env = { OPENAI_API_KEY: KEYS[0], OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` };
  await using up = startService(box, ["--model", "slow", ...UP], env);
  await up.until("service.start");
  await append(box, "logs/shop.log", "ERROR held up\n");
  await asked.promise;
  const since = performance.now();
  up.kill("SIGINT");
  const { code, stderr } = await up.ended;
  hang.abort();
  assert.equal(code, 0, stderr);
  assert.ok(performance.now() - since < 10_000, `${performance.now() - since} ms`);
  assert.equal((await up.until("service.result")).key_points, "1x ERROR held up");
});
