import {
  add,
  atMost,
  type Code,
  constant,
  during,
  F32,
  func,
  get,
  I32,
  int,
  less,
  load,
  raise,
  set,
  splat,
  spread,
  store,
  storeLane,
  times,
  uleb,
  V128,
  vAdd,
  vDiv,
  vMax,
  vMin,
  vMul,
  vRoot,
  vSub,
  when,
} from "./_wasm_code.ts";

/**
 * A WebAssembly module with 128-bit vectors, put together here from its instructions, so that no
 * binary lies in the repository. Only instructions with one exact result are used: the same numbers
 * come out on every machine. Offsets and strides are in bytes; arrays need 16 bytes of slack.
 *
 * Source: W3C, "WebAssembly core specification" 2.0, sections 5.4 (instructions) and 5.5 (modules).
 */

/** The exported functions. */
export interface WasmExports {
  /** `y[i, j] = init[i, j] + Σ_p a[i ai + p ap] b[p bp + j]`, where j is without a gap. */
  multiply(
    a: number,
    ai: number,
    ap: number,
    b: number,
    bp: number,
    y: number,
    yi: number,
    m: number,
    n: number,
    k: number,
    init: number,
    initI: number,
  ): void;
  /** `to[c rows + r] = from[r cols + c]`. */
  transpose(from: number, to: number, rows: number, cols: number): void;
  /** On whole vectors: up to three numbers past the end are changed too. */
  tanh(x: number, n: number): void;
  /** On whole vectors: up to three numbers past the end are changed too. */
  tanhGrad(y: number, dy: number, n: number): void;
  /** On `n` numbers, a multiple of four. */
  adam(
    p: number,
    g: number,
    m: number,
    v: number,
    n: number,
    rate: number,
    root: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    eps: number,
  ): void;
}

/** Columns of a tile, in vectors of four. */
const WIDE = 2;

function multiply() {
  const [a, ai, ap, b, bp, y, yi, m, n, k, init, initI] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  const [i, j, a0, y0, init0, pa, pb, p, ai2, ai3] = [12, 13, 14, 15, 16, 17, 18, 19, 20, 21];
  const right = 22; // WIDE vectors of b
  const one = right + WIDE; // a number of a, four times
  const sum = (r: number, v: number) => one + 1 + r * WIDE + v;
  const byRow = (r: number) => [[], get(ai!), get(ai2!), get(ai3!)][r]!;

  /** Some rows by some vectors; `part`: of the last vector only some columns are there. */
  function tile(rows: number, wide: number, part: boolean): Code {
    const at = times(get(j!), int(4));
    const each = (make: (r: number, v: number) => Code): Code =>
      Array.from({ length: rows * wide }, (_, x) => make(Math.floor(x / wide), x % wide)).flat();
    const rowOf = (base: number, stride: number, r: number) =>
      add(add(get(base), at), times(get(stride), int(r)));
    return [
      ...each((r, v) => set(sum(r, v), load(rowOf(init0!, initI!, r), v * 16))),
      ...set(pa!, get(a0!)),
      ...set(pb!, add(get(b!), at)),
      ...set(p!, get(k!)),
      ...during(
        less(int(0), get(p!)),
        ...Array.from({ length: wide }, (_, v) => set(right + v, load(get(pb!), v * 16))),
        ...Array.from({ length: rows }, (_, r) => [
          ...set(one, spread(r === 0 ? get(pa!) : add(get(pa!), byRow(r)))),
          ...Array.from(
            { length: wide },
            (_, v) => set(sum(r, v), vAdd(get(sum(r, v)), vMul(get(one), get(right + v)))),
          ).flat(),
        ]),
        raise(pa!, get(ap!)),
        raise(pb!, get(bp!)),
        raise(p!, int(-1)),
      ),
      ...each((r, v) => {
        const to = rowOf(y0!, yi!, r);
        if (!part) return store(to, get(sum(r, v)), v * 16);
        return [
          ...storeLane(to, get(sum(r, v)), 0),
          ...when(less(add(get(j!), int(1)), get(n!)), storeLane(to, get(sum(r, v)), 1)),
          ...when(less(add(get(j!), int(2)), get(n!)), storeLane(to, get(sum(r, v)), 2)),
        ];
      }),
    ];
  }

  function block(rows: number): Code {
    const fits = (columns: number) => atMost(add(get(j!), int(columns)), get(n!));
    return [
      ...set(a0!, add(get(a!), times(get(i!), get(ai!)))),
      ...set(y0!, add(get(y!), times(get(i!), get(yi!)))),
      ...set(init0!, add(get(init!), times(get(i!), get(initI!)))),
      ...set(j!, int(0)),
      ...during(fits(4 * WIDE), tile(rows, WIDE, false), raise(j!, int(4 * WIDE))),
      ...during(fits(4), tile(rows, 1, false), raise(j!, int(4))),
      ...when(less(get(j!), get(n!)), tile(rows, 1, true)),
      ...raise(i!, int(rows)),
    ];
  }

  return func(new Array(12).fill(I32), [[10, I32], [WIDE + 1 + 4 * WIDE, V128]], [
    ...set(ai2!, times(get(ai!), int(2))),
    ...set(ai3!, times(get(ai!), int(3))),
    ...during(atMost(add(get(i!), int(4)), get(m!)), block(4)),
    ...during(less(get(i!), get(m!)), block(1)),
  ]);
}

