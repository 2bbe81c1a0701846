import assert from "node:assert/strict";
import { createEventBus } from "../streaming/events/event_bus.ts";
import { ask, bearer, guardedApp, HERE, post, TOKENS } from "./_testing.ts";
import { createApp } from "./app.ts";
import { accessRules } from "./access/access_rules.ts";
import type { AuditLine } from "./middleware/audit_line.ts";

const EVENT = JSON.stringify({ topic: "ui.action", event: {} });

Deno.test("who may do what: role, place of the token and path decide", async () => {
  const none = {};
  const key = { headers: { "X-Admin-Key": TOKENS.key } };
  const header = (Authorization: string) => ({ headers: { Authorization } });
  const cases: [who: string, init: RequestInit, look: number, change: number][] = [
    ["nobody", none, 401, 401],
    ["a viewer", bearer(TOKENS.viewer), 200, 403],
    ["an admin", bearer(TOKENS.admin), 200, 200],
    ["the key", key, 200, 200],
    ["a small bearer", header(`bearer   ${TOKENS.viewer} `), 200, 403],
    ["a wrong token", bearer(`${TOKENS.viewer}x`), 401, 401],
    ["a token cut short", bearer(TOKENS.viewer.slice(1)), 401, 401],
    ["an empty token", header("Bearer "), 401, 401],
    ["another scheme", header(`Basic ${btoa(`x:${TOKENS.admin}`)}`), 401, 401],
    ["the bare token", header(TOKENS.admin), 401, 401],
    ["two tokens", header(`Bearer ${TOKENS.viewer} ${TOKENS.admin}`), 401, 401],
    ["the key as a token", bearer(TOKENS.key), 401, 401],
    ["a token as the key", { headers: { "X-Admin-Key": TOKENS.admin } }, 401, 401],
    [
      "a wrong key beside a token",
      {
        headers: { "X-Admin-Key": "x", ...bearer(TOKENS.admin).headers },
      },
      401,
      401,
    ],
  ];
  for (const [who, init, look, change] of cases) {
    const app = guardedApp({ events: createEventBus(), rateLimit: false });
    const status = async (path: string, more: RequestInit = {}) =>
      (await ask(app, path, { ...init, ...more })).status;
    assert.equal(await status("/health"), 200, who);
    for (const path of ["/", "/auto", "/metrics", "/api/events/tail?topic=a", "/nowhere"]) {
      const wanted = look === 200 && path === "/nowhere" ? 404 : look;
      assert.equal(await status(path), wanted, `${who} at ${path}`);
    }
    const method = "POST";
    assert.equal(await status("/api/events", { method, body: EVENT }), change, who);
    assert.equal(
      await status("/api/events/export", { method, body: '{"topic":"a"}' }),
      change,
      who,
    );
    const other = { 200: 405, 401: 401, 403: 403 }[change];
    assert.equal(await status("/health", { method }), other, `${who} posts to what is open`);
    assert.equal(await status("/auto", { method: "DELETE" }), other, who);
  }
});

Deno.test("a token in the query counts for streams alone", async () => {
  const app = guardedApp({ events: createEventBus() });
  const stream = await ask(app, `/api/events/stream?topic=a&token=${TOKENS.viewer}`);
  assert.equal(stream.status, 200);
  await stream.body?.cancel();
  const wrong = await ask(app, `/api/events/stream?topic=a&token=x`);
  assert.equal(wrong.status, 401);
  for (const path of ["/auto", "/api/events/tail?topic=a", "/api/events/export?topic=a", "/"]) {
    const sign = path.includes("?") ? "&" : "?";
    assert.equal((await ask(app, `${path}${sign}token=${TOKENS.admin}`)).status, 401, path);
  }
  const { status } = await ask(app, `/api/events?token=${TOKENS.admin}`, {
    ...{ method: "POST", body: EVENT },
  });
  assert.equal(status, 401);
});

