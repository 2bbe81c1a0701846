// deno-lint-ignore-file no-console -- says that the program it talks to is missing
/** Our classic control beside gymnasium itself, on random actions; the fixtures hold a few episodes. */
import assert from "node:assert/strict";
import { createAcrobot } from "../rl/envs/acrobot.ts";
import { createCartPole } from "../rl/envs/cart_pole.ts";
import { createMountainCar } from "../rl/envs/mountain_car.ts";
import { createPendulum } from "../rl/envs/pendulum.ts";
import { createRng } from "../rl/rng.ts";

/** What tasks/record_gymnasium.py says about an episode; numbers are words of a string. */
interface Episode {
  readonly env: string;
  readonly state: string;
  readonly actions: string;
  readonly rewards: string;
  readonly states: string;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

const MAKE = {
  "CartPole-v1": createCartPole,
  "MountainCar-v0": createMountainCar,
  "Acrobot-v1": createAcrobot,
  "Pendulum-v1": createPendulum,
};
const STEPS = 1200;

Deno.test("classic control and gymnasium step alike on random actions, to 1e-9", async () => {
  const requests = Object.entries(MAKE).map(([env, make], seed) => {
    const rng = createRng(seed);
    const { actions, continuous } = make().spec;
    const draw = () => continuous ? 5 * rng.float() - 2.5 : rng.int(actions);
    return { env, seed, actions: Array.from({ length: STEPS }, draw) };
  });
  const answer = await ask(JSON.stringify(requests));
  if (!answer) return console.log("SKIP gymnasium: not installed");

  const counts: Record<string, number> = {};
  for (const episode of answer.episodes) {
    const env = MAKE[episode.env as keyof typeof MAKE]();
    const [actions, rewards, states] = [episode.actions, episode.rewards, episode.states]
      .map((words) => words.split(" ").map(Number)) as [number[], number[], number[]];
    env.setState(episode.state.split(" ").map(Number));
    actions.forEach((action, i) => {
      const { reward, terminated, truncated } = env.step(action);
      const last = i === actions.length - 1;
      const where = `${episode.env}, step ${i}`;
      assert.equal(terminated, last && episode.terminated, where);
      assert.equal(truncated, last && episode.truncated && !terminated, where);
      const found = [reward, ...env.state()];
      const wanted = [rewards[i]!, ...states.splice(0, found.length - 1)];
      found.forEach((value, j) =>
        assert.ok(Math.abs(value - wanted[j]!) <= 1e-9, `${where}: ${found}, not ${wanted}`)
      );
    });
    counts[episode.env] = (counts[episode.env] ?? 0) + actions.length;
  }
  assert.deepEqual(counts, Object.fromEntries(requests.map(({ env }) => [env, STEPS])));
});

/** What gymnasium does; nothing when it or Python is missing. */
async function ask(requests: string): Promise<{ readonly episodes: Episode[] } | undefined> {
  const script = new URL("../tasks/record_gymnasium.py", import.meta.url);
  let child;
  try {
    child = new Deno.Command("python3", {
      args: [script.pathname, "-"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  // A script that ends at once, as gymnasium is missing, closes its input.
  await new Blob([requests]).stream().pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stderr);
  if (said.includes("gymnasium is not installed")) return;
  assert.ok(success, said);
  return JSON.parse(new TextDecoder().decode(stdout));
}
