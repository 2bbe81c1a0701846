import { createLaw, DEPTH, fillLaw, type Law } from "./_law.ts";

const CELLS = 128;
/** From here on the normal distribution is near enough: the functions differ by less than 0.001. */
const MANY = 200;
const laws = new Map<number, Law>();

/** A standard Student t, or the standard normal distribution for many degrees of freedom. */
export function studentLaw(freedom: number): Law {
  const many = freedom > MANY;
  const key = many ? Infinity : freedom;
  let law = laws.get(key);
  if (law) return law;
  law = many ? normal() : student(freedom);
  laws.set(key, law);
  return law;
}

function normal(): Law {
  const law = createLaw(CELLS);
  const far = Math.sqrt(2 * DEPTH);
  // Below z the tail is about the density over |z|.
  fillLaw(law, (z) => -z * z / 2, 0, -far, far, 1 / far);
  return law;
}

function student(freedom: number): Law {
  const law = createLaw(CELLS, true);
  const lnDensity = (w: number): number => {
    const left = 1 - Math.abs(w);
    // dz/dw = 1/(1 - |w|)².
    return -(freedom + 1) / 2 * Math.log1p((w / left) ** 2 / freedom) - 2 * Math.log(left);
  };
  const z = Math.sqrt(freedom * Math.expm1(2 * DEPTH / (freedom + 1)));
  const far = z / (1 + z);
  fillLaw(law, lnDensity, 0, -far, far, (1 - far) / freedom);
  return law;
}
