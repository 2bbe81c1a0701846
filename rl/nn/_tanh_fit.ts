/**
 * Numbers of the fit that rational_tanh.ts describes, for the vector kernels; lowest power first.
 */

/** Beyond it the value at it is taken. */
export const LIMIT = 9;

/** Of the numerator, which is multiplied by x. */
export const TOP = [
  0.99999990674992488,
  0.13373176505854277,
  0.0034865547289152041,
  2.0471318782547153e-5,
  1.3183422682404691e-8,
] as const;

/** Of the denominator. */
export const BOTTOM = [
  1,
  0.46706473483063443,
  0.025841880853850033,
  0.00032713379654261348,
  7.7023535663126194e-7,
] as const;
