import type { Emit } from "../events.ts";
import { canonical } from "./_canonical.ts";
import type { Proposal, Tool } from "../tool.ts";
import type { Candidate, Choice, ChoiceContext, Chooser, Outcome } from "./chooser.ts";
import type { CallResult, Mind, Turn } from "./mind.ts";
import { commandLine } from "./command_line.ts";
import type { PlainRequest } from "./request.ts";
import { scoreResult } from "./score.ts";
import { smallTalk } from "./small_talk.ts";
import { summarize } from "./summarize.ts";

/** What {@linkcode createLocalMind} works with. */
export interface LocalMindSetup {
  /** What was asked. */
  readonly request: PlainRequest;
  /** Tools that may be chosen. */
  readonly tools: readonly Tool[];
  /** Tools that policy denies: never chosen, but named where one would have fitted best. */
  readonly denied?: readonly Tool[];
  /** Tools that a person would have to be asked for. Default none. */
  readonly asks?: ReadonlySet<string>;
  /** Picks among the tools that offer themselves, and learns. */
  readonly chooser: Chooser;
  /** Facts for the chooser, by name: what the request looks like, what helped before. */
  readonly features: Readonly<Record<string, number>>;
  /** Publishes what was learned. */
  readonly emit: Emit;
  /** Whether the same call ran so shortly before that it would say the same. */
  cooling(tool: Tool, input: unknown): Promise<boolean>;
  /** Told the score of each step, from 0 to 2. */
  scored?(result: CallResult, score: number): void | Promise<void>;
  /** Tools that the policy prefers for this request. Default none. */
  readonly preferred?: ReadonlySet<string>;
  /** Steps at most. Default 4. */
  readonly maxSteps?: number;
}

/** A step that scores this much is an answer: the first one only if its tool was surely meant. */
const GOOD_ENOUGH = 1.2;
const SURE = 0.8;

/** What the policy's liking adds to a weight. */
const PREFERRED = 0.2;

/** In this mode each call of the agent is asked for: who says no to one says no to all. */
const ASKS_EACH = "approval.manual";

/** A choice whose outcome is awaited. */
interface Pending extends Open {
  readonly context: ChoiceContext;
  readonly choice: Choice;
}

interface Step extends Pending {
  readonly result: CallResult;
  readonly score: number;
}

/**
 * The mind that works without a model: each tool says what it would do for the request, the chooser
 * picks, and after at most four steps the results are summed up with proposals for what to do next.
 */
