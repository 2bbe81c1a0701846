import assert from "node:assert/strict";
import type { Approval } from "../config.ts";
import type { ForeignTool, GateRequest } from "./decision.ts";
import { createGate } from "./gate.ts";
import { createPathGuard } from "./paths.ts";
import { EMPTY_POLICY } from "./policy.ts";

const TOOL: ForeignTool = { pin: "ab".repeat(32), from: "user", changed: false };

type Row = readonly [
  approval: Approval | undefined,
  foreign: Partial<ForeignTool>,
  verdict: string,
  rule: string,
  more?: { origin?: "user"; yes?: true; interactive?: false },
];

const ROWS: readonly Row[] = [
  [undefined, {}, "ask", "approval.unset.execute"],
  [undefined, {}, "deny", "approval.unset.execute", { interactive: false }],
  [undefined, {}, "allow", "approval.yes", { yes: true }],
  [undefined, {}, "allow", "consent", { origin: "user" }],
  ["edit", {}, "ask", "approval.unset.execute"],
  ["manual", {}, "ask", "approval.manual"],
  ["plan", {}, "deny", "approval.plan"],
  ["plan", { changed: true }, "deny", "approval.plan"],
  ["auto", {}, "allow", "approval.auto"],
  ["auto", { from: "workspace" }, "ask", "mcp.workspace"],
  ["auto", { from: "workspace" }, "deny", "mcp.workspace", { interactive: false }],
  ["auto", { from: "workspace" }, "allow", "approval.yes", { yes: true }],
  ["auto", { changed: true }, "ask", "mcp.changed"],
  ["auto", { changed: true }, "ask", "mcp.changed", { yes: true }],
  ["auto", { changed: true }, "deny", "mcp.changed", { yes: true, interactive: false }],
  [undefined, { changed: true }, "ask", "mcp.changed", { origin: "user" }],
];

Deno.test("the gate decides tools of other programs by mode, by whose they are and by their pin", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const row of ROWS) {
      const [approval, foreign, verdict, rule, more = {}] = row;
      const { origin = "agent", yes = false, interactive = true } = more;
      const guard = createPathGuard(root);
      const gate = createGate({ policy: EMPTY_POLICY, approval, yes, interactive, guard });
      const request: GateRequest = {
        tool: "mcp__s__t",
        effect: "execute",
        origin,
        needs: {},
        foreign: { ...TOOL, ...foreign },
      };
      const decision = await gate.decide(request);
      assert.deepEqual([decision.verdict, decision.rule], [verdict, rule], JSON.stringify(row));
      assert.equal(decision.scope, `mcp__s__t (sha256 ${TOOL.pin})`);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
