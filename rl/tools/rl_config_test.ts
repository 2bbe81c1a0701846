import assert from "node:assert/strict";
import { DEFAULT_RL_CONFIG, parseRLConfig } from "./rl_config.ts";

Deno.test("parseRLConfig() reads back what it is given, with defaults for the rest", () => {
  assert.deepEqual(parseRLConfig(JSON.stringify(DEFAULT_RL_CONFIG)), DEFAULT_RL_CONFIG);
  assert.deepEqual(parseRLConfig({}), DEFAULT_RL_CONFIG);
  const config = parseRLConfig({ config: { n_envs: 2, scales: { a: [1, 1] } } });
  assert.deepEqual([config.n_envs, config.scales, config.epsilon], [2, { a: [1, 1] }, 0.1]);
});

Deno.test("the defaults are those that rl config init is to write", () => {
  assert.deepEqual(DEFAULT_RL_CONFIG, {
    policy: "epsilon-greedy",
    epsilon: 0.1,
    ucb_c: 2,
    n_envs: 4,
    actions: ["run_tests", "lint", "build", "patch"],
    weights: { pass_rate: 1, blast_radius: 1 },
    penalty_kinds: ["blast_radius"],
    clamp01_kinds: ["pass_rate"],
    scales: { blast_radius: [0, 1] },
    verifiers_module: "verifiers",
  });
});

Deno.test("parseRLConfig() names the key, what stands there and what is expected", () => {
  const bad: [unknown, RegExp][] = [
    ["{", /^not JSON: /],
    ["[]", /must be an object; found \[\]/],
    ["null", /must be an object; found null/],
    [{ config: 1 }, /"config" must be an object; found 1/],
    [{ epsilonn: 1 }, /no key "epsilonn"; expected some of policy, epsilon/],
    [{ __proto__: null, constructor: 1 }, /no key "constructor"/],
    [{ epsilon: 2 }, /^"epsilon": 2; expected a number from 0 to 1$/],
    [{ epsilon: "0.1" }, /"epsilon": "0\.1"; expected a number/],
    [{ epsilon: NaN }, /"epsilon": null; expected a number/],
    [{ n_envs: 1.5 }, /"n_envs": 1\.5; expected a whole number from 1 to 64/],
    [{ n_envs: 0 }, /from 1 to 64/],
    [{ ucb_c: -1 }, /"ucb_c": -1; expected a number from 0/],
    [{ policy: " " }, /"policy": " "; expected text/],
    [{ actions: ["deploy"] }, /"actions": \["deploy"\]; expected a list of actions/],
    [{ actions: ["ls", "list"] }, /each once/],
    [{ actions: [] }, /expected a list of actions/],
    [{ weights: { a: -1 } }, /"weights": \{"a":-1\}; expected a number from 0/],
    [{ weights: [1] }, /expected an object/],
    [{ penalty_kinds: "a" }, /"penalty_kinds": "a"; expected a list/],
    [{ scales: { a: [0] } }, /"scales": .*expected two finite numbers/],
    [{ scales: { a: [0, "1"] } }, /expected two finite numbers/],
  ];
  for (const [source, message] of bad) {
    assert.throws(() => parseRLConfig(source), { name: "RangeError", message });
  }
});
