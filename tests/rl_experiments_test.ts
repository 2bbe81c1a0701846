/** The experiments of learning in their short form: each runs, and keeps the limits that are no speeds. */
import assert from "node:assert/strict";
import type { MakeSection } from "../bench/rl/_section.ts";

/** Speeds are for `deno task bench:rl`, which runs alone. */
const SPEED = /speed|per_s|vs_c|_us$|ratio/;

for (
  const name of [
    "rules",
    "helps",
    "testbed",
    "regret",
    "switching",
    "classification",
    "ope",
    "promotion",
    "ppo",
    "bandit_speed",
    "env_speed",
    "nn_speed",
  ]
) {
  Deno.test({
    name: `bench:rl ${name} keeps its limits in short`,
    // What is measured leaves timers of its own behind.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const { section }: { section: MakeSection } = await import(`../bench/rl/${name}.ts`);
      const { title, text, figures } = await section({ quick: true });
      assert.ok(title.length > 0 && text.length > 0);
      for (const [figure, { value, limit, better }] of Object.entries(figures)) {
        assert.ok(Number.isFinite(value), `${figure} is ${value}`);
        if (SPEED.test(figure)) continue;
        const kept = better === "lower" ? value <= limit : value >= limit;
        assert.ok(kept, `${figure}: ${value}, limit ${limit}`);
      }
    },
  });
}
