import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill } from "../../core/program/skill.ts";
import { createRedactor } from "../../core/safety/redact.ts";
import { fitText } from "../_fit_text.ts";
import { missingFiles, namedPaths } from "../_named_paths.ts";
import { fileRole } from "../plan/file_role.ts";
import { filesFromPatch } from "./files_from_patch.ts";
import { parsePatch } from "./parse_patch.ts";
import type { Patch } from "./patch_types.ts";
import { planPatch, type ReadFileState } from "./plan_patch.ts";
import { type PatchVerdict, verifyPatch, type VerifyPatchOptions } from "./verify_patch.ts";

/** Input of {@linkcode patchVerifier}. */
export interface VerifyInput extends VerifyPatchOptions {
  /** The patch as a unified diff. */
  readonly diff: string;
  /** What it is to do. Default unknown: only its form and its dangers are judged. */
  readonly task?: string;
  /** Gives the present state of a path: then it is tried whether the patch applies. */
  readonly read?: ReadFileState;
}

/**
 * Judges a patch before it is applied. By rules: its form and size, dangerous commands and secrets in
 * added lines, deleted files, code without tests, and, with `read`, whether it applies. A model can
 * only be stricter than the rules.
 *
 * @example
 * ```ts
 * import { patchVerifier } from "@dspy/code/skills/edit";
 * import assert from "node:assert/strict";
 *
 * const diff = "--- a/run.sh\n+++ b/run.sh\n@@ -1 +1 @@\n-ls\n+sudo ls\n";
 * const { output, by } = await patchVerifier.run({ diff });
 * assert.deepEqual([by, output.verdict, output.reasons], [
 *   "rules",
 *   "fail",
 *   ['Forbidden in added lines: "sudo"'],
 * ]);
 * ```
 */
export const patchVerifier: Skill<VerifyInput, PatchVerdict> = defineSkill({
  name: "patch_verifier",
  signature: sig(
    {
      task: z.string().describe("what the patch is to do"),
      diff: z.string().describe("the patch"),
      problem: z.string().optional().describe("what was wrong with the last answer"),
    },
    {
      verdict: z.enum(["pass", "fail"]).describe("fail only for what is plainly wrong"),
      risk: z.enum(["low", "medium", "high"]).describe("what may break when it is applied"),
      reasons: z.array(z.string()).describe("why, a sentence each; empty when it passes"),
    },
    "Judge the patch: does it do the task and nothing else, and does the code still work? Fail it " +
      "for wrong or unfinished code, for changes that the task does not ask for, and for secrets. " +
      "Do not fail it for style.",
  ),
  reasons: true,
  maxTokens: 800,
  give: ({ task, diff }: VerifyInput, room) => ({
    task: (task ?? "unknown").slice(0, Math.floor(room / 4)),
    diff: fitText(diff, Math.floor(room * 3 / 4)),
  }),
  async accept({ verdict, risk, reasons }, input, ctx): Promise<PatchVerdict> {
    const rules = await judge(input);
    const known = new Set(filesFromPatch(input.diff));
    const sound: string[] = [];
    for (const reason of reasons.map((reason) => reason.trim()).filter(Boolean)) {
      if ((await missingFiles(namedPaths(reason), known, ctx)).length === 0) sound.push(reason);
    }
    if (verdict === "fail" && sound.length === 0) {
      throw new UserError("failed", "it fails the patch for no reason that holds");
    }
    return {
      verdict: rules.verdict === "fail" ? "fail" : verdict,
      risk_level: RISKS[Math.max(RISKS.indexOf(rules.risk_level), RISKS.indexOf(risk))]!,
      reasons: [...rules.reasons, ...sound],
      fix_suggestions: rules.fix_suggestions,
    };
  },
  local: judge,
});

const RISKS = ["low", "medium", "high"] as const;

/** The verdict of the rules. */
async function judge(input: VerifyInput): Promise<PatchVerdict> {
  const { diff, read, ...options } = input;
  const form = verifyPatch(diff, options);
  if (form.verdict === "fail") return form;
  let patch: Patch;
  try {
    patch = parsePatch(diff);
  } catch (error) {
    return failed(error, "Write the change as a diff.");
  }
  if (read !== undefined) {
    try {
      await planPatch(patch, read);
    } catch (error) {
      return failed(error, "Read the files again and make the diff anew.");
    }
  }
  const added = diff.split("\n").filter((line) => /^\+(?!\+\+ )/.test(line)).join("\n");
  if (createRedactor([]).text(added) !== added) {
    return failed(
      new UserError("failed", "It adds what looks like a key or a password"),
      "Read it from the environment instead.",
    );
  }
  const deleted = patch.files.flatMap((file) => file.kind === "delete" ? [file.path] : []);
  const roles = filesFromPatch(diff).map(fileRole);
  const untested = roles.includes("source") && !roles.includes("test");
  return {
    ...form,
    risk_level: deleted.length > 0 && form.risk_level === "low" ? "medium" : form.risk_level,
    reasons: deleted.map((path) => `It deletes ${path}`),
    fix_suggestions: untested ? ["It changes code and no test: run those there are."] : [],
  };
}

function failed(error: unknown, suggestion: string): PatchVerdict {
  if (!(error instanceof UserError)) throw error;
  const line = error.message.split("\n")[0]!;
  return {
    verdict: "fail",
    risk_level: "high",
    reasons: [line],
    fix_suggestions: [suggestion],
  };
}