function transpose() {
  const [from, to, rows, cols, r, c, at] = [0, 1, 2, 3, 4, 5, 6];
  return func(
    [I32, I32, I32, I32],
    [[3, I32]],
    during(
      less(get(r!), get(rows!)),
      set(at!, add(get(to!), times(get(r!), int(4)))),
      set(c!, int(0)),
      during(
        less(get(c!), get(cols!)),
        [...get(at!), ...get(from!), 0x2a, 2, 0, 0x38, 2, 0],
        raise(from!, int(4)),
        raise(at!, times(get(rows!), int(4))),
        raise(c!, int(1)),
      ),
      raise(r!, int(1)),
    ),
  );
}

/** Goes through vectors at some pointers while numbers are left. */
function vectors(pointers: readonly number[], n: number, ...body: Code[]): Code {
  return during(
    less(int(0), get(n)),
    ...body,
    ...pointers.map((pointer) => raise(pointer, int(16))),
    raise(n, int(-4)),
  );
}

/** A polynomial by Horner's rule, lowest coefficient first. */
function polynomial(x: Code, coefficients: readonly number[]): Code {
  return coefficients.toReversed().slice(1).reduce<Code>(
    (sum, c) => vAdd(constant(c), vMul(x, sum)),
    constant(coefficients.at(-1)!),
  );
}

function tanh(top: readonly number[], bottom: readonly number[], limit: number) {
  const [x, n, u, t] = [0, 1, 2, 3];
  return func(
    [I32, I32],
    [[2, V128]],
    vectors(
      [x],
      n,
      set(u, vMax(vMin(load(get(x)), constant(limit)), constant(-limit))),
      set(t, vMul(get(u), get(u))),
      store(get(x), vDiv(vMul(get(u), polynomial(get(t), top)), polynomial(get(t), bottom))),
    ),
  );
}

function tanhGrad() {
  const [y, dy, n, v] = [0, 1, 2, 3];
  return func(
    [I32, I32, I32],
    [[1, V128]],
    vectors(
      [y, dy],
      n,
      set(v, load(get(y))),
      store(get(dy), vMul(load(get(dy)), vSub(constant(1), vMul(get(v), get(v))))),
    ),
  );
}

function adam() {
  const [p, g, m, v, n, rate, root] = [0, 1, 2, 3, 4, 5, 6];
  const [beta1, rest1, beta2, rest2, eps] = [7, 8, 9, 10, 11];
  const [gradient, mean, square] = [12, 13, 14];
  const blend = (beta: number, old: number, rest: number, next: Code) =>
    vAdd(vMul(splat(get(beta)), load(get(old))), vMul(splat(get(rest)), next));
  const root2 = vMul(vRoot(get(square!)), splat(get(root!)));
  const step = vDiv(vMul(splat(get(rate!)), get(mean!)), vAdd(root2, splat(get(eps!))));
  return func(
    [...new Array(5).fill(I32), ...new Array(7).fill(F32)],
    [[3, V128]],
    vectors(
      [p!, g!, m!, v!],
      n!,
      set(gradient!, load(get(g!))),
      set(mean!, blend(beta1!, m!, rest1!, get(gradient!))),
      set(square!, blend(beta2!, v!, rest2!, vMul(get(gradient!), get(gradient!)))),
      store(get(m!), get(mean!)),
      store(get(v!), get(square!)),
      store(get(p!), vSub(load(get(p!)), step)),
    ),
  );
}

/** The bytes of the module, which wants its memory as `env.memory`. */
export function wasmModule(
  top: readonly number[],
  bottom: readonly number[],
  limit: number,
): Uint8Array<ArrayBuffer> {
  const functions = {
    multiply: multiply(),
    transpose: transpose(),
    tanh: tanh(top, bottom, limit),
    tanhGrad: tanhGrad(),
    adam: adam(),
  };
  const all = Object.values(functions);
  const text = (name: string) => [...uleb(name.length), ...new TextEncoder().encode(name)];
  const section = (id: number, items: readonly Code[]) => {
    const body = [...uleb(items.length), ...items.flat()];
    return [id, ...uleb(body.length), ...body];
  };
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, all.map(({ params }) => [0x60, ...uleb(params.length), ...params, 0])),
    ...section(2, [[...text("env"), ...text("memory"), 2, 0, 1]]),
    ...section(3, all.map((_, i) => uleb(i))),
    ...section(7, Object.keys(functions).map((name, i) => [...text(name), 0, ...uleb(i)])),
    ...section(10, all.map(({ code }) => code)),
  ]);
}
