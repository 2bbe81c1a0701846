import { UserError } from "../errors.ts";
import { isLearnable } from "./_learnable.ts";
import type { PredictorState } from "./state.ts";

/** What a bare predictor is called. */
const BARE = "predict";

const NAMES = new WeakMap<object, ReadonlyMap<object, string>>();

/**
 * The modules below one (itself as ""), by the way to them; what is there twice has its first name.
 * Kept, since a program is not changed once it runs.
 */
export function namesOf(root: object): ReadonlyMap<object, string> {
  const known = NAMES.get(root);
  if (known !== undefined) return known;
  const names = new Map<object, string>();
  const seen = new Set<object>();
  visit(root, "");
  NAMES.set(root, names);
  return names;

  function visit(value: unknown, path: string): void {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    if (isLearnable(value)) {
      seen.add(value);
      names.set(value, path === "" ? BARE : path);
      return;
    }
    if (!isModule(value) && !isHolder(value)) return;
    seen.add(value);
    if (isModule(value)) names.set(value, path);
    for (const [key, held] of Object.entries(value)) {
      visit(held, path === "" ? key : `${path}.${key}`);
    }
  }
}

/** A copy of a program in which predictors have other state; the rest is shared. */
export function copyWith(
  root: object,
  names: ReadonlyMap<object, string>,
  learned: ReadonlyMap<string, PredictorState>,
): object {
  const copies = new Map<object, object>();
  return copy(root) as object;

  function copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (isLearnable(value)) {
      const state = learned.get(names.get(value) ?? "");
      const made = state === undefined ? value : value.relearn(state);
      copies.set(value, made);
      return made;
    }
    if (!isModule(value) && !isHolder(value)) return value;
    if (isModule(value) && Object.hasOwn(value, "forward")) {
      throw new UserError(
        "usage",
        "`forward` is a property that keeps pointing at the old program",
        {
          hint: "write it as a method: async forward(input) { ... }",
        },
      );
    }
    const made: Record<string, unknown> = Array.isArray(value)
      ? [] as unknown as Record<string, unknown>
      : Object.create(Object.getPrototypeOf(value));
    copies.set(value, made);
    let changed = false;
    for (const [key, held] of Object.entries(value)) {
      made[key] = copy(held);
      changed ||= made[key] !== held;
    }
    // What holds no changed predictor stays the same object: tools, data, settings.
    if (!changed) copies.set(value, value);
    return changed ? made : value;
  }
}

/** Whether it is a module, by what it can do: the class itself would be a circle of imports. */
function isModule(value: object): boolean {
  return "forward" in value && "state" in value && "with" in value;
}

/** Whether it is a list or plain object, which may hold modules. */
function isHolder(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
