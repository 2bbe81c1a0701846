import type { Approval } from "../config.ts";
import { describeError, UserError } from "../errors.ts";
import type { Access } from "../workspace/files.ts";
import { lazy } from "../lazy.ts";
import type { Ruling } from "./decide_command.ts";
import type { Gate, GateRequest } from "./decision.ts";
import { policyDenial } from "./policy_denial.ts";
import type { PathGuard } from "./paths.ts";
import { type Policy, PREFERENCES_FILE } from "./policy.ts";
import { joinWords } from "./words.ts";

/** What {@linkcode createGate} decides by. */
export interface GateSetup {
  /** The policy to act on, its allowed commands only if trusted. */
  readonly policy: Policy;
  /** Undefined: reads run, writes and commands ask. */
  readonly approval: Approval | undefined;
  /** Whether a person can be asked; if not, what would ask is denied. */
  readonly interactive: boolean;
  /**
   * Answers yes where a person would be asked, but for protected files and for tools of other
   * programs that have changed. Default false.
   */
  readonly yes?: boolean;
  /** Of the workspace. */
  readonly guard: PathGuard;
  /** Guards of further folders that may be read: logs outside the workspace. */
  readonly readable?: readonly PathGuard[];
  /** Whether the person answered "always" to exactly this before. Default never. */
  stored?(scope: string, request: GateRequest): boolean | Promise<boolean>;
}

// Most calls start no program, and their first decision is a part of every start.
const loadCommands = lazy<typeof import("./decide_command.ts")>(
  "./decide_command.ts",
  import.meta.url,
);
const loadForeign = lazy<typeof import("./_decide_foreign.ts")>(
  "./_decide_foreign.ts",
  import.meta.url,
);

/** The tool whose commands are written freely, not built from fields. */
const FREE_TOOL = "exec";

/**
 * Makes the gate: hard denials (paths, the shape of a command, what the policy denies), then the
 * approval mode, then what the policy or an earlier "always" allows; everything else asks, and is
 * denied where nobody can be asked.
 *
 * A call that starts programs is decided twice: as a call, which only looks at denials and files,
 * and then for each program with its argv.
 */
export function createGate(setup: GateSetup): Gate {
  return {
    async decide(request) {
      const scope = scopeOf(request);
      try {
        const ruling = await hardDenial(request, setup) ?? await byMode(request, setup);
        return { ...await settle(ruling, request, scope, setup), scope };
      } catch (error) {
        return { verdict: "deny", rule: "gate.error", scope, reason: describeError(error) };
      }
    },
  };
}

/**
 * The exact thing that is decided: an argv and where it runs, the tool with what it writes, or what
 * another program's tool says of itself.
 */
function scopeOf({ tool, argv, cwd = ".", needs, foreign }: GateRequest): string {
  if (foreign !== undefined) return `${joinWords([tool])} (sha256 ${foreign.pin})`;
  if (argv !== undefined) return joinWords(argv) + (cwd === "." ? "" : ` (in ${joinWords([cwd])})`);
  return joinWords([tool, ...[...needs.write ?? []].sort()]);
}

async function hardDenial(
  request: GateRequest,
  setup: GateSetup,
): Promise<Ruling | undefined> {
  const { tool, needs, argv, query = "" } = request;
  const { policy, guard, readable = [] } = setup;
  const denial = policyDenial(policy, query, tool);
  if (denial !== undefined) {
    const rule = denial.startsWith("policy-deny(") ? "policy.rules" : "policy.deny_tools";
    return { verdict: "deny", rule, reason: `${denial} (in the workspace's policy file)` };
  }
  const closed = policy.preferences?.broken;
  if (closed !== undefined && couldBeForbidden(request)) {
    const reason =
      `${PREFERENCES_FILE} cannot be understood, so all is closed that it could forbid: ` +
      closed;
    return { verdict: "deny", rule: "preferences.broken", reason };
  }
  for (const path of needs.read ?? []) {
    const refusals = [guard, ...readable].map((guard) => refusal(guard, path, "read"));
    const refused = refusals.every((ruling) => ruling !== undefined);
    if (refused && refusals[0]) return refusals[0];
  }
  for (const path of needs.write ?? []) {
    const refused = refusal(guard, path, "write");
    if (refused) return refused;
  }
  return argv && (await loadCommands()).deniedCommand(argv, policy);
}

