import type { Tool } from "../../tool.ts";
import type { AskSetup } from "../ask.ts";
import { choosable } from "../choosable.ts";
import { createCooldowns } from "../cooldowns.ts";
import type { CallResult } from "../mind.ts";
import { offersOf } from "../offers.ts";
import { outcomeOf } from "../outcome_of.ts";
import { parseRequest } from "../request.ts";
import { featureWords, requestFeatures } from "../request_features.ts";
import { scoreResult } from "../score.ts";

/** A suggestion that waits for what the model does. */
export interface MadeSuggestion {
  /** Logs it with the result of the model's first call; without one it called nothing. */
  taken(first: CallResult | undefined): Promise<void>;
}

/**
 * Asks each tool what it would do for a request, and the learner which of them it would pick.
 *
 * @param breath awaited before each piece of work: it may take its time, and may throw to end all.
 * @returns undefined when nothing would be picked, or nobody suggests anything.
 */
export async function makeSuggestion(
  text: string,
  setup: AskSetup,
  breath: () => Promise<void>,
): Promise<MadeSuggestion | undefined> {
  const { registry, gate, store, redactor } = setup;
  const loaded: Tool[] = [];
  for (const entry of registry.entries) {
    await breath();
    loaded.push(await entry.load());
  }
  await breath();
  const learner = await setup.learner?.();
  if (learner?.suggest === undefined) return undefined;
  await breath();
  const request = parseRequest(text);
  const cooldowns = createCooldowns(store, text);
  const { open, masked } = await offersOf({
    request,
    ...await choosable(loaded, gate, text),
    preferred: new Set(setup.preferred?.(text)),
    cooling: (tool, input) => cooldowns.cooling(tool, input),
  }, []);
  await breath();
  // They are kept in a log: a secret in a request must not be one of its words.
  const clean = parseRequest(redactor.text(text));
  const suggestion = await learner.suggest({
    request: text,
    step: 1,
    history: [],
    features: { ...requestFeatures(clean), ...await setup.features?.() },
    words: featureWords(clean),
  }, [...open.map(({ candidate }) => candidate), ...masked]);
  return suggestion && {
    async taken(first) {
      if (first === undefined) return await suggestion.taken("", {});
      const entry = registry.find(first.call.tool);
      const tool = await entry?.load();
      const { components } = outcomeOf(first, scoreResult(request, first, tool ?? {}));
      await suggestion.taken(entry?.name ?? first.call.tool, components);
    },
  };
}
