/** The status app in Node as it is: types are stripped, and hono is found where Deno keeps it. */
import assert from "node:assert/strict";
import { findNode } from "./_find_node.ts";

const node = await findNode();
// deno-lint-ignore no-console -- a skipped check says so
if (node === undefined) console.log("SKIP server in Node: no Node 22.18, and npm gave none");

Deno.test({
  name: "server/mod.ts runs in Node: status, events, a stream, the page, and who may ask",
  ignore: node === undefined,
  async fn() {
    const at = (path: string) => JSON.stringify(new URL(`../${path}`, import.meta.url).href);
    const script = `
      import { registerHooks } from "node:module";
      const base = ${JSON.stringify(import.meta.resolve("hono"))};
      const folder = base.slice(0, base.lastIndexOf("/dist/") + 1);
      const { exports } = JSON.parse(
        (await import("node:fs")).readFileSync(new URL("package.json", folder), "utf8"),
      );
      registerHooks({
        resolve(specifier, context, next) {
          const name = /^hono(\\/.*)?$/.exec(specifier);
          if (name === null) return next(specifier, context);
          const entry = exports["." + (name[1] ?? "")].import;
          const path = typeof entry === "string" ? entry : entry.default;
          return next(new URL(path, folder).href, context);
        },
      });
      const server = await import(${at("server/mod.ts")});
      const { createEventBus } = await import(${at("streaming/events/event_bus.ts")});
      const { openMemoryStore } = await import(${at("core/store/memory.ts")});
      const store = openMemoryStore();
      await store.put("last:api:summary", "two errors");
      const events = createEventBus();
      const token = server.newToken();
      const app = server.createApp({
        ...{ store, events, access: server.accessRules({ tokens: token + ":admin" }) },
        peerOf: (_request, { socket }) => ({ address: socket.remoteAddress }),
      });
      const env = { socket: { remoteAddress: "10.0.0.1" } };
      const headers = { Authorization: "Bearer " + token };
      const ask = (path, init = { headers }) => app.request(path, init, env);
      const stream = (await ask("/api/events/stream?topic=ui.action&follow=1")).body.getReader();
      const body = JSON.stringify({ topic: "ui.action", event: { a: 1 } });
      const posted = await ask("/api/events", { method: "POST", headers, body });
      let text = "";
      const timer = setTimeout(() => stream.cancel(), 5_000);
      while (!text.includes("delta")) {
        const { done, value } = await stream.read();
        if (done) throw new Error("no event: " + posted.status + " " + await posted.text());
        text += new TextDecoder().decode(value);
      }
      clearTimeout(timer);
      await stream.cancel();
      console.log(JSON.stringify({
        names: (await (await ask("/containers")).json()).names,
        denied: (await ask("/containers", {})).status,
        posted: posted.status,
        ip: /"ip":"([^"]*)"/.exec(text)[1],
        page: /two errors/.test(await (await ask("/")).text()),
        metrics: /dspy_requests_total/.test(await (await ask("/metrics?format=prometheus")).text()),
      }));`;
    const { code, stdout, stderr } = await new Deno.Command(node!, {
      args: ["--no-warnings", "--input-type=module", "--eval", script],
    }).output();
    const text = new TextDecoder();
    assert.equal(code, 0, text.decode(stderr));
    assert.deepEqual(JSON.parse(text.decode(stdout)), {
      ...{ names: ["api"], denied: 401, posted: 200, ip: "10.0.0.1", page: true, metrics: true },
    });
  },
});
