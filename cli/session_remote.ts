import type { CallerSetup } from "../core/agent/caller.ts";
import type { Bus } from "../core/bus.ts";
import type { Hands, HandsOptions, ProgramResult } from "../core/command.ts";
import { UserError } from "../core/errors.ts";
import { createEmit, type Emit, type Event } from "../core/events.ts";
import type { Init, ToSession } from "./protocol.ts";

/** The launcher as the session sees it: hands and a person, both at the end of a pipe. */
export interface Remote {
  readonly hands: Hands;
  readonly approve: CallerSetup["approve"];
  readonly emit: Emit;
  /** Takes an answer of the launcher. */
  receive(message: ToSession): void;
  /** Ends all waiting: the launcher will answer nothing more. */
  disconnect(): void;
}

interface Waiting {
  readonly onOutput: HandsOptions["onOutput"];
  resolve(result: ProgramResult): void;
  reject(error: Error): void;
}

const stopped = () => new UserError("aborted", "stopped");

/** Turns wishes into events and the launcher's answers into results. */
export function createRemote(bus: Bus<Event>, { session }: Init): Remote {
  const emit = createEmit(bus, session);
  const programs = new Map<string, Waiting>();
  const questions = new Map<string, (granted: boolean) => void>();
  return { hands: { run }, approve, emit, receive, disconnect };

  function run(
    request: Parameters<Hands["run"]>[0],
    { signal, onOutput }: HandsOptions = {},
  ): Promise<ProgramResult> {
    if (signal?.aborted) return Promise.reject(stopped());
    const id = crypto.randomUUID();
    const cancel = () => emit("program.cancel", { id });
    const answered = new Promise<ProgramResult>((resolve, reject) => {
      programs.set(id, { onOutput, resolve, reject });
    });
    signal?.addEventListener("abort", cancel, { once: true });
    emit("program.request", { id, ...request });
    return answered.finally(() => {
      programs.delete(id);
      signal?.removeEventListener("abort", cancel);
    });
  }

  function approve(question: Parameters<CallerSetup["approve"]>[0]): Promise<boolean> {
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      questions.set(id, resolve);
      emit("approval.request", { id, ...question });
    });
  }

  function disconnect(): void {
    for (const { reject } of programs.values()) reject(stopped());
    for (const answer of questions.values()) answer(false);
  }

  function receive(message: ToSession): void {
    if (message.type === "approval") {
      questions.get(message.id)?.(message.granted);
      questions.delete(message.id);
    } else if (message.type === "output") {
      programs.get(message.id)?.onOutput?.(message.chunk, message.stream);
    } else if (message.type === "program") {
      const waiting = programs.get(message.id);
      if ("result" in message) waiting?.resolve(message.result);
      else {
        const { kind, message: text, hint, rule } = message.error;
        waiting?.reject(
          new UserError(kind, text, {
            ...hint !== undefined && { hint },
            ...rule !== undefined && { rule },
          }),
        );
      }
    }
  }
}