/** What the agent changes or starts, and free commands of anyone. */
function couldBeForbidden({ tool, effect, origin }: GateRequest): boolean {
  return tool === FREE_TOOL || (origin === "agent" && effect !== "read");
}

/** Only refusals count here: that a file does not exist is for the tool to say. */
function refusal(guard: PathGuard, path: string, access: Access): Ruling | undefined {
  try {
    guard.check(path, access);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.kind !== "refused") return undefined;
    return { verdict: "deny", rule: error.rule ?? "path", reason: error.line };
  }
}

async function byMode(request: GateRequest, setup: GateSetup): Promise<Ruling> {
  const { tool, origin, argv, needs } = request;
  const { policy, guard, approval, interactive } = setup;
  // In every mode: a check that a mode could switch off would be none.
  if (request.hook === "user") return allow("hook.user", "the person configured this hook");
  if (request.hook) return allow("hook.trusted", "the person trusts the hooks of this workspace");
  if (approval === "plan" && origin === "agent" && request.effect !== "read") {
    const reason = "in plan mode nothing is changed and nothing is run";
    return { verdict: "deny", rule: "approval.plan", reason };
  }
  if (request.foreign?.changed) {
    return (await loadForeign()).decideForeign(request.foreign, request, approval);
  }
  const isProtected = needs.write?.find((path) => classify(guard, path) === "protected");
  if (isProtected !== undefined && origin === "agent") {
    const reason = `${isProtected} makes other programs act, so each change is asked for`;
    return { verdict: "ask", rule: "path.protected", reason };
  }
  const free = tool === FREE_TOOL && argv !== undefined
    ? (await loadCommands()).decideCommand(argv, { policy, guard, origin, interactive })
    : undefined;
  if (free?.verdict === "deny") return free;
  if (approval === "manual" && asksInManual(request)) {
    return { verdict: "ask", rule: "approval.manual", reason: "manual approval asks for it" };
  }
  if (request.foreign) {
    return (await loadForeign()).decideForeign(request.foreign, request, approval);
  }
  return free ?? byEffect(request, setup);
}

/** Reads of a person are not asked for; programs are, when their argv is known. */
function asksInManual({ origin, effect, argv, foreign }: GateRequest): boolean {
  if (effect === "execute") return argv !== undefined || foreign !== undefined;
  return origin === "agent" || effect === "write";
}

function byEffect({ origin, effect, argv }: GateRequest, { approval }: GateSetup): Ruling {
  if (effect === "execute" && argv === undefined) {
    return allow("program.each", "each program it starts is decided on its own");
  }
  if (origin === "user") return allow("consent", "the person asked for it");
  if (effect === "read") return allow("approval.read", "reading runs without asking");
  if (approval === "auto") return allow("approval.auto", "automatic approval");
  if (approval === "edit" && effect === "write") {
    return allow("approval.edit", "edit mode lets changes of files run");
  }
  const what = effect === "write" ? "changes files" : "starts a program";
  return { verdict: "ask", rule: `approval.unset.${effect}`, reason: `it ${what}` };
}

async function settle(
  ruling: Ruling,
  request: GateRequest,
  scope: string,
  { approval, interactive, yes = false, stored }: GateSetup,
): Promise<Ruling> {
  if (ruling.verdict !== "ask") return ruling;
  const always = ruling.rule === "path.protected" || ruling.rule === "mcp.changed";
  if (!always && approval !== "manual" && await stored?.(scope, request)) {
    return allow("approval.stored", 'the person answered "always" before');
  }
  if (!always && yes) return allow("approval.yes", "--yes answers for the person");
  if (interactive) return ruling;
  const way = ruling.rule === "mcp.changed"
    ? "start in a terminal and look at it"
    : always
    ? "make this change yourself"
    : "start in a terminal, give --yes, or allow it in the policy file";
  return {
    ...ruling,
    verdict: "deny",
    reason: `${ruling.reason}, and nobody can be asked here: ${way}`,
  };
}

/** By its spelled name; what it leads to was checked before. */
function classify(guard: PathGuard, path: string): ReturnType<PathGuard["classify"]> {
  try {
    return guard.classify(guard.check(path, "write").path);
  } catch {
    return "normal";
  }
}

function allow(rule: string, reason: string): Ruling {
  return { verdict: "allow", rule, reason };
}
