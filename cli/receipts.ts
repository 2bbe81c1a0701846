import { describeError } from "../core/errors.ts";
import type { Event } from "../core/events.ts";
import { lazy } from "../core/lazy.ts";
import type { Decision, GateRequest, Verdict } from "../core/safety/decision.ts";
import type { Receipt } from "../core/safety/receipt.ts";
import { joinWords } from "../core/safety/words.ts";

/** A program that has ended. */
export interface EndedProgram {
  readonly tool: string;
  readonly argv: readonly string[];
  readonly code: number | null;
  /** Bytes it printed. */
  readonly bytes: number;
}

/** Writes the receipts of one session, in order. */
export interface Receipts {
  /** What the gate said on our side. */
  decision(request: GateRequest, decision: Decision): void;
  /** What the person said. */
  answer(request: GateRequest, decision: Decision, granted: boolean): void;
  program(ended: EndedProgram): void;
  /** Keeps what the session's own gate decided. */
  event(event: Event): void;
  /** Resolves once all are written. */
  flush(): Promise<void>;
}

/** What {@linkcode createReceipts} needs. */
export interface ReceiptsSetup {
  readonly stateDir: string;
  readonly session: string;
  /** The launcher's environment: values of keys in it are not written. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told once when receipts cannot be written. */
  readonly warn: (line: string) => void;
}

const VERDICTS: ReadonlySet<unknown> = new Set<Verdict>(["allow", "ask", "deny"]);

// Loaded while the session boots.
const loadWriter = lazy<typeof import("./write_receipt.ts")>("./write_receipt.ts", import.meta.url);

/** Writes receipts one after another, while the work goes on. */
export function createReceipts({ stateDir, session, env, warn }: ReceiptsSetup): Receipts {
  let queue: Promise<unknown> = Promise.resolve();
  let failed = false;
  return {
    decision: (request, decision) =>
      write({ ...base(request, decision), verdict: decision.verdict }),
    answer: (request, decision, granted) =>
      write({ ...base(request, decision), verdict: granted ? "allow" : "deny", rule: "person" }),
    program: ({ tool, argv, code, bytes }) => {
      const line = joinWords(argv);
      const rule = "program.end";
      const rest = { what: line, granted: line, used: line, bytes, exitCode: code };
      write({ tool, verdict: "allow", rule, ...rest });
    },
    event(event) {
      if (event.type !== "permission") return;
      const { tool, what, verdict, rule } = event.data;
      // The session says it, so it may be anything.
      if (![tool, what, rule].every((field) => typeof field === "string")) return;
      if (!VERDICTS.has(verdict)) return;
      write({ tool, what, verdict, rule, granted: verdict === "allow" ? what : "" });
    },
    flush: () => queue.then(() => {}),
  };

  function base(
    request: GateRequest,
    { scope, rule }: Decision,
  ): Omit<Receipt, "session" | "verdict"> {
    const what = request.argv ? joinWords(request.argv) : scope;
    return { tool: request.tool, what, rule, granted: scope };
  }

  function write(receipt: Omit<Receipt, "session">): void {
    queue = queue.then(loadWriter)
      .then(({ writeReceipt }) => writeReceipt(stateDir, { session, ...receipt }, env))
      .catch((error) => {
        if (!failed) warn(`receipts are not kept: ${describeError(error)}`);
        failed = true;
      });
  }
}
