import type { Proposal, Tool } from "../tool.ts";
import { canonical } from "./_canonical.ts";
import type { Candidate } from "./chooser.ts";
import { commandLine } from "./command_line.ts";
import type { CallResult } from "./mind.ts";
import type { PlainRequest } from "./request.ts";

/** What {@linkcode offersOf} works with. */
export interface OffersSetup {
  /** What was asked. */
  readonly request: PlainRequest;
  /** Tools that may be chosen. */
  readonly tools: readonly Tool[];
  /** Tools that policy denies: never chosen, but named where one would have fitted best. */
  readonly denied?: readonly Tool[];
  /** Tools that a person would have to be asked for. Default none. */
  readonly asks?: ReadonlySet<string>;
  /** Tools that the policy prefers for this request. Default none. */
  readonly preferred?: ReadonlySet<string>;
  /** Whether the same call ran so shortly before that it would say the same. */
  cooling(tool: Tool, input: unknown): Promise<boolean>;
}

/** A tool that offers itself. */
export interface Offer {
  readonly tool: Tool;
  readonly proposal: Proposal<unknown>;
  /** What a chooser sees of it. */
  readonly candidate: Candidate;
}

/** Who offers itself for a request. */
export interface Offers {
  /** What may be chosen. */
  readonly open: readonly Offer[];
  /** What could be, if nothing forbade it now; each says why it may not. */
  readonly masked: readonly Candidate[];
  /** Command lines that cool down and that a rule speaks for. */
  readonly cooled: readonly string[];
}

/** What the policy's liking adds to a weight. */
const PREFERRED = 0.2;

/** A tool that fits so well was surely meant. */
export const SURE = 0.8;

/**
 * Asks each tool what it would do for a request. Whoever has no input for it is no candidate; what
 * was run already, cools down or is denied is one that may not be chosen.
 *
 * @param results what was done for it so far.
 * @param tried keys of the calls that were made for it: see {@linkcode callKey}.
 */
export async function offersOf(
  setup: OffersSetup,
  results: readonly CallResult[],
  tried: ReadonlySet<string> = new Set(),
): Promise<Offers> {
  const open: Offer[] = [];
  const masked = deniedOffers(setup, results);
  const cooled: string[] = [];
  for (const tool of setup.tools) {
    const proposal = tool.propose?.(setup.request, results);
    if (proposal === undefined) continue;
    const candidate = candidateOf(tool, proposal, setup.asks);
    if (tried.has(callKey(tool, proposal.input))) {
      masked.push({ ...candidate, masked: "run already" });
      continue;
    }
    // What was surely asked for is done again: a cooldown only spares the same guess.
    if (!isSure(proposal) && await setup.cooling(tool, proposal.input)) {
      if (fits(proposal)) cooled.push(commandLine(tool, proposal.input));
      masked.push({ ...candidate, masked: "cooling down" });
      continue;
    }
    const preferred = fits(proposal) && (setup.preferred?.has(tool.name) ?? false);
    open.push({ tool, proposal, candidate: preferred ? liked(candidate) : candidate });
  }
  return { open, masked, cooled };
}

/** What the tools that policy denies would do. */
export function deniedOffers(
  { denied = [], request, asks }: OffersSetup,
  results: readonly CallResult[],
): Candidate[] {
  return denied.flatMap((tool) => {
    const proposal = tool.propose?.(request, results);
    if (proposal === undefined) return [];
    return [{ ...candidateOf(tool, proposal, asks), masked: "denied by the policy" }];
  });
}

/** Whether a rule speaks for it: people are told of no other offer. */
export function fits({ weight }: Pick<Proposal<unknown>, "weight">): boolean {
  return weight > 0;
}

/** Tells a call from others. */
export function callKey(tool: Tool, input: unknown): string {
  return `${tool.name} ${JSON.stringify(canonical(input))}`;
}

/** Whether the request names what the tool does. */
function isSure({ completes, weight }: Proposal<unknown>): boolean {
  return completes === true || weight >= SURE;
}

function candidateOf(
  { name }: Tool,
  { weight, reason }: Proposal<unknown>,
  asks: ReadonlySet<string> = new Set(),
): Candidate {
  return { tool: name, weight, reason, ...asks.has(name) && { asks: true } };
}

function liked(candidate: Candidate): Candidate {
  return {
    ...candidate,
    weight: candidate.weight + PREFERRED,
    reason: `${candidate.reason}; the policy prefers it`,
  };
}
