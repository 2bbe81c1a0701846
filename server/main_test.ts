import assert from "node:assert/strict";
import { UserError } from "../core/errors.ts";
import { createEventBus } from "../streaming/events/event_bus.ts";
import { denoServe } from "./_serve_testing.ts";
import { guardedApp, TOKENS } from "./_testing.ts";
import { createApp } from "./app.ts";
import { type RunningServer, serveApp } from "./main.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends bytes over a socket of its own; gives what came back until the other end closed or `ms`. */
async function raw({ host, port }: RunningServer, parts: readonly (string | number)[], ms = 2_000) {
  const socket = await Deno.connect({ hostname: host, port });
  const writer = socket.writable.getWriter();
  const encoder = new TextEncoder();
  const write = async () => {
    for (const part of parts) {
      if (typeof part === "number") await pause(part);
      else await writer.write(encoder.encode(part));
    }
  };
  const written = write().catch(() => {});
  let text = "";
  const decoder = new TextDecoder();
  const late = setTimeout(() => socket.close(), ms);
  try {
    for await (const chunk of socket.readable) {
      text += decoder.decode(chunk, { stream: true });
      // One answer is enough: the connection may stay open for more.
      if (hasWholeAnswer(text)) break;
    }
  } catch {
    // closed by the other end in the middle, or by us
  }
  clearTimeout(late);
  await written;
  try {
    socket.close();
  } catch { /* it is closed */ }
  return { text, status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0) };
}

function hasWholeAnswer(text: string): boolean {
  const [head, body = ""] = text.split("\r\n\r\n", 2);
  const length = /content-length: (\d+)/i.exec(head!)?.[1];
  return text.includes("\r\n\r\n") && length !== undefined &&
    new TextEncoder().encode(body).length >= Number(length);
}

const request = (line: string, headers: readonly string[], body = "") =>
  [line, ...headers, "", body].join("\r\n");

const LOCAL = "Host: 127.0.0.1";
const EVENT = JSON.stringify({ topic: "ui.action", event: {} });
const big = "a".repeat(1 << 20);

