import type { Hono } from "hono";
import type { AccessRules } from "./access/access_rules.ts";

/** What who serves an app needs of it besides its answers. */
export interface AppParts {
  readonly rules: AccessRules;
  /** Ends what would otherwise go on for ever. */
  readonly close: () => void;
}

const parts = new WeakMap<Hono, AppParts>();

/** Keeps the parts of an app. */
export function rememberApp(app: Hono, of: AppParts): void {
  parts.set(app, of);
}

/** The parts of an app; undefined for one that is not ours. */
export function partsOf(app: Hono): AppParts | undefined {
  return parts.get(app);
}
