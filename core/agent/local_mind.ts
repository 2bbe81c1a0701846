import type { Emit } from "../events.ts";
import type { Choice, ChoiceContext, Chooser } from "./chooser.ts";
import type { CallResult, Mind, Turn } from "./mind.ts";
import { commandLine } from "./command_line.ts";
import {
  callKey,
  deniedOffers,
  fits,
  type Offer,
  type Offers,
  offersOf,
  type OffersSetup,
  SURE,
} from "./offers.ts";
import { outcomeOf } from "./outcome_of.ts";
import { scoreResult } from "./score.ts";
import { smallTalk } from "./small_talk.ts";
import { summarize } from "./summarize.ts";

/** What {@linkcode createLocalMind} works with. */
export interface LocalMindSetup extends OffersSetup {
  /** Picks among the tools that offer themselves, and learns. */
  readonly chooser: Chooser;
  /** Facts for the chooser, by name: what the request looks like, what helped before. */
  readonly features: Readonly<Record<string, number>>;
  /** Words as they were written, by what features call them. Default: as they are called. */
  readonly words?: Readonly<Record<string, string>>;
  /** Publishes what was learned. */
  readonly emit: Emit;
  /** Told the score of each step, from 0 to 2. */
  scored?(result: CallResult, score: number): void | Promise<void>;
  /** Steps at most. Default 4. */
  readonly maxSteps?: number;
}

/** A step that scores this much is an answer: the first one only if its tool was surely meant. */
const GOOD_ENOUGH = 1.2;

/** In this mode each call of the agent is asked for: who says no to one says no to all. */
const ASKS_EACH = "approval.manual";

/** A choice whose outcome is awaited. */
interface Pending extends Offer {
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
  const { request, chooser, emit, maxSteps = 4 } = setup;
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
    const { open, masked } = await offered();
    const context: ChoiceContext = {
      request: request.text,
      step,
      history: steps.map(({ choice, score }) => ({ tool: choice.tool, score })),
      features: setup.features,
      ...setup.words && { words: setup.words },
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

  async function offered(): Promise<Offers> {
    const offers = await offersOf(setup, steps.map(({ result }) => result), tried);
    for (const line of offers.cooled) cooled.add(line);
    return offers;
  }

  /** The denied tool that fits better than the weight, once. */
  function bestDenied(weight: number): string | undefined {
    const [best] = deniedOffers(setup, steps.map(({ result }) => result))
      .filter((offer) => fits(offer) && offer.weight > weight && !barred.has(offer.tool))
      .sort((a, b) => b.weight - a.weight);
    return best?.tool;
  }

  async function conclude(): Promise<Turn> {
    const next = (answered() ? [] : (await offered()).open)
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
