import type { Registry } from "../../../core/registry.ts";
import type { Policy } from "../../../core/safety/policy.ts";
import type { StoredReceipt } from "../../../core/safety/receipt.ts";
import { showControls } from "../../../core/safety/terminal.ts";
import { parseWords } from "../../../core/safety/words.ts";

/** What {@linkcode shrinkPolicy} looks names up in. */
export interface ShrinkOptions {
  readonly registry: Registry;
  /** What counts now: what it denies stays denied. */
  readonly policy: Policy;
}

/** The tool whose commands a policy lists. */
const FREE_TOOL = "exec";
/** Refusals that are named. */
const MOST_REFUSED = 10;

/**
 * Proposes the smallest policy that would have sufficed for what the receipts tell: of the tools that
 * change something only those that were used, of the commands just those that ran.
 *
 * @param receipts oldest first.
 * @returns lines of a policy file in YAML, with what they were drawn from as comments.
 */
export function shrinkPolicy(
  receipts: readonly StoredReceipt[],
  { registry, policy }: ShrinkOptions,
): string[] {
  const ours = receipts.filter(({ tool }) =>
    registry.find(tool) !== undefined || tool.startsWith("mcp__")
  );
  if (ours.length === 0) return ["no receipts yet: nothing to go by"];
  const allowed = ours.filter(({ verdict }) => verdict === "allow");
  const used = unique(allowed.map(({ tool }) => tool));
  const unused = registry.entries.filter(({ name, effect }) =>
    effect !== "read" && !used.includes(name)
  );
  const commands = unique(
    allowed.filter(({ tool, used }) => tool === FREE_TOOL && used !== undefined)
      .map(({ used }) => used!),
  );
  const whole = commands.filter(isWhole);
  const sessions = unique(ours.map(({ session }) => session)).length;
  return [
    `# The smallest policy that would have sufficed: ${ours.length} receipts of ${sessions} sessions, ` +
    `${time(ours[0]!)} to ${time(ours.at(-1)!)}.`,
    "# Nothing was written. Put it into .dspy_policy.yaml, and keep what else .dspy_policy says;",
    "# allow_commands count after: dspy-code permissions trust",
    ...comment("Tools used", used.toSorted()),
    ...comment("Files written", unique(allowed.flatMap((one) => filesOf(one, registry))).sort()),
    ...comment("Programs started", programsOf(allowed)),
    ...comment("Refused, and not counted", refusals(ours)),
    ...whole.length < commands.length
      ? [`# ${commands.length - whole.length} commands of exec are not whole in the receipts`]
      : [],
    "policy:",
    ...list("deny_tools", unique([...policy.deny_tools, ...unused.map(({ name }) => name)])),
    ...list("allow_commands", whole),
  ];
}

/** A command in which a secret was masked, or which was cut, allows nothing. */
function isWhole(line: string): boolean {
  return !line.includes("[redacted]") && !line.includes("\u2026");
}

function filesOf({ tool, granted }: StoredReceipt, registry: Registry): string[] {
  return registry.find(tool)?.effect === "write" ? wordsOf(granted).slice(1) : [];
}

function programsOf(receipts: readonly StoredReceipt[]): string[] {
  const started = receipts.filter(({ used }) => used !== undefined);
  return [...Map.groupBy(started, ({ tool }) => tool)].map(([tool, runs]) =>
    `${tool} (${unique(runs.map(({ used }) => wordsOf(used!)[0] ?? used!)).sort().join(", ")})`
  ).sort();
}

function refusals(receipts: readonly StoredReceipt[]): string[] {
  const refused = unique(
    receipts.filter(({ verdict }) => verdict === "deny").map(({ tool, what, rule }) =>
      `${what === tool || what.startsWith(`${tool} `) ? what : `${tool} ${what}`} [${rule}]`
    ),
  );
  const rest = refused.length - MOST_REFUSED;
  return [...refused.slice(0, MOST_REFUSED), ...rest > 0 ? [`${rest} more`] : []];
}

function wordsOf(line: string): string[] {
  try {
    return parseWords(line);
  } catch {
    return [];
  }
}

function comment(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`# ${title}: ${showControls(items.join(", "))}`];
}

function list(key: string, items: readonly string[]): string[] {
  if (items.length === 0) return [`  ${key}: []`];
  // A JSON text is one of YAML, too.
  const shown = items.map((item) => /^[\w-]+$/.test(item) ? item : JSON.stringify(item));
  return [`  ${key}:`, ...shown.map((item) => `    - ${item}`)];
}

function time({ ts }: StoredReceipt): string {
  return new Date(ts).toISOString().slice(0, 16).replace("T", " ");
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
