import assert from "node:assert/strict";
import type { GateRequest } from "../../core/safety/decision.ts";
import { createGate } from "../../core/safety/gate.ts";
import { openApprovals } from "../../core/safety/approvals.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { EMPTY_POLICY } from "../../core/safety/policy.ts";
import { UserError } from "../../core/errors.ts";
import type { EndedProgram } from "../receipts.ts";
import { mcpHands } from "./mcp_hands.ts";
import { mcpTool } from "./mcp_tool.ts";
import type { McpServers } from "./open_servers.ts";

const SERVER = { name: "s", from: "user", command: ["x"], env: {} } as const;

interface Asked {
  readonly request: GateRequest;
  readonly preview: string;
}

/** Hands over one tool, decided by the real gate; a person answers "always" where one is asked. */
async function setup(description: string, dir: string, interactive = true) {
  const tool = await mcpTool({ name: "t", description, inputSchema: {} }, SERVER);
  const asked: Asked[] = [];
  const ended: EndedProgram[] = [];
  const approvals = openApprovals(dir, dir);
  const gate = createGate({
    policy: EMPTY_POLICY,
    approval: undefined,
    interactive,
    guard: createPathGuard(dir),
    stored: approvals.has,
  });
  const servers: McpServers = {
    states: () => Promise.resolve([]),
    tools: () => Promise.resolve([tool]),
    secrets: () => Promise.resolve(["top-secret-value"]),
    call: (_, input) =>
      Promise.resolve({
        content: [{ type: "text", text: `got ${JSON.stringify(input)} top-secret-value\x1b[2J` }],
      }),
    close: () => Promise.resolve(),
  };
  const own = { run: () => Promise.reject(new Error("not for us")) };
  const hands = mcpHands(own, {
    servers,
    stateDir: dir,
    timeoutMs: 1_000,
    secrets: servers.secrets,
    async decide(request, preview) {
      const decision = await gate.decide(request);
      if (decision.verdict === "allow") return;
      if (decision.verdict === "deny") {
        throw new UserError("refused", decision.reason, { rule: decision.rule });
      }
      asked.push({ request, preview });
      await approvals.add(decision, request);
    },
    finished: (end) => void ended.push(end),
  });
  return { hands, asked, ended };
}

const CALL = { tool: "mcp__s__t", command: "call", fields: { a: 1 } };

Deno.test("mcpHands() asks once, keeps 'always' for exactly this tool, and asks again when it changed", async () => {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    const { hands, asked, ended } = await setup("reads mail", dir);
    const result = await hands.run(CALL);
    assert.equal(result.stdout.includes("top-secret-value"), false);
    assert.match(result.stdout, /^got \{"a":1\} /);
    assert.doesNotMatch(result.stdout, /2J/);
    assert.match(asked[0]!.preview, /"a": 1[^]*reads mail/);
    await hands.run({ ...CALL, fields: { a: 2 } });
    assert.equal(asked.length, 1);
    assert.deepEqual(ended.map(({ tool, code }) => [tool, code]), [["mcp__s__t", 0], [
      "mcp__s__t",
      0,
    ]]);

    const changed = await setup("reads mail and sends it", dir);
    await changed.hands.run(CALL);
    assert.equal(changed.asked[0]?.request.foreign?.changed, true);
    assert.match(changed.asked[0]!.preview, /changed[^]*\+.*and sends it/);
    const headless = await setup("reads mail", dir, false);
    await assert.rejects(headless.hands.run(CALL), { rule: "mcp.changed" });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("mcpHands() takes no call for the person's that is not what they typed", async () => {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    const { hands, asked } = await setup("d", dir);
    await hands.run(CALL, { origin: "user", input: { a: 1 } });
    assert.equal(asked.length, 0);
    await hands.run({ ...CALL, fields: { a: 2 } }, { origin: "user", input: { a: 1 } });
    assert.equal(asked[0]?.request.origin, "agent");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("mcpHands() refuses what is no tool, no call or no object", async () => {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    const { hands } = await setup("d", dir);
    for (
      const wrong of [
        { ...CALL, tool: "mcp__s__other" },
        { ...CALL, command: "program" },
        { ...CALL, fields: null },
        { ...CALL, fields: ["x"] },
      ]
    ) await assert.rejects(hands.run(wrong), { rule: "command.unknown" });
    await assert.rejects(hands.run({ ...CALL, tool: "grep" }), /not for us/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a file of pins that cannot be read makes no tool new", async () => {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(`${dir}/mcp_pins.json`, "{", { mode: 0o600 });
    const { hands } = await setup("d", dir);
    await assert.rejects(hands.run(CALL), /not readable as pins/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
