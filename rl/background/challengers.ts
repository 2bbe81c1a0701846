import type { PolicyVariant } from "../chooser/policy_variant.ts";

/**
 * Who challenges the champion unless another list is given: one that believes outcomes sooner, one
 * that starts from nothing, one that tries more. None tries less: that looks better at each single
 * decision, and would leave the log without anything to judge by.
 */
export const CHALLENGERS: readonly PolicyVariant[] = [
  { id: "quick", options: { noise: 0.3 } },
  { id: "no-prior", options: { prior: false } },
  { id: "curious", options: { explore: 0.05 } },
];
