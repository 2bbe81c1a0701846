/** What a damaged snapshot is refused with, and the reading of one: nothing in it is trusted. */

/** A snapshot's fields, once its version and its kind are known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a snapshot of this kind. */
export function openSnapshot(snapshot: unknown, env: string): Fields {
  if (typeof snapshot !== "object" || snapshot === null) {
    throw new RangeError(
      `not a snapshot of ${env}: ${String(snapshot)}; give what snapshot() gave`,
    );
  }
  const fields = snapshot as Fields;
  if (fields["v"] !== 1) {
    throw new RangeError(
      `a snapshot of version ${String(fields["v"])}, known is 1: it was written by a newer release`,
    );
  }
  if (fields["env"] !== env) {
    throw new RangeError(`a snapshot of ${String(fields["env"])}, wanted was one of ${env}`);
  }
  return fields;
}

/** Throws unless it holds. */
export function intact(holds: boolean, field: string): asserts holds {
  if (!holds) {
    throw new RangeError(`damaged snapshot: ${field} is not what snapshot() wrote; start anew`);
  }
}

/** A field that must be a row of finite numbers. */
export function numbers(fields: Fields, name: string, length?: number): number[] {
  const row = fields[name];
  intact(
    Array.isArray(row) && row.every(Number.isFinite) && (length ?? row.length) === row.length,
    name,
  );
  return row as number[];
}

/** A field that must be an integer from `least` to `most`. */
export function integer(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  intact(Number.isSafeInteger(value) && value as number >= least && value as number <= most, name);
  return value as number;
}

/** A field that must be what a row of this type and length can hold; flags are 0 or 1. */
export function rowLike(
  row: Float32Array | Float64Array | Uint8Array,
  fields: Fields,
  name: string,
): number[] {
  const values = numbers(fields, name, row.length);
  const kept = row.slice();
  kept.set(values);
  const most = row instanceof Uint8Array ? 1 : Infinity;
  intact(values.every((value, i) => kept[i] === value && value <= most), name);
  return values;
}
