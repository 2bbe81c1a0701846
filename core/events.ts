import type { Bus } from "./bus.ts";
import type { LMUsage } from "./lm/types.ts";
import type { Origin } from "./tool.ts";

/** Why an agent run ended. */
export type StopReason =
  | "done"
  | "error"
  | "aborted"
  | "permission"
  | "limit:steps"
  | "limit:tokens"
  | "limit:cost"
  | "limit:time"
  | "limit:context"
  | "limit:loop"
  | "limit:empty";

/** The kinds of thing a permission is about. */
export type PermissionKind = "tool" | "read" | "write" | "program" | "host";

/** The payload of each event type. Consumers must ignore types they do not know. */
export interface EventData {
  /** A session opens: its root and the version of the program. */
  "session.start": { readonly workspace: string; readonly version: string };
  /** It closes; nothing follows. */
  "session.end": { readonly reason: string };
  /** A request in plain language begins; with `schema` its answer is to be JSON of that form. */
  "agent.start": { readonly request: string; readonly schema?: true };
  /** A model goes on with this conversation; `kept` is false for one that ends with the session. */
  "conversation": { readonly id: string; readonly turns: number; readonly kept?: false };
  /** It is answered, or given up; `next` are proposals as command lines. */
  "agent.end": {
    readonly stop: StopReason;
    readonly ok: boolean;
    readonly summary: string;
    readonly next: readonly string[];
  };
  /** The mind is asked; steps count from 1. */
  "turn.start": { readonly step: number };
  /** Its calls are done. */
  "turn.end": { readonly step: number; readonly score?: number };
  /** Something was said. */
  "message": { readonly role: "user" | "assistant"; readonly text: string };
  /** A piece of what is being said; the whole follows as `message`. */
  "message.delta": { readonly text?: string; readonly thinking?: string };
  /** A model answered: what this took, what all did, and how full its window is. */
  "usage": {
    readonly model: string;
    readonly usage: LMUsage;
    readonly total: LMUsage;
    /** Tokens the conversation takes now. */
    readonly used: number;
    /** Tokens the model is served with; absent when unknown. */
    readonly window?: number;
  };
  /** The conversation was made shorter to fit the window. */
  "compaction": {
    readonly kind: "pruned" | "summarized";
    /** Tokens before and after, by estimate. */
    readonly before: number;
    readonly after: number;
  };
  /** The chooser picked a tool, and why. */
  "choice": {
    readonly step: number;
    readonly tool: string;
    readonly reason: string;
    /** Probability with which the chooser picked this tool. */
    readonly propensity: number;
    /** What else was allowed, best first. */
    readonly alternatives: readonly string[];
    /** What the untaught rules would have picked, when that is another tool. */
    readonly untaught?: string;
    /** Under which the choice is logged. Absent when it is not. */
    readonly decision?: string;
  };
  /** A call begins: its input is checked, the gate not yet asked. */
  "tool.start": {
    readonly call: string;
    readonly tool: string;
    readonly input: unknown;
    readonly origin: Origin;
  };
  /** A sign of life from a call. */
  "tool.update": {
    readonly call: string;
    readonly text: string;
    readonly done?: number;
    readonly total?: number;
    /** Set when the text is a part of the answer: printed and kept, may have several lines. */
    readonly lasting?: true;
  };
  /** A call ended, in whatever way. Each call has one. */
  "tool.end": {
    readonly call: string;
    readonly tool: string;
    readonly ok: boolean;
    readonly text: string;
    readonly data: unknown;
    /** Wall time in milliseconds. */
    readonly ms: number;
    readonly exitCode: number;
    /** Set when the call was refused: the rule's id. */
    readonly rule?: string;
    /** Set when it is one of many of a command that tells of all together: not shown by itself. */
    readonly part?: true;
  };
  /** The gate decided about a call. */
  "permission": {
    readonly call: string;
    readonly tool: string;
    readonly kind: PermissionKind;
    readonly what: string;
    readonly verdict: "allow" | "ask" | "deny";
    readonly rule: string;
    readonly reason: string;
  };
  /** A person is to decide. */
  "approval.request": {
    readonly id: string;
    readonly call: string;
    readonly tool: string;
    readonly origin: Origin;
    readonly what: readonly string[];
    readonly reason: string;
    readonly preview: string;
  };
  /** The session asks the launcher for a program; consumers see no `fields`: they may hold secrets. */
  "program.request": {
    readonly id: string;
    readonly tool: string;
    readonly command: string;
    readonly fields: unknown;
  };
  /** The call needs rights that the session's process does not hold. */
  "rights.request": { readonly call: string };
  /** The session no longer wants it. */
  "program.cancel": { readonly id: string };
  /** The mind's list of steps changed. */
  "todo": { readonly items: readonly { readonly text: string; readonly done: boolean }[] };
  /** What a choice brought, for learners: the reward is from 0 to 1. */
  "agent.learning": {
    readonly tool: string;
    readonly reward: number;
    /** What it was made of, as measured. */
    readonly components: Readonly<Record<string, number>>;
    /** Probability with which the tool was picked. */
    readonly propensity: number;
    /** Under which the choice is logged. Absent when it is not. */
    readonly decision?: string;
    /** The tool that would have been right, as the person said. */
    readonly better?: string;
  };
  /** A limit ended the run. */
  "limit": { readonly limit: StopReason; readonly value: number; readonly text: string };
  /** A command line that could not be read or carried out: no call stands behind it. */
  "error": { readonly text: string; readonly exitCode: number };
  /** Something a person should know that ended nothing. */
  "notice": { readonly level: "info" | "warning"; readonly text: string };
}

/** The name of an event: dotted, so that buses can match by segment. */
export type EventType = keyof EventData;

/** Everything that happens, as one typed envelope. */
export type Event<T extends EventType = EventType> = {
  readonly [K in T]: {
    /** Version of the envelope. */
    readonly v: 1;
    /** Counts the events of one session from 1. */
    readonly seq: number;
    /** Milliseconds since the epoch. */
    readonly ts: number;
    readonly session: string;
    readonly type: K;
    readonly data: EventData[K];
  };
}[T];

/** Publishes an event of a session. */
export type Emit = <T extends EventType>(type: T, data: EventData[T]) => void;

/**
 * Makes the function that numbers a session's events and publishes them, each on the topic of its
 * type.
 *
 * @param bus where they go.
 * @param session id of the session, written into each envelope.
 *
 * @example
 * ```ts
 * import { createEmit, type Event } from "@dspy/code/core";
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import assert from "node:assert/strict";
 *
 * const bus = createLocalBus();
 * const seen: Event[] = [];
 * bus.subscribe<Event>(">", ({ value }) => void seen.push(value));
 * createEmit(bus, "s1")("notice", { level: "info", text: "hello" });
 * assert.equal(seen[0]?.seq, 1);
 * ```
 */
export function createEmit(bus: Bus<Event>, session: string): Emit {
  let seq = 0;
  return (type, data) =>
    bus.publish(type, { v: 1, seq: ++seq, ts: Date.now(), session, type, data } as Event);
}
