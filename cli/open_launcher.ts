import { UserError } from "../core/errors.ts";
import type { Event } from "../core/events.ts";
import type { Registry } from "../core/registry.ts";
import { openApprovals } from "../core/safety/approvals.ts";
import type { Decision, GateRequest } from "../core/safety/decision.ts";
import { createGate } from "../core/safety/gate.ts";
import { createHands } from "../core/safety/hands.ts";
import { createPathGuard } from "../core/safety/paths.ts";
import { pendingCommit } from "../core/workspace/pending_commit.ts";
import { createLauncher, type Launcher, type Question } from "./launcher.ts";
import { jailPlan } from "./jail_plan.ts";
import { createReceipts } from "./receipts.ts";
import { sessionEnv } from "./session_env.ts";
import type { Place } from "./shell.ts";
import type { Terminal } from "./ui/terminal.ts";

/** What {@linkcode openLauncher} puts together. */
export interface OpenLauncherOptions {
  readonly place: Place;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: Registry;
  readonly terminal: Terminal;
  /** Values that no program's output may bring back. */
  readonly secrets: readonly string[];
}

/** Composes the launcher of a workspace: gate, person, hands, receipts, terminal. */
export function openLauncher(options: OpenLauncherOptions): Launcher {
  const { place, env, registry, terminal, secrets } = options;
  const { config, policy, workspace, interactive, stateDir } = place;
  const { root } = workspace;
  const session = crypto.randomUUID();
  const guard = createPathGuard(root, { denied: policy.deny_paths, own: [stateDir] });
  const approvals = openApprovals(stateDir, root);
  const receipts = createReceipts({ stateDir, session, secrets, warn: terminal.warn });
  const gate = createGate({
    policy,
    approval: config.approval,
    yes: config.yes,
    interactive,
    guard,
    stored: (scope, argv) => approvals.has(scope, argv),
  });

  const launcher = createLauncher({
    session,
    workspace,
    config,
    policy,
    registry,
    interactive,
    plan: jailPlan(place),
    initialWrites: pendingCommit(root) ? "all" : "state",
    env: sessionEnv(env),
    createHands: (origin) =>
      createHands({
        registry,
        root,
        env,
        secrets,
        async authorize({ tool, effect, argv }) {
          const needs = { programs: [argv[0]!] };
          await decide({ tool, effect, origin: origin(), needs, argv }, "");
        },
        finished: ({ tool, argv }, { code, stdout, stderr }) =>
          receipts.program({ tool, argv, code, bytes: stdout.length + stderr.length }),
      }),
    async answer({ tool, origin, what, preview }: Question) {
      const effect = registry.find(tool)?.effect ?? "execute";
      await decide({ tool, effect, origin, needs: { write: what } }, preview);
      return true;
    },
    record: (event: Event) => receipts.event(event),
  });
  terminal.follow(launcher.bus, config);
  return {
    ...launcher,
    async close() {
      await launcher.close();
      await receipts.flush();
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
    throw new UserError("refused", `${decision.scope}: ${why} [${rule}]`, { rule });
  }

  async function askPerson(
    request: GateRequest,
    decision: Decision,
    preview: string,
  ): Promise<boolean> {
    const answer = await terminal.ask({ request, decision, preview });
    if (answer === "always") await approvals.add(decision, request);
    const granted = answer !== "no";
    receipts.answer(request, decision, granted);
    return granted;
  }
}
