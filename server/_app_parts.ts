import type { AccessRules } from "./access/access_rules.ts";

/** What who serves an app needs of it besides its answers. */
export interface AppParts {
  /** Who may ask. */
  readonly rules: AccessRules;
  /** Ends what would otherwise go on for ever. */
  readonly close: () => void;
}

const parts = new WeakMap<object, AppParts>();

/** Keeps the parts of an app. */
export function rememberApp(app: object, of: AppParts): void {
  parts.set(app, of);
}

/** The parts of an app; undefined for one that is not ours. */
export function partsOf(app: object): AppParts | undefined {
  return parts.get(app);
}
