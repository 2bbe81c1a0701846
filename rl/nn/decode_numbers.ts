import type { Encodable, EncodedNumbers } from "./encode_numbers.ts";

/** Bytes of a number, and how one is read. */
const TYPES = {
  Float32Array: { bytes: 4, make: (n: number) => new Float32Array(n), get: "getFloat32" },
  Float64Array: { bytes: 8, make: (n: number) => new Float64Array(n), get: "getFloat64" },
  Int32Array: { bytes: 4, make: (n: number) => new Int32Array(n), get: "getInt32" },
  Uint8Array: { bytes: 1, make: (n: number) => new Uint8Array(n), get: "getUint8" },
} as const;

/**
 * Reads what `encodeNumbers` wrote.
 *
 * @param length how many numbers there must be; any number of them when left out.
 * @throws {RangeError} when it is no such text, of another length, or holds a number that is not
 * finite.
 */
export function decodeNumbers(encoded: EncodedNumbers, length?: number): Encodable {
  const type = typeof encoded === "object" && encoded !== null && Object.hasOwn(TYPES, encoded.type)
    ? TYPES[encoded.type]
    : undefined;
  if (type === undefined || typeof encoded.base64 !== "string") {
    throw new RangeError("not an encoded array: expected its type and base64");
  }
  let text = "";
  try {
    text = atob(encoded.base64);
  } catch {
    throw new RangeError("damaged array: its text is no base64");
  }
  const count = text.length / type.bytes;
  if (count !== (length ?? Math.floor(count))) {
    throw new RangeError(`damaged array: ${count} numbers, expected ${length ?? "whole ones"}`);
  }
  const view = new DataView(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
  const out = type.make(count);
  for (let i = 0; i < count; i++) {
    const value = view[type.get](i * type.bytes, true);
    if (!Number.isFinite(value)) throw new RangeError(`damaged array: number ${i} is ${value}`);
    out[i] = value;
  }
  return out;
}
