import type { Hands, HandsOptions, ProgramRequest, ProgramResult } from "../../core/command.ts";
import { describeError, UserError } from "../../core/errors.ts";
import type { GateRequest } from "../../core/safety/decision.ts";
import { createRedactor, redactJson } from "../../core/safety/redact.ts";
import { secretValues } from "../../core/safety/secret_values.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { joinWords } from "../../core/safety/words.ts";
import type { Receipts } from "../receipts.ts";
import { blockReason, type HookEnd, noteOf } from "./hook_answer.ts";
import type { Hook } from "./hook_config.ts";
import { matchesTool } from "../../skills/external/hook_patterns.ts";
import {
  type AfterOutcome,
  type BeforeOutcome,
  checkHookRequest,
  HOOK_TOOL,
  type HookFields,
} from "../../skills/external/hook_request.ts";
import { type HookSite, startHook } from "./start_hook.ts";

/** What {@linkcode hookHands} needs. */
export interface HookHandsSetup extends HookSite {
  readonly hooks: readonly Hook[];
  /** Id of the session, for the hooks. */
  readonly session: string;
  readonly receipts: Pick<Receipts, "decision" | "program">;
  /**
   * The gate.
   *
   * @throws {UserError} `refused`.
   */
  decide(request: GateRequest, preview: string): Promise<void>;
  /** Whether the hooks of the workspace, and what they run, are still those that were trusted. */
  trusted(): Promise<boolean>;
}

/**
 * Hands that also run the hooks of a call. The session says which call; which programs that means,
 * and whether they may run, is decided here.
 */
export function hookHands(own: Hands, setup: HookHandsSetup): Hands {
  const redactor = createRedactor(secretValues(setup.env));
  const clean = (text: string) => redactor.text(sanitize(text));
  return {
    run: (request, options) =>
      request.tool === HOOK_TOOL ? runHooks(request, options) : own.run(request, options),
  };

  async function runHooks(
    request: ProgramRequest,
    { signal }: HandsOptions = {},
  ): Promise<ProgramResult> {
    const started = performance.now();
    const { on, fields: given } = checkHookRequest(request);
    const fields = redactJson(given, redactor);
    const { root: workspace, session } = setup;
    const stdin = JSON.stringify({ event: on, ...fields, workspace, session }) + "\n";
    const hooks = setup.hooks.filter((hook) =>
      hook.on === on && matchesTool(hook.tools, given.tool)
    );
    const outcome = on === "before"
      ? await before(hooks, fields, stdin, signal)
      : await after(hooks, stdin, signal);
    return {
      code: 0,
      stdout: JSON.stringify(outcome),
      stderr: "",
      signal: null,
      truncated: false,
      timedOut: false,
      ms: Math.round(performance.now() - started),
      argv: [HOOK_TOOL],
      reports: {},
    };
  }

  /** The first that says no decides. */
  async function before(
    hooks: readonly Hook[],
    { tool }: HookFields,
    stdin: string,
    signal: AbortSignal | undefined,
  ): Promise<BeforeOutcome> {
    for (const hook of hooks) {
      const reason = await run(hook, stdin, signal).then(
        blockReason,
        (error) => why(error, signal),
      );
      if (reason === undefined) continue;
      const rule = "hook.blocked";
      setup.receipts.decision(
        { tool, effect: "execute", origin: "agent", needs: {} },
        { verdict: "deny", rule, scope: joinWords([tool]), reason },
      );
      return { block: `${nameOf(hook)}: ${reason}` };
    }
    return {};
  }

  /** All of them, one after another: each may change what the next one looks at. */
  async function after(
    hooks: readonly Hook[],
    stdin: string,
    signal: AbortSignal | undefined,
  ): Promise<AfterOutcome> {
    const notes: string[] = [];
    for (const hook of hooks) {
      const note = await run(hook, stdin, signal).then(noteOf, (error) => why(error, signal));
      if (note !== undefined) notes.push(`${nameOf(hook)}: ${note}`);
    }
    return { notes };
  }

  async function run(
    hook: Hook,
    stdin: string,
    signal: AbortSignal | undefined,
  ): Promise<HookEnd> {
    const { command: argv, from } = hook;
    if (from === "workspace" && !await setup.trusted()) {
      throw new UserError("refused", "it, or what it runs, changed since you trusted it", {
        hint: "dspy-code permissions trust",
      });
    }
    const needs = { programs: [argv[0]!] };
    await setup.decide(
      { tool: HOOK_TOOL, effect: "execute", origin: "agent", needs, argv, hook: from },
      "",
    );
    const raw = await startHook(hook, stdin, setup, signal);
    const bytes = raw.stdout.length + raw.stderr.length;
    setup.receipts.program({ tool: HOOK_TOOL, argv, code: raw.code, bytes });
    return { ...raw, stdout: clean(raw.stdout), stderr: clean(raw.stderr) };
  }
}

/** Why a hook did not run; a call that is stopped is no failure of its hooks. */
function why(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) throw error;
  return `it did not run: ${describeError(error)}`;
}

/** Characters of a hook's command that are shown. */
const MAX_NAME = 60;

function nameOf({ command }: Hook): string {
  const line = joinWords(command);
  return line.length <= MAX_NAME ? line : `${line.slice(0, MAX_NAME - 1)}…`;
}