Deno.test("bad requests over a socket: each is refused, none hangs, none says what is inside", async (t) => {
  const limits = { maxMs: 100 };
  await using server = serveApp(createApp({ events: createEventBus(), limits }), { port: 0 });
  const post = (headers: readonly string[], body = EVENT) =>
    request("POST /api/events HTTP/1.1", [LOCAL, ...headers], body);
  const length = (body: string) => `Content-Length: ${body.length}`;
  const cases: [name: string, statuses: number[], ...parts: (string | number)[]][] = [
    ["a good one", [200], post([length(EVENT)])],
    ["no Host", [400], request("GET /auto HTTP/1.1", [])],
    ["no Host in HTTP/1.0", [400], request("GET /auto HTTP/1.0", [])],
    ["an empty Host", [400], request("GET /auto HTTP/1.1", ["Host:"])],
    ["two Hosts", [400], request("GET /auto HTTP/1.1", [LOCAL, "Host: evil.example"])],
    ["DNS rebinding", [403], request("GET /auto HTTP/1.1", ["Host: evil.example:8765"])],
    ["a look-alike Host", [403], request("GET /auto HTTP/1.1", ["Host: localhost.evil"])],
    ["a Host with user", [403], request("GET /auto HTTP/1.1", ["Host: localhost@evil.example"])],
    ["another absolute target", [403], request("GET http://evil.example/auto HTTP/1.1", [LOCAL])],
    ["the same absolute target", [200], request("GET http://127.0.0.1/auto HTTP/1.1", [LOCAL])],
    ["CONNECT", [403], request("CONNECT evil.example:80 HTTP/1.1", [LOCAL])],
    ["TRACE", [405], request("TRACE /auto HTTP/1.1", [LOCAL])],
    ["a method of its own", [405], request("STEAL /auto HTTP/1.1", [LOCAL])],
    ["OPTIONS *", [404], request("OPTIONS * HTTP/1.1", [LOCAL])],
    ["cross-origin", [403], post([length(EVENT), "Origin: https://evil.example"])],
    ["Origin null", [403], post([length(EVENT), "Origin: null"])],
    ["a form of another site", [403], post([length(EVENT), "Sec-Fetch-Site: cross-site"])],
    [
      "a web socket",
      [403],
      request("GET /api/events/stream?topic=a HTTP/1.1", [
        ...[LOCAL, "Connection: Upgrade", "Upgrade: websocket"],
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
      ]),
    ],
    ["forwarded", [200], request("GET /auto HTTP/1.1", [LOCAL, "X-Forwarded-For: 9.9.9.9"])],
    ["malformed JSON", [400], post([length("{nope")], "{nope")],
    ["a body that is announced too large", [413], post([`Content-Length: ${2 << 20}`], big), big],
    [
      "a chunked body that is too large",
      [413],
      post(["Transfer-Encoding: chunked"], ""),
      ...Array.from({ length: 5 }, () => `40000\r\n${"a".repeat(0x40000)}\r\n`),
    ],
    ["a slow body", [408], post([length(EVENT)], EVENT.slice(0, 5)), 300],
    ["a slow chunked body", [408], post(["Transfer-Encoding: chunked"], '5\r\n{"top\r\n'), 300],
    ["two lengths", [400], post(["Content-Length: 5", "Content-Length: 7"])],
    ["length and chunks", [400], post([length(EVENT), "Transfer-Encoding: chunked"])],
    ["a negative length", [400], post(["Content-Length: -1"])],
    ["giant headers", [400, 431], request("GET /auto HTTP/1.1", [LOCAL, `X: ${big}`])],
    [
      "a thousand headers",
      [400, 431],
      request("GET /auto HTTP/1.1", [
        LOCAL,
        ...Array.from({ length: 1_000 }, (_, i) => `X-${i}: a`),
      ]),
    ],
    ["a giant target", [400, 414], request(`GET /${big} HTTP/1.1`, [LOCAL])],
    ["control characters", [400], request("GET /auto HTTP/1.1", [LOCAL, "X: a\x01b"])],
    ["no HTTP", [400], "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    ["a path upwards", [404], request("GET /../../etc/passwd HTTP/1.1", [LOCAL])],
    [
      "an escaped path upwards",
      [404],
      request("GET /%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1", [LOCAL]),
    ],
    ["broken escapes", [404], request("GET /%ff%zz%00 HTTP/1.1", [LOCAL])],
    [
      "broken escapes in a query",
      [400, 404],
      request("GET /api/events/tail?topic=%ff%zz HTTP/1.1", [LOCAL]),
    ],
  ];
  for (const [name, statuses, ...parts] of cases) {
    await t.step(name, async () => {
      const { status, text } = await raw(server, parts);
      assert.ok(statuses.includes(status), `${status}: ${text.slice(0, 300)}`);
      assert.doesNotMatch(text, /\bat .+:\d+|\.ts\b|\/work\/|\/home\/|node_modules|Error:/);
      if (status >= 400 && !text.includes("content-length: 0")) {
        assert.match(text, /content-type: application\/json/i);
        assert.match(text, /\{"error":"/);
      }
    });
  }
  await t.step("and the server goes on", async () => {
    assert.equal((await raw(server, [request("GET /health HTTP/1.1", [LOCAL])])).status, 200);
  });
});

Deno.test("the peer is the connection's, the bind the server's: tokens decide elsewhere", async () => {
  const all = { host: "0.0.0.0", port: 0 };
  await using server = serveApp(guardedApp(), all);
  const auto = (headers: readonly string[]) =>
    raw({ ...server, host: "127.0.0.1" }, [request("GET /auto HTTP/1.1", headers)]);
  assert.equal((await auto([LOCAL])).status, 401);
  assert.equal((await auto([LOCAL, `Authorization: Bearer ${TOKENS.viewer}`])).status, 200);
  // By its address in the network a server may be called; by any name it may not.
  const token = `Authorization: Bearer ${TOKENS.viewer}`;
  assert.equal((await auto(["Host: 192.168.1.5:8765", token])).status, 200);
  assert.equal((await auto(["Host: evil.example", token])).status, 403);
});

Deno.test("serveApp() refuses to be open to others without tokens, or with short ones", () => {
  const start = (app: Parameters<typeof serveApp>[0]) => () =>
    serveApp(app, { host: "0.0.0.0", port: 0 });
  const usage = (text: RegExp) => (error: unknown) =>
    error instanceof UserError && error.kind === "usage" && text.test(error.line);
  assert.throws(start(createApp()), usage(/no token is configured: set API_TOKENS/));
  assert.throws(start(guardedApp({}, { tokens: "short:viewer" })), usage(/32 characters at least/));
  assert.throws(start(guardedApp({}, { adminKey: "short" })), usage(/32 characters at least/));
});

Deno.test("serveApp() says what is wrong with a port or an address", async () => {
  await using server = serveApp(createApp(), { port: 0 });
  const { port } = server;
  assert.throws(() => serveApp(createApp(), { port }), /127\.0\.0\.1:\d+ is taken/);
  const app = guardedApp();
  assert.throws(() => serveApp(app, { host: "192.0.2.1", port: 0 }), /no address of this machine/);
});

const openssl = await Promise.try(() => new Deno.Command("openssl", { args: ["version"] }).output())
  .then(({ success }) => success, () => false);
// deno-lint-ignore no-console -- a skipped check says so
if (!openssl) console.log("SKIP TLS: there is no openssl to make a certificate with");

Deno.test({
  name: "with a certificate it is served over TLS, and asked over HTTP/2 the rules are the same",
  ignore: !openssl,
  async fn() {
    const folder = await Deno.makeTempDir();
    const [certFile, keyFile] = [`${folder}/cert.pem`, `${folder}/key.pem`];
    try {
      const made = await new Deno.Command("openssl", {
        args: [
          ...[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
          ],
          ...["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
          ...[
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            keyFile,
            "-out",
            certFile,
          ],
        ],
      }).output();
      assert.ok(made.success, new TextDecoder().decode(made.stderr));
      const [cert, key] = [await Deno.readTextFile(certFile), await Deno.readTextFile(keyFile)];
      await using server = serveApp(guardedApp(), { port: 0, cert, key });
      assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
      for (const http2 of [true, false]) {
        using client = Deno.createHttpClient({ caCerts: [cert], http1: !http2, http2 });
        const ask = async (headers: Record<string, string>) => {
          const response = await fetch(`${server.url}/auto`, { client, headers });
          await response.text();
          return response.status;
        };
        const token = { Authorization: `Bearer ${TOKENS.viewer}` };
        assert.equal(await ask({}), 401);
        assert.equal(await ask(token), 200);
        assert.equal(await ask({ ...token, Origin: server.url }), 200);
        assert.equal(await ask({ ...token, Origin: server.url.replace("https", "http") }), 403);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("deno serve of main.ts shows a workspace's store, on this machine alone", async () => {
  const root = await Deno.makeTempDir();
  try {
    const { openSqliteStore } = await import("../core/store/sqlite.ts");
    const store = await openSqliteStore(`${root}/.dspy/store.db`);
    await store.put("last:api:summary", "two errors");
    await store.close();
    const main = new URL("main.ts", import.meta.url).pathname;
    const rights = [`--allow-read=${root}`, `--allow-write=${root}/.dspy`];
    {
      await using served = await denoServe("127.0.0.1", [...rights, main, root]);
      const response = await fetch(`http://127.0.0.1:${served.port}/containers`);
      assert.deepEqual((await response.json()).names, ["api"]);
    }
    const open = [...rights, "--allow-env=API_TOKENS", main, root];
    const refusals = [["", /no token is configured/], ["short:viewer", /token that short/], [
      "word",
      /token 1 has no role/,
    ]] as const;
    for (const [API_TOKENS, said] of refusals) {
      await assert.rejects(denoServe("0.0.0.0", open, { API_TOKENS }), said);
    }
    const token = "t".repeat(32);
    await using served = await denoServe("0.0.0.0", open, { API_TOKENS: `${token}:viewer` });
    const url = `http://127.0.0.1:${served.port}/containers`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual((await response.json()).names, ["api"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
