/** Snapshots with a version and a checksum, so that damage and newer versions are refused. */

/** What is kept. */
export interface Sealed {
  /** Version of the body's shape. */
  readonly v: 1;
  /** What it is a snapshot of. */
  readonly kind: string;
  /** CRC-32 of the body as JSON with sorted keys, in eight hexadecimal digits. */
  readonly checksum: string;
  readonly body: unknown;
}

/** Seals a body of plain JSON. */
export function seal(kind: string, body: unknown): Sealed {
  return { v: 1, kind, checksum: checksum(body), body };
}

/** The body, as a record; throws what is wrong with the snapshot. */
export function unseal(kind: string, snapshot: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(snapshot)) {
    throw new RangeError(`not a snapshot of ${kind}: ${String(snapshot)}`);
  }
  if (snapshot["v"] !== 1) {
    throw new RangeError(
      `a snapshot of version ${String(snapshot["v"])}, known is 1: update, or start anew`,
    );
  }
  if (snapshot["kind"] !== kind) {
    throw new RangeError(`a snapshot of ${String(snapshot["kind"])}, expected one of ${kind}`);
  }
  const body = snapshot["body"];
  if (!isRecord(body) || snapshot["checksum"] !== checksum(body)) {
    throw new RangeError(`damaged snapshot of ${kind}: its checksum does not match; start anew`);
  }
  return body;
}

/** Throws unless it holds. */
export function fits(holds: boolean, what: string): asserts holds {
  if (!holds) throw new RangeError(`the snapshot does not fit: ${what}`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checksum(body: unknown): string {
  // Stores may give keys back in another order.
  const text = JSON.stringify(
    body,
    (_, value) =>
      isRecord(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
        : value,
  );
  return crc32(new TextEncoder().encode(text ?? "")).toString(16).padStart(8, "0");
}

/** Source: ISO 3309 / ITU-T V.42, reflected polynomial 0xedb88320. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * 0xedb88320);
  return crc;
});