Deno.test("without tokens only this machine may ask, whatever the headers say", async () => {
  const app = createApp({ rateLimit: false });
  const at = (address?: string, bind?: string) => ({ remoteAddr: { hostname: address }, bind });
  const cases: [connection: unknown, status: number][] = [
    [HERE, 200],
    [at("::1", "::1"), 200],
    [at("::ffff:127.0.0.1", "127.0.0.1"), 200],
    [at("127.0.0.1", "localhost"), 200],
    [at("127.0.0.1", "0.0.0.0"), 401],
    [at("127.0.0.1", "::"), 401],
    [at("127.0.0.1"), 401],
    [at("192.168.1.9", "127.0.0.1"), 401],
    [at("192.168.1.9", "0.0.0.0"), 401],
    [at("127.0.0.1.evil", "127.0.0.1"), 401],
    [at("", "127.0.0.1"), 401],
    [{}, 401],
    [undefined, 401],
  ];
  for (const [connection, status] of cases) {
    const response = await app.request("/auto", {}, connection as object);
    assert.equal(response.status, status, JSON.stringify(connection));
    assert.equal((await app.request("/health", {}, connection as object)).status, 200);
  }
  const headers = {
    ...{ "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1" },
    ...{ Forwarded: "for=127.0.0.1;host=localhost", "X-Forwarded-Host": "localhost" },
  };
  const far = at("192.168.1.9", "0.0.0.0");
  assert.equal((await ask(app, "/auto", { headers, connection: far })).status, 401);
  // Behind a proxy on this machine the name in Host is not ours.
  const proxied = await ask(app, "http://status.example.org/auto", { headers });
  assert.equal(proxied.status, 403);
});

Deno.test("a browser's request from another site is refused, its own and listed ones are not", async () => {
  const events = createEventBus();
  const app = guardedApp({ events, rateLimit: false }, { origins: "https://ours.example" });
  const cases: [headers: Record<string, string>, look: number, change: number][] = [
    [{ Origin: "http://localhost" }, 200, 200],
    [{ Origin: "https://ours.example" }, 200, 200],
    [{ "Sec-Fetch-Site": "same-origin" }, 200, 200],
    [{ "Sec-Fetch-Site": "none" }, 200, 200],
    [{ Origin: "http://localhost:3000" }, 403, 403],
    [{ Origin: "https://localhost" }, 403, 403],
    [{ Origin: "https://evil.example" }, 403, 403],
    [{ Origin: "https://ours.example.evil" }, 403, 403],
    [{ Origin: "null" }, 403, 403],
    [{ Origin: "" }, 403, 403],
    [{ "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" }, 403, 403],
    [{ "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors" }, 403, 403],
    // A link on another site may lead to the page, and to nothing else.
    [{ "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" }, 403, 403],
    [{ Upgrade: "websocket", Connection: "Upgrade" }, 403, 403],
  ];
  for (const [more, look, change] of cases) {
    const headers = { ...bearer(TOKENS.admin).headers, ...more };
    const label = JSON.stringify(more);
    assert.equal((await ask(app, "/auto", { headers })).status, look, label);
    const posted = await ask(app, "/api/events", { method: "POST", body: EVENT, headers });
    assert.equal(posted.status, change, label);
  }
  const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" };
  const admin = bearer(TOKENS.admin).headers;
  assert.equal((await ask(app, "/", { headers: { ...admin, ...link } })).status, 200);
  const preflight = (Origin: string) =>
    ask(app, "/api/events", {
      method: "OPTIONS",
      headers: { Origin, "Access-Control-Request-Method": "POST" },
    });
  const allowed = (await preflight("https://ours.example")).headers;
  assert.equal(allowed.get("access-control-allow-origin"), "https://ours.example");
  assert.match(allowed.get("access-control-allow-headers")!, /Authorization/);
  const refused = (await preflight("https://evil.example")).headers;
  assert.equal(refused.get("access-control-allow-origin"), null);
  const closed = await ask(createApp(), "/auto", { headers: { Origin: "http://localhost" } });
  assert.equal(closed.headers.get("access-control-allow-origin"), null);
});

Deno.test("a Host that is not ours is refused on every path, token or not", async () => {
  const app = guardedApp({ rateLimit: false }, { hosts: "status.example.org" });
  for (
    const [host, status] of [
      ...[["localhost:1", 200], ["127.0.0.1", 200], ["[::1]:9", 200], ["status.example.org", 200]],
      ...[["evil.example", 403], ["localhost.evil", 403], ["a.status.example.org", 403]],
      ...[["192.168.1.5:8765", 403]],
    ] as const
  ) {
    for (const path of ["/health", "/auto"]) {
      const init = bearer(TOKENS.viewer);
      const response = await ask(app, `http://${host}${path}`, init);
      assert.equal(response.status, status, `${host}${path}`);
    }
  }
});

