import assert from "node:assert/strict";
import { type Champion, readChampion, sealChampion } from "./champion.ts";
import { loggedName, playedInPart } from "./logged_name.ts";
import { modelName } from "./policy_variant.ts";

const GOOD = {
  v: 1,
  id: "quick",
  options: { noise: 0.3 },
  version: 2,
  verdict: 9,
  since: 40,
} as const;

Deno.test("readChampion() reads what sealChampion() made, through JSON", () => {
  const champion = sealChampion({
    ...GOOD,
    former: { id: "sparse-linear", options: {} },
    canary: { id: "curious", options: { explore: 0.05 }, share: 0.05 },
  });
  assert.deepEqual(readChampion(JSON.parse(JSON.stringify(champion))), champion);
});

Deno.test("readChampion() refuses what is damaged, newer or none", () => {
  const champion = sealChampion(GOOD);
  for (const bad of [undefined, null, 7, "quick", [], {}, { ...champion, version: 3 }]) {
    assert.throws(() => readChampion(bad), /damaged/);
  }
  assert.throws(() => readChampion({ ...champion, v: 2 }), /newer version/);
  // Sealed, but by somebody who did not know better.
  const odd: Partial<Champion>[] = [
    { id: "" },
    { id: "a+b@1" },
    { options: { explore: 3 } },
    { options: null as never },
    { version: -1 },
    { since: 0.5 },
    { former: { id: "f", options: { noise: 0 } } },
    { canary: { id: "c", options: {}, share: 0 } },
    { canary: { id: "c", options: {}, share: 1.5 } },
    { canary: { id: "c", options: {} } as never },
  ];
  for (const more of odd) {
    assert.throws(() => readChampion(sealChampion({ ...GOOD, ...more })), RangeError);
  }
});

Deno.test("playedInPart() reads what loggedName() wrote, for each share", () => {
  for (const share of [0.05, 0.2, 1, 1e-7, 1 / 3]) {
    const canary = { id: "no-prior_2.b", share };
    assert.deepEqual(playedInPart(loggedName("sparse-linear", canary)), canary);
  }
  for (const name of ["sparse-linear", "", "a@1", "a+b"]) {
    assert.equal(playedInPart(name), undefined);
  }
});

Deno.test("modelName() tells apart what learns otherwise, and nothing else", () => {
  assert.equal(modelName({}), "");
  assert.equal(modelName({ noise: 1, variance: 0.1, prior: true, explore: 0.5 }), "");
  const names = [{ noise: 0.3 }, { variance: 0.3 }, { prior: false }].map(modelName);
  assert.equal(new Set(names).size, 3);
});
