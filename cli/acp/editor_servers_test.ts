import assert from "node:assert/strict";
import type { Place } from "../shell.ts";
import { withEditorServers } from "./editor_servers.ts";

const place = (user?: unknown) => (user === undefined ? {} : { mcp: { user } }) as Place;

Deno.test("withEditorServers() adds programs and addresses as the person's own settings", () => {
  const { mcp } = withEditorServers(
    place({ station: { command: ["mine"] } }),
    [
      { name: "my tools", command: "/bin/x", args: ["-a"], env: [{ name: "A", value: "1" }] },
      { name: "web", type: "http", url: "https://a.example", headers: [] },
      { name: "station", command: "/bin/theirs", args: [], env: [] },
    ],
    () => assert.fail("nothing is left out"),
  );
  assert.deepEqual(mcp?.user, {
    "my-tools": { command: ["/bin/x", "-a"], env: { A: "1" } },
    web: { type: "http", url: "https://a.example", headers: {} },
    station: { command: ["mine"] },
  });
});

Deno.test("withEditorServers() fills in nothing of our environment", () => {
  const told: string[] = [];
  const env = [{ name: "KEY", value: "${OPENAI_API_KEY}" }];
  const bad = [{ name: "bad", command: "/bin/x", args: [], env }];
  assert.equal(withEditorServers(place(), bad, (line) => told.push(line)).mcp, undefined);
  assert.equal(told.length, 1);
});
