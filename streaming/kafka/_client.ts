import { isIP } from "node:net";
import { setImmediate } from "node:timers";
import type { BaseOptions } from "@platformatic/kafka";
import { formatBroker, parseBootstrap } from "./bootstrap.ts";
import type { KafkaSettings } from "./types.ts";

/** The client's module: some hundred files, so only loaded when there is a broker to talk to. */
export type Client = typeof import("@platformatic/kafka");

let loading: Promise<Client> | undefined;

/** Loads the client, once. */
export function loadClient(): Promise<Client> {
  return loading ??= import("@platformatic/kafka");
}

/** Members of a group that do not come back in this time delay a rebalance no longer. */
export const REBALANCE_MS = 10_000;

/** What all of the client's parts are opened with. They retry nothing: when and how often is ours. */
export function baseOptions(settings: KafkaSettings): BaseOptions {
  const { bootstrap = [], tls, sasl, clientId = "dspy-code" } = settings;
  const { serverName, ...pem } = typeof tls === "object" ? tls : {};
  const brokers = parseBootstrap(bootstrap);
  // An address is no name that could be asked for.
  const named = brokers.every(({ host }) => isIP(host) === 0);
  return {
    clientId,
    bootstrapBrokers: brokers.map(formatBroker),
    retries: 0,
    timeout: 10_000,
    connectTimeout: 2_000,
    // Longer than a rebalance, which a request to join waits for.
    requestTimeout: REBALANCE_MS + 5_000,
    ...tls && { tls: pem, tlsServerName: serverName ?? named },
    ...sasl && { sasl: { ...sasl } },
  };
}

/** The broker's names of what is wrong, in any depth of an error. */
export function errorIds(error: unknown): Set<string> {
  const ids = new Set<string>();
  const visit = (error: unknown): void => {
    if (typeof error !== "object" || error === null) return;
    const { apiId, code, errors, cause } = error as Record<string, unknown>;
    if (typeof apiId === "string") ids.add(apiId);
    else if (typeof code === "string") ids.add(code);
    if (Array.isArray(errors)) errors.forEach(visit);
    if (cause !== undefined) visit(cause);
    if (error instanceof Error && /^Unknown topic /.test(error.message)) {
      ids.add("UNKNOWN_TOPIC_OR_PARTITION");
    }
  };
  visit(error);
  return ids;
}

/** Whether a topic is not (or no longer) there, or is another one of the same name. */
export function isTopicGone(error: unknown): boolean {
  const ids = errorIds(error);
  return ["UNKNOWN_TOPIC_OR_PARTITION", "UNKNOWN_TOPIC_ID", "INCONSISTENT_TOPIC_ID"]
    .some((id) => ids.has(id));
}

/** Whether the part of the cluster that keeps groups is not ready yet. */
export function isStarting(error: unknown): boolean {
  const ids = errorIds(error);
  return ["COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR"]
    .some((id) => ids.has(id));
}

/** One line for people, without what must stay secret. */
export function explain(error: unknown, { tls, sasl }: KafkaSettings): string {
  const messages: string[] = [];
  const visit = (error: unknown): void => {
    if (error instanceof AggregateError && error.errors.length > 0) error.errors.forEach(visit);
    else if (error instanceof Error) {
      messages.push(error.message.replace(/\.$/, ""));
      if (error.cause !== undefined) visit(error.cause);
    } else messages.push(String(error));
  };
  visit(error);
  let text = [...new Set(messages)].join(": ").replace(/\s+/g, " ").slice(0, 300);
  const key = typeof tls === "object" ? tls.key : undefined;
  for (const secret of [sasl?.password, sasl?.token, key]) {
    if (secret) text = text.replaceAll(secret, "***");
  }
  return text;
}

/** Milliseconds before the next try: doubling up to a cap, and spread so that not all come at once. */
export function backOff(attempt: number, firstMs = 100, capMs = 5_000): number {
  return Math.min(capMs, firstMs * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2);
}

/** Lets others have a turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a promise gives, or a rejection when that takes longer. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
