/** The arrays a network is made of. */
export type Numbers = Float32Array | Float64Array;

/**
 * The arithmetic of a network on arrays that it made itself. Matrices are stored row by row; a
 * weight matrix has one row an output. Nothing is checked and nothing is allocated but by `alloc`.
 */
export interface Kernels<A extends Numbers = Numbers> {
  /** What they are: `f64` (reference), `f32` (default) or `wasm`. */
  readonly name: string;
  /** An array of zeros that these kernels can work on. */
  alloc(length: number): A;
  /** `y = x wᵀ + b`, for x of `rows x ins`, w of `outs x ins`, y of `rows x outs`. */
  affine(x: A, w: A, b: A, y: A, rows: number, ins: number, outs: number): void;
  /** Gradient of `affine` to its input: `dx = dy w`. */
  affineInputGrad(dy: A, w: A, dx: A, rows: number, ins: number, outs: number): void;
  /** Gradient of `affine` to its weights, added to what is there: `dw += dyᵀ x`, `db += Σ dy`. */
  affineWeightGrad(x: A, dy: A, dw: A, db: A, rows: number, ins: number, outs: number): void;
  /** `x = tanh x`, in place. */
  tanh(x: A, length: number): void;
  /** Gradient of `y = tanh x`: `dy = dy (1 - y²)`, in place. */
  tanhGrad(y: A, dy: A, length: number): void;
  /**
   * A step of Adam: `m = β1 m + (1-β1) g; v = β2 v + (1-β2) g²; p -= rate m / (√v root + eps)`,
   * where `rate = lr / (1-β1^t)` and `root = 1 / √(1-β2^t)`.
   */
  adam(p: A, g: A, m: A, v: A, step: AdamStep): void;
}

/** The numbers of one step of Adam. */
export interface AdamStep {
  /** Learning rate over `1 - β1^t`. */
  readonly rate: number;
  /** One over `√(1 - β2^t)`. */
  readonly root: number;
  /** Decay of the mean of gradients. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients. */
  readonly beta2: number;
  /** Added to the denominator. */
  readonly eps: number;
}
