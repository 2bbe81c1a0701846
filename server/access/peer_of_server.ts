import { isRecord } from "../../core/is_record.ts";
import type { Peer } from "./peer.ts";

/**
 * Reads who asked from what `serveApp` or `Deno.serve` tells beside a request: the address of the
 * connection's other end, and the one the server is bound to. Nothing in the request counts.
 */
export function peerOfServer(_request: Request, connection: unknown): Peer | undefined {
  if (!isRecord(connection)) return undefined;
  const { remoteAddr, bind } = connection;
  if (!isRecord(remoteAddr) || typeof remoteAddr.hostname !== "string") return undefined;
  const address = remoteAddr.hostname;
  return typeof bind === "string" ? { address, bind } : { address };
}
