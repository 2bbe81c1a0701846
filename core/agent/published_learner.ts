import type { Emit } from "../events.ts";
import type { Explanation, Learner } from "./learner.ts";

type Verified = NonNullable<Learner["verified"]>;

/**
 * A learner that publishes what becomes known of a choice after its request: what a person says of
 * it, that they took its change back, what checks say of the change. What comes of the call itself is published by the mind.
 */
export function publishedLearner(learner: Learner, emit: Emit): Learner {
  return {
    ...learner,
    async feedback(mark, tool) {
      const about = await learner.feedback(mark, tool);
      if (about !== undefined) publish(about, { feedback: mark }, tool);
      return about;
    },
    async reverted(change) {
      const about = await learner.reverted(change);
      if (about !== undefined) publish(about, { reverted: 1 });
      return about;
    },
    ...learner.verified && { verified: verifying(learner.verified) },
  };

  function verifying(verified: Verified): Verified {
    return async (before, now) => {
      const about = await verified(before, now);
      if (about !== undefined) publish(about, { verified: about.reward ?? 0 });
      return about;
    };
  }

  function publish(
    { tool, decision, propensity, reward = 0 }: Explanation,
    components: Readonly<Record<string, number>>,
    better?: string,
  ): void {
    const right = better === undefined || better === tool ? {} : { better };
    emit("agent.learning", { tool, reward, components, propensity, decision, ...right });
  }
}
