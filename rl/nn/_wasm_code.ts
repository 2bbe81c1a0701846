/**
 * Instructions of WebAssembly as bytes.
 *
 * Source: W3C, "WebAssembly core specification" 2.0, sections 5.2 (integers) and 5.4
 * (instructions).
 */

/** Instructions, or a part of one. */
export type Code = readonly number[];

export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;

function leb(value: number): number[] {
  const out: number[] = [];
  for (let rest = value;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    out.push(last ? byte : byte | 0x80);
    if (last) return out;
  }
}

export function uleb(value: number): number[] {
  return value < 128 ? [value] : [value & 0x7f | 0x80, ...uleb(value >>> 7)];
}

export const get = (local: number): Code => [0x20, ...uleb(local)];
export const set = (
  local: number,
  ...value: Code[]
): Code => [...value.flat(), 0x21, ...uleb(local)];
export const int = (value: number): Code => [0x41, ...leb(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const times = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const less = (a: Code, b: Code): Code => [...a, ...b, 0x48];
export const atMost = (a: Code, b: Code): Code => [...a, ...b, 0x4c];
export const when = (
  test: Code,
  ...body: Code[]
): Code => [...test, 0x04, 0x40, ...body.flat(), 0x0b];
/** Repeats while the test holds. */
export const during = (
  test: Code,
  ...body: Code[]
): Code => [0x03, 0x40, ...when(test, ...body, [0x0c, 1]), 0x0b];
export const raise = (local: number, by: Code): Code => set(local, add(get(local), by));

export const simd = (op: number, ...rest: Code[]): Code => [0xfd, ...uleb(op), ...rest.flat()];
export const load = (at: Code, offset = 0): Code => [...at, ...simd(0x00, [0], uleb(offset))];
export const spread = (at: Code): Code => [...at, ...simd(0x09, [0, 0])];
export const store = (
  at: Code,
  value: Code,
  offset = 0,
): Code => [...at, ...value, ...simd(0x0b, [0], uleb(offset))];
export const storeLane = (
  at: Code,
  value: Code,
  lane: number,
): Code => [...at, ...value, ...simd(0x5a, [0], uleb(lane * 4), [lane])];
export const splat = (value: Code): Code => [...value, ...simd(0x13)];
export const pair = (op: number) => (a: Code, b: Code): Code => [...a, ...b, ...simd(op)];
export const vAdd = pair(228);
export const vSub = pair(229);
export const vMul = pair(230);
export const vDiv = pair(231);
export const vMin = pair(234); // of the two that pass NaN on from the left
export const vMax = pair(235);
export const vRoot = (a: Code): Code => [...a, ...simd(227)];
export const constant = (value: number): Code =>
  splat([0x43, ...new Uint8Array(new Float32Array([value]).buffer)]);

/** Parameters, further locals by type, and the body. */
export function func(params: Code, locals: readonly (readonly [number, number])[], body: Code): {
  readonly params: Code;
  readonly code: Code;
} {
  const head = [...uleb(locals.length), ...locals.flatMap(([n, type]) => [...uleb(n), type])];
  const whole = [...head, ...body, 0x0b];
  return { params, code: [...uleb(whole.length), ...whole] };
}
