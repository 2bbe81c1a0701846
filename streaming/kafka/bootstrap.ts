import { UserError } from "../../core/errors.ts";

/** Where a broker is. */
export interface BrokerAddress {
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

const DEFAULT_PORT = 9092;

/**
 * Reads a list of brokers: separated by commas or white space, with or without a scheme
 * (`PLAINTEXT://`), IPv6 in brackets, port 9092 when there is none.
 *
 * @returns without repetitions; empty for an empty text.
 * @throws {UserError} `usage` for an entry that is none.
 *
 * @example
 * ```ts
 * import { parseBootstrap } from "@dspy/code/streaming/kafka";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseBootstrap("PLAINTEXT://kafka:29092, [::1]"), [
 *   { host: "kafka", port: 29092 },
 *   { host: "::1", port: 9092 },
 * ]);
 * ```
 */
export function parseBootstrap(bootstrap: string | readonly string[]): BrokerAddress[] {
  const entries = (typeof bootstrap === "string" ? [bootstrap] : bootstrap)
    .flatMap((text) => text.split(/[\s,]+/)).filter((entry) => entry !== "");
  const found = new Map<string, BrokerAddress>();
  for (const entry of entries) {
    const address = parseEntry(entry);
    found.set(formatBroker(address), address);
  }
  return [...found.values()];
}

/** `host:port`, IPv6 in brackets. */
export function formatBroker({ host, port }: BrokerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseEntry(entry: string): BrokerAddress {
  const match =
    /^(?:[a-z][a-z0-9+_.-]*:\/\/)?(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([a-z0-9._-]+))(?::(\d{1,5}))?\/?$/i
      .exec(entry);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (host === undefined || port < 1 || port > 65535) {
    // A password may stand before an @.
    throw new UserError(
      "usage",
      `no Kafka broker: "${entry.replace(/\/\/.*@/, "//***@").slice(0, 80)}"`,
      {
        hint: "write host:port, several with commas, IPv6 in brackets",
      },
    );
  }
  return { host, port };
}
