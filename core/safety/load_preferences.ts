import { closest } from "../closest.ts";
import { describeError, UserError } from "../errors.ts";
import { isRecord } from "../is_record.ts";
import { codePattern } from "./_code_pattern.ts";
import type { PathGuard } from "./paths.ts";
import { PREFERENCES_FILE } from "./policy.ts";
import { NO_PREFERENCES, type Preferences } from "./preferences.ts";
import { readGuarded } from "./read_guarded.ts";

/** Preferences with what is to be said of them. */
export interface LoadedPreferences {
  /** Undefined when there is no file. */
  readonly preferences: Preferences | undefined;
  /** What was passed over or could not be understood, one sentence each. */
  readonly warnings: readonly string[];
}

const MAX_BYTES = 1024 * 1024;
const KEYS = ["forbidden_commands", "forbidden_code_patterns", "max_blast_radius"];

/**
 * Loads the preferences of a workspace. A file that is there and cannot be understood is not passed
 * over: what it could forbid is closed, see {@linkcode Preferences.broken}.
 *
 * @param guard of the workspace: a link to the outside counts as one that cannot be understood.
 */
export function loadPreferences(guard: PathGuard): LoadedPreferences {
  try {
    Deno.lstatSync(`${guard.root}/${PREFERENCES_FILE}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { preferences: undefined, warnings: [] };
  }
  try {
    const bytes = readGuarded(guard, PREFERENCES_FILE, { maxBytes: MAX_BYTES });
    return checkPreferences(parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    const broken = error instanceof UserError ? error.message : describeError(error);
    return {
      preferences: { ...NO_PREFERENCES, broken },
      warnings: [
        `${PREFERENCES_FILE}: ${broken}: until it is mended the agent changes nothing and starts ` +
        "nothing, and exec does not run",
      ],
    };
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError("usage", "it is not JSON", { cause });
  }
  if (isRecord(value)) return value;
  throw new UserError("usage", "it is not JSON settings, as {} is");
}

function checkPreferences(values: Record<string, unknown>): LoadedPreferences {
  const most = values.max_blast_radius ?? undefined;
  if (most !== undefined && !(Number.isSafeInteger(most) && Number(most) >= 0)) {
    throw wrong("max_blast_radius", "a whole number of lines", most);
  }
  const patterns = texts(values, "forbidden_code_patterns");
  const endless = patterns.find((pattern) => codePattern(pattern) === undefined);
  if (endless !== undefined) {
    throw new UserError("usage", `${JSON.stringify(endless)} could run for ever`);
  }
  return {
    preferences: {
      forbidden_commands: texts(values, "forbidden_commands"),
      forbidden_code_patterns: patterns,
      ...most === undefined ? {} : { max_blast_radius: Number(most) },
    },
    warnings: Object.keys(values).filter((key) => !KEYS.includes(key)).map((key) => {
      const [near] = closest(key, KEYS, { limit: 1 });
      const hint = near === undefined ? `known are ${KEYS.join(", ")}` : `did you mean "${near}"?`;
      return `${PREFERENCES_FILE}: unknown setting ${JSON.stringify(key)}: ${hint}`;
    }),
  };
}

function texts(values: Record<string, unknown>, key: string): string[] {
  const value = values[key] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw wrong(key, "a list of texts", value);
}

function wrong(key: string, expected: string, given: unknown): UserError {
  return new UserError("usage", `${key} is not ${expected}: ${JSON.stringify(given).slice(0, 60)}`);
}
