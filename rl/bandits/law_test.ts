import assert from "node:assert/strict";
import { createLaw, fillLaw, type Law, reach, readLaw } from "./_law.ts";
import { studentLaw } from "./_student.ts";

/** Compares with a distribution function from `low` to `high`, and sees that ln F never falls. */
function check(law: Law, cdf: (z: number) => number, low: number, high: number): void {
  let before = -Infinity;
  for (let i = 0; i <= 2000; i++) {
    const z = low + (high - low) * i / 2000;
    const ln = readLaw(law, law.squashed ? z / (1 + Math.abs(z)) : z);
    assert.ok(Math.abs(Math.exp(ln) - cdf(z)) < 1e-3, `at ${z}: ${Math.exp(ln)}, ${cdf(z)}`);
    assert.ok(ln >= before - 1e-12, `falls at ${z}`);
    before = ln;
  }
}

Deno.test("studentLaw() is the distribution for 1, 2 and 4 degrees of freedom", () => {
  check(studentLaw(1), (z) => 0.5 + Math.atan(z) / Math.PI, -4000, 4000);
  check(studentLaw(1), (z) => 0.5 + Math.atan(z) / Math.PI, -20, 20);
  check(studentLaw(2), (z) => 0.5 + z / (2 * Math.sqrt(2 + z * z)), -30, 30);
  check(
    studentLaw(4),
    (z) => {
      const s = z / Math.sqrt(4 + z * z);
      return 0.5 + 0.75 * s - s ** 3 / 4;
    },
    -30,
    30,
  );
});

Deno.test("studentLaw() of many degrees of freedom is the normal distribution", () => {
  // Φ by its series around 0.
  const phi = (z: number): number => {
    let [term, sum] = [z, z];
    for (let n = 1; n < 200; n++) {
      term *= -z * z / (2 * n);
      sum += term / (2 * n + 1);
    }
    return 0.5 + sum / Math.sqrt(2 * Math.PI);
  };
  check(studentLaw(Infinity), phi, -5, 5);
  check(studentLaw(201), phi, -5, 5);
});

Deno.test("fillLaw() tables the logistic distribution, which is a uniform one in log-odds", () => {
  const lnDensity = (u: number): number => -Math.abs(u) - 2 * Math.log(1 + Math.exp(-Math.abs(u)));
  const law = createLaw(48);
  const [low, high] = [reach(lnDensity, 0, -6), reach(lnDensity, 0, 6)];
  fillLaw(law, lnDensity, lnDensity(0), low, high, 1);
  check(law, (u) => 1 / (1 + Math.exp(-u)), -30, 30);
  assert.ok(law.from < -5.5 && law.from > -7.5 && law.to > 11 && law.to < 13.5);
});
