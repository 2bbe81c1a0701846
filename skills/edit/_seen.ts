import type { ToolContext } from "../../core/tool.ts";

/** What was known of a file when it was last read or written. */
export interface Seen {
  /** SHA-256 of its bytes in hex. */
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** Whether it was written, not only read. */
  readonly written: boolean;
  /** Hash of each line, to locate a later change; none for long files. */
  readonly lines?: readonly number[];
}

/** Who saw files, and where that is kept. */
export type Witness = Pick<ToolContext, "store" | "session" | "origin">;

/** Where the store keeps what one side of a session has seen. */
export function seenKey({ session, origin }: Witness, path: string): string {
  return `seen:${session}:${origin}:${path}`;
}

/** FNV-1a of each line. */
export function lineHashes(bytes: Uint8Array): number[] {
  const hashes: number[] = [];
  let hash = 0x811c9dc5;
  for (const byte of bytes) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    if (byte !== 10) continue;
    hashes.push(hash);
    hash = 0x811c9dc5;
  }
  if (bytes.length > 0 && bytes.at(-1) !== 10) hashes.push(hash);
  return hashes;
}
