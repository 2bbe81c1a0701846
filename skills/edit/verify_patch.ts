import { findDanger } from "../../core/safety/danger.ts";
import { filesFromPatch } from "./files_from_patch.ts";
import { summarizePatch } from "./summarize_patch.ts";

/** Options of {@linkcode verifyPatch}. */
export interface VerifyPatchOptions {
  /** Files a patch may touch. Default 4. */
  readonly maxFiles?: number;
  /** Lines a patch may add and remove. Default 200. */
  readonly maxLines?: number;
  /** Texts that no added line may hold, whatever their case. Default none. */
  readonly forbidden?: readonly string[];
}

/** A verdict on a patch, before it is applied. */
export interface PatchVerdict {
  /** Whether it should be applied. */
  readonly verdict: "pass" | "fail";
  /** What is at stake when it is. */
  readonly risk_level: "low" | "medium" | "high";
  /** Why it fails. */
  readonly reasons: readonly string[];
  /** What to do about it. */
  readonly fix_suggestions: readonly string[];
}

/** Files whose change needs a second look even when it is small. */
const SENSITIVE = /(?:^|\/)(?:\.github|\.ci|package\.json|deno\.json|Dockerfile|Makefile)(?:\/|$)/;

/**
 * Judges the text of a patch by its form, its size and what it adds; it is not applied.
 *
 * @returns `fail` with the reasons, or `pass` with the risk left.
 */
export function verifyPatch(
  text: string,
  { maxFiles = 4, maxLines = 200, forbidden = [] }: VerifyPatchOptions = {},
): PatchVerdict {
  if (text.trim() === "") return fail("high", "Empty patch", "Write the change as a diff.");
  const missing = missingParts(text);
  if (missing.length > 0) {
    return fail("high", `Missing ${missing.join(", ")}`, "Use the unified diff format.");
  }
  const { files, added_lines, removed_lines } = summarizePatch(text);
  const lines = added_lines + removed_lines;
  if (files > maxFiles || lines > maxLines) {
    return fail(
      "high",
      `Patch too large: files=${files} lines=${lines}`,
      `Split it: at most ${maxFiles} files and ${maxLines} lines.`,
    );
  }
  const added = text.split("\n").filter((line) => /^\+(?!\+\+ )/.test(line)).join("\n");
  const lower = added.toLowerCase();
  const found = [
    ...forbidden.filter((pattern) => lower.includes(pattern.toLowerCase())),
    ...findDanger(added).map(({ name }) => name),
  ];
  if (found.length > 0) {
    const named = found.map((pattern) => JSON.stringify(pattern)).join(", ");
    return fail("high", `Forbidden in added lines: ${named}`, "Leave it out or ask for it.");
  }
  const risky = filesFromPatch(text).some((path) => SENSITIVE.test(path));
  const risk_level = risky || lines > maxLines / 2 ? "medium" : "low";
  return { verdict: "pass", risk_level, reasons: [], fix_suggestions: [] };
}

function missingParts(text: string): string[] {
  if (/^\*\*\* Begin Patch\s*$/m.test(text)) {
    return /^\*\*\* (?:Add|Update|Delete) File: /m.test(text) ? [] : ["a `*** … File:` line"];
  }
  const parts = [["---", /^--- /m], ["+++", /^\+\+\+ /m], ["@@", /^@@/m]] as const;
  return parts.filter(([, pattern]) => !pattern.test(text)).map(([name]) => name);
}

function fail(risk_level: "high", reason: string, suggestion: string): PatchVerdict {
  return { verdict: "fail", risk_level, reasons: [reason], fix_suggestions: [suggestion] };
}
