import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { rulesAreBetter } from "./rules_are_better.ts";

Deno.test("rulesAreBetter() takes a policy that is as good for worse once in twenty lives at most", () => {
  const rng = createRng(4);
  let wrong = 0;
  for (let life = 0; life < 300; life++) {
    let [wins, losses] = [0, 0];
    for (let i = 0; i < 200; i++) {
      if (rng.float() < 0.5) wins++;
      else losses++;
      if (rulesAreBetter(wins, losses)) {
        wrong++;
        break;
      }
    }
  }
  assert.ok(wrong / 300 <= 0.05, `${wrong} of 300`);
});

Deno.test("rulesAreBetter() finds a policy that loses three of four times soon", () => {
  const rng = createRng(5);
  const lives = Array.from({ length: 50 }, () => {
    let [wins, losses] = [0, 0];
    while (!rulesAreBetter(wins, losses)) {
      if (rng.float() < 0.25) wins++;
      else losses++;
    }
    return wins + losses;
  }).sort((a, b) => a - b);
  assert.ok(lives[25]! < 60, `${lives[25]}`);
});

Deno.test("rulesAreBetter() says nothing before anything was said, and never of wins", () => {
  assert.equal(rulesAreBetter(0, 0), false);
  assert.equal(rulesAreBetter(1000, 0), false);
});
