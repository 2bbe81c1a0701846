// deno-lint-ignore-file no-console -- a script for the command line
// The status server as a function, without a port: deno run -A examples/streaming/status_server.ts
import { createApp } from "@dspy/code/server";
import { createEventBus } from "@dspy/code/streaming/events";

const events = createEventBus();
const app = createApp({ events, peerOf: () => ({ address: "127.0.0.1", bind: "127.0.0.1" }) });
events.publishEvent("agent.action", { name: "grep", result: "3 hits" });
for (const path of ["/health", "/api/events/tail?topic=agent.action&key=event.name&value=grep"]) {
  const answer = await app.request(`http://localhost${path}`);
  console.log(answer.status, await answer.text());
}
