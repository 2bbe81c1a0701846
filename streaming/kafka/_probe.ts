import { connect } from "node:net";
import type { BrokerAddress } from "./bootstrap.ts";

const GRACE_MS = 50;

/** Whether something listens there: one TCP connection, closed at once. */
export function probe({ host, port }: BrokerAddress, timeoutMs = 1_500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reached: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reached);
    };
    // A process that was busy comes late to both; the connection counts then.
    let timer = setTimeout(() => timer = setTimeout(end, GRACE_MS, false), timeoutMs);
    socket.once("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}

/** Those of some addresses where something listens. */
export async function reachable(addresses: readonly BrokerAddress[]): Promise<BrokerAddress[]> {
  const found = await Promise.all(addresses.map((address) => probe(address)));
  return addresses.filter((_, at) => found[at]);
}