export function createLocalMind(setup: LocalMindSetup): Mind {
  const { request, tools, chooser, emit, maxSteps = 4 } = setup;
  const steps: Step[] = [];
  const tried = new Set<string>();
  const cooled = new Set<string>();
  const barred = new Set<string>();
  let pending: Pending | undefined;

  return {
    async next(results, step, last): Promise<Turn> {
      const said = step === 1 ? smallTalk(request) : undefined;
      if (said !== undefined) return { text: said, calls: [], ok: true };
      const result = results.at(-1);
      if (result !== undefined && pending !== undefined) await account(result, pending);
      if (last || steps.length >= maxSteps || settled()) return await conclude();
      return await act(step) ?? await conclude();
    },
  };

  async function account(result: CallResult, open: Pending): Promise<void> {
    const score = scoreResult(request, result, open.tool);
    steps.push({ ...open, result, score });
    const outcome = outcomeOf(result, score);
    await chooser.learn(open.context, open.choice, outcome);
    await setup.scored?.(result, score);
    const { tool, decision, propensity } = open.choice;
    const { reward, components } = outcome;
    emit("agent.learning", { tool, reward, components, propensity, ...decision && { decision } });
  }

  function settled(): boolean {
    const newest = steps.at(-1);
    if (newest === undefined) return false;
    const { proposal, choice, result, score } = newest;
    if (result.refused === ASKS_EACH) return true;
    // What was asked for by name has been done, whatever came of it.
    if (proposal.completes) return true;
    // What nobody can be asked for here is refused: a worse tool would answer another question.
    if (choice.sure && (result.ok || result.refused !== undefined)) return true;
    return score >= GOOD_ENOUGH && (steps.length >= 2 || proposal.weight >= SURE);
  }

  /** A sure answer leaves nothing to propose. */
  function answered(): boolean {
    const newest = steps.at(-1);
    if (newest === undefined || !newest.result.ok || !settled()) return false;
    const { proposal, choice } = newest;
    return proposal.completes === true || choice.sure === true || proposal.weight >= SURE;
  }

  async function act(step: number): Promise<Turn | undefined> {
    const { open, masked } = await candidates();
    const context: ChoiceContext = {
      request: request.text,
      step,
      history: steps.map(({ choice, score }) => ({ tool: choice.tool, score })),
      features: setup.features,
    };
    const picked = await chooser.choose(
      context,
      [...open.map(({ candidate }) => candidate), ...masked],
    );
    const chosen = open.find(({ candidate }) => candidate.tool === picked?.tool);
    const denied = bestDenied(chosen?.candidate.weight ?? 0);
    if (denied !== undefined) barred.add(denied);
    if (picked === undefined || chosen === undefined) return undefined;
    const { tool, proposal } = chosen;
    if (proposal.instead !== undefined) {
      return { text: proposal.instead, calls: [], ok: true };
    }
    const choice = denied === undefined
      ? picked
      : { ...picked, reason: `${denied} is denied by the policy; instead: ${picked.reason}` };
    tried.add(callKey(tool, proposal.input));
    pending = { ...chosen, context, choice };
    return {
      text: "",
      calls: [{ id: crypto.randomUUID(), tool: tool.name, input: proposal.input }],
      choice,
    };
  }

  /** What offers itself, and what would if nothing forbade it now. */
  async function candidates(): Promise<{ open: Open[]; masked: Candidate[] }> {
    const results = steps.map((step) => step.result);
    const open: Open[] = [];
    const masked = deniedOffers(results);
    for (const tool of tools) {
      const proposal = tool.propose?.(request, results);
      if (proposal === undefined || tried.has(callKey(tool, proposal.input))) continue;
      // What was surely asked for is done again: a cooldown only spares the same guess.
      if (!isSure(proposal) && await setup.cooling(tool, proposal.input)) {
        if (fits(proposal)) cooled.add(commandLine(tool, proposal.input));
        masked.push({ ...candidateOf(tool, proposal, setup.asks), masked: "cooling down" });
        continue;
      }
      const { weight, reason } = proposal;
      const preferred = fits(proposal) && (setup.preferred?.has(tool.name) ?? false);
      const candidate = preferred
        ? {
          ...candidateOf(tool, proposal, setup.asks),
          weight: weight + PREFERRED,
          reason: `${reason}; the policy prefers it`,
        }
        : candidateOf(tool, proposal, setup.asks);
      open.push({ tool, proposal, candidate });
    }
    return { open, masked };
  }

  function deniedOffers(results: readonly CallResult[]): Candidate[] {
    return (setup.denied ?? []).flatMap((tool) => {
      const proposal = tool.propose?.(request, results);
      return proposal === undefined
        ? []
        : [{ ...candidateOf(tool, proposal, setup.asks), masked: "denied by the policy" }];
    });
  }

  /** The denied tool that fits better than the weight, once. */
  function bestDenied(weight: number): string | undefined {
    const [best] = deniedOffers(steps.map((step) => step.result))
      .filter((offer) => fits(offer) && offer.weight > weight && !barred.has(offer.tool))
      .sort((a, b) => b.weight - a.weight);
    return best?.tool;
  }

  async function conclude(): Promise<Turn> {
    const next = (answered() ? [] : (await candidates()).open)
      .filter(({ proposal }) => fits(proposal) && proposal.instead === undefined)
      .sort((a, b) => b.proposal.weight - a.proposal.weight)
      .slice(0, 3)
      .map(({ tool, proposal }) => `${commandLine(tool, proposal.input)}  (${proposal.reason})`);
    const results = steps.map((step) => step.result);
    // What was asked for by name decides: failing tests are an answer, and no success.
    const ok = steps.some((step) => step.score > 0) &&
      steps.every(({ proposal, result }) => proposal.completes !== true || result.ok);
    const text = summarize(request, { results, cooled: [...cooled], denied: [...barred] });
    return { text, calls: [], ok, next };
  }
}

interface Open {
  readonly tool: Tool;
  readonly proposal: Proposal<unknown>;
  readonly candidate: Candidate;
}

/** What a chooser sees of a tool's offer. */
function candidateOf(
  { name }: Tool,
  { weight, reason }: Proposal<unknown>,
  asks: ReadonlySet<string> = new Set(),
): Candidate {
  return { tool: name, weight, reason, ...asks.has(name) && { asks: true } };
}

/** A call that a rule refused says nothing about the choice; one that a person rejected does. */
function outcomeOf({ refused, approved, ms, data }: CallResult, score: number): Outcome {
  const change = (data as { undo?: unknown } | null)?.undo;
  const components = {
    seconds: ms / 1000,
    ...approved !== undefined && { asked: 1 },
    ...approved === true && { accepted: 1 },
    ...approved === false ? { rejected: 1 } : refused === undefined && { score },
  };
  return {
    reward: Math.min(1, score / 2),
    components,
    ...typeof change === "string" && { change },
  };
}

/** Whether the request names what the tool does. */
function isSure({ completes, weight }: Proposal<unknown>): boolean {
  return completes === true || weight >= SURE;
}

/** Whether a rule speaks for it: people are told of no other offer. */
function fits({ weight }: Pick<Proposal<unknown>, "weight">): boolean {
  return weight > 0;
}

function callKey(tool: Tool, input: unknown): string {
  return `${tool.name} ${JSON.stringify(canonical(input))}`;
}
