import type { Hands } from "../core/command.ts";
import { UserError } from "../core/errors.ts";
import { openApprovals } from "../core/safety/approvals.ts";
import type { Decision, GateRequest } from "../core/safety/decision.ts";
import { createGate } from "../core/safety/gate.ts";
import { createHands } from "../core/safety/hands.ts";
import { createPathGuard } from "../core/safety/paths.ts";
import { secretValues } from "../core/safety/secret_values.ts";
import type { Mcp } from "./mcp/open_mcp.ts";
import type { Question } from "./launcher_setup.ts";
import type { OpenLauncherOptions } from "./open_launcher.ts";
import type { Receipts } from "./receipts.ts";

/** Who decides on the launcher's side, and who acts on it. */
export interface Authority {
  readonly hands: Hands;
  /**
   * Decides a question of the session: by the gate, then by the person.
   *
   * @throws {UserError} `refused`.
   */
  answer(question: Question): Promise<true>;
}

/** What {@linkcode createAuthority} needs. */
export interface AuthoritySetup extends OpenLauncherOptions {
  readonly receipts: Receipts;
  /** Adds to the hands what MCP servers offer, behind the same decision. Default nothing. */
  readonly extend?: Mcp["hands"];
}

/** Puts gate, stored approvals, person, hands and receipts together. Loaded when first needed. */
export function createAuthority(setup: AuthoritySetup): Authority {
  const { place, env, registry, terminal, receipts } = setup;
  const { config, policy, workspace: { root }, interactive, stateDir, ours } = place;
  const approvals = openApprovals(stateDir, root);
  const gate = createGate({
    policy,
    approval: config.approval,
    yes: config.yes,
    interactive,
    guard: createPathGuard(root, { denied: policy.deny_paths, own: ours }),
    stored: approvals.has,
  });
  const hands = createHands({
    registry,
    root,
    env,
    hold: terminal.hold,
    // No program's output may bring these back.
    secrets: secretValues(env),
    async authorize({ tool, effect, shown, cwd, origin }) {
      const needs = { programs: [shown[0]!] };
      await decide({ tool, effect, origin, needs, argv: shown, cwd }, "");
    },
    finished: ({ tool, argv }, { code, stdout, stderr }) =>
      receipts.program({ tool, argv, code, bytes: stdout.length + stderr.length }),
  });
  return {
    hands: setup.extend?.(hands, decide) ?? hands,
    async answer({ tool, origin, what, preview }) {
      const effect = registry.find(tool)?.effect ?? "execute";
      await decide({ tool, effect, origin, needs: { write: what } }, preview);
      return true;
    },
  };

  /** @throws {UserError} `refused` unless the gate, or the person it sends to, allows it. */
  async function decide(request: GateRequest, preview: string): Promise<void> {
    const decision = await gate.decide(request);
    receipts.decision(request, decision);
    if (decision.verdict === "allow") return;
    if (decision.verdict === "ask" && await askPerson(request, decision, preview)) return;
    const { reason, rule } = decision;
    const why = decision.verdict === "ask" ? "not approved" : reason;
    throw new UserError("refused", `not run: ${why} [${rule}]: ${decision.scope}`, { rule });
  }

  async function askPerson(
    request: GateRequest,
    decision: Decision,
    preview: string,
  ): Promise<boolean> {
    const answer = await terminal.ask({ request, decision, preview });
    if (answer === "always") await approvals.add(decision, request);
    receipts.answer(request, decision, answer !== "no");
    return answer !== "no";
  }
}