Deno.test("a browser without a token is asked for one, and is told nothing else", async () => {
  const app = guardedApp({ workspace: "/home/ann/secret" });
  const page = await ask(app, "/", { headers: { Accept: "text/html,*/*" } });
  assert.deepEqual([page.status, page.headers.get("www-authenticate")], [401, "Bearer"]);
  assert.match(page.headers.get("content-security-policy")!, /script-src 'sha256-/);
  const text = await page.text();
  assert.match(text, /This server wants a token/);
  assert.doesNotMatch(text, /secret/);
  assert.equal((await (await ask(app, "/")).json()).error, "a token is needed");
});

Deno.test("the audit has each admin call and each refusal, and no secret", async () => {
  const lines: AuditLine[] = [];
  const app = guardedApp({
    events: createEventBus(),
    audit: (line) => lines.push(line),
    now: () => 5_000,
  });
  const headers = { ...bearer(TOKENS.admin).headers, Origin: "https://evil.example" };
  await ask(app, "/auto", bearer(TOKENS.viewer));
  await ask(app, "/health");
  await ask(app, "/api/events", { method: "POST", body: EVENT, ...bearer(TOKENS.admin) });
  await ask(app, "/api/events", { method: "POST", body: "{", ...bearer(TOKENS.admin) });
  await ask(app, "/api/events", { method: "POST", body: EVENT, ...bearer(TOKENS.viewer) });
  await ask(app, `/auto?token=${TOKENS.viewer}`);
  await ask(app, "/sk-proj-abcdefghijklmnopqrstuvwxyz0123456789", bearer("hush-hush"));
  await ask(app, "/auto", { headers });
  const seen = lines.map(({ role, method, status, detail }) => [role, method, status, detail]);
  assert.deepEqual(seen, [
    ["admin", "POST", 200, "admin call"],
    ["admin", "POST", 400, "admin call"],
    ["viewer", "POST", 403, "role too low"],
    [null, "GET", 401, "a token is needed"],
    [null, "GET", 401, "wrong token"],
    [null, "GET", 403, "origin not allowed"],
  ]);
  assert.deepEqual([lines[0]!.ts, lines[0]!.peer, lines[0]!.path], [5, "127.0.0.1", "/api/events"]);
  assert.doesNotMatch(JSON.stringify(lines), /vvv|aaa|hush|sk-proj/);
});

Deno.test("who asks too often is told to wait; wrong tokens count for many", async () => {
  const app = guardedApp({ rateLimit: { perSecond: 1, burst: 5, failureCost: 2 } });
  const from = (hostname: string) => ({
    connection: { remoteAddr: { hostname }, bind: "0.0.0.0" },
  });
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) statuses.push((await ask(app, "/health", from("10.0.0.1"))).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
  const limited = await ask(app, "/health", from("10.0.0.1"));
  assert.equal(limited.headers.get("retry-after"), "1");
  assert.deepEqual(await limited.json(), { error: "too many requests" });
  const guesses: number[] = [];
  for (let i = 0; i < 3; i++) {
    guesses.push((await ask(app, "/auto", { ...bearer(`x${i}`), ...from("10.0.0.2") })).status);
  }
  assert.deepEqual(guesses, [401, 401, 429]);
  const right = await ask(app, "/auto", { ...bearer(TOKENS.viewer), ...from("10.0.0.2") });
  assert.equal(right.status, 429, "and the right one is not found out by it");
  assert.equal(
    (await ask(app, "/auto", { ...bearer(TOKENS.viewer), ...from("10.0.0.3") })).status,
    200,
  );
});

Deno.test("a body that is too large or too slow is refused, and is not read without a right to it", async () => {
  const limits = { maxBytes: 100, maxMs: 50 };
  const app = createApp({ events: createEventBus(), limits, access: accessRules() });
  const large = "x".repeat(101);
  assert.equal((await post(app, "/api/events", large)).status, 413);
  const stream = (chunks: (string | number)[]) =>
    new ReadableStream({
      async pull(controller) {
        const next = chunks.shift();
        if (next === undefined) return controller.close();
        if (typeof next === "number") await new Promise((resolve) => setTimeout(resolve, next));
        else controller.enqueue(new TextEncoder().encode(next));
      },
    }, { highWaterMark: 0 });
  const send = (chunks: (string | number)[], connection: unknown = HERE) =>
    ask(app, "/api/events", { method: "POST", body: stream(chunks), connection });
  assert.equal((await send(["x".repeat(60), "x".repeat(60)])).status, 413);
  const slow = await send(['{"topic"', 200, ":1}"]);
  assert.deepEqual([slow.status, await slow.json()], [408, { error: "the body took too long" }]);
  assert.equal((await send([EVENT.slice(0, 9), EVENT.slice(9)])).status, 200);
  const chunks = ["x".repeat(200)];
  assert.equal((await send(chunks, {})).status, 401);
  assert.equal(chunks.length, 1);
});
