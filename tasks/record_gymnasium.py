"""
What gymnasium's classic control does, step by step, for the tests of rl/envs.

    python3 -m pip install gymnasium
    python3 tasks/record_gymnasium.py > rl/envs/_gymnasium.json

With "-" it plays what is asked on standard input instead: a JSON list of objects with `env`,
`seed` and `actions`. Each action is taken in turn; an episode that ends is followed by the next.

The answer holds the version and the episodes: the first state, the actions, the rewards, the state
after every `every`th step and after the last, and whether it was terminated and truncated. Numbers
are words of one string, so that a formatter leaves them on one line.
"""

import json
import random
import sys

try:
    import gymnasium
    import numpy
except ImportError:
    sys.exit("gymnasium is not installed")


def state_of(env):
    return [float(number) for number in env.unwrapped.state]


def step(env, action):
    # Double precision, where the space of actions would round to single.
    if env.spec.id.startswith("Pendulum"):
        action = numpy.array([action], dtype=numpy.float64)
    _, reward, terminated, truncated, _ = env.step(action)
    return float(reward), bool(terminated), bool(truncated)


def words(numbers):
    return " ".join(str(int(n)) if n == int(n) else repr(n) for n in numbers)


def play(name, seed, policy, steps, every=1, start=None):
    """Episodes until so many steps are taken; the first one may be given its state."""
    env = gymnasium.make(name, disable_env_checker=True)
    env.reset(seed=seed)
    if start is not None:
        env.unwrapped.state = numpy.array(start, dtype=numpy.float64)
    episodes = []
    taken = 0
    while taken < steps:
        if taken > 0:
            env.reset()
        episode = {"env": name, "every": every, "state": words(state_of(env))}
        actions, rewards, states = [], [], []
        terminated = truncated = False
        while taken < steps and not terminated and not truncated:
            action = policy(taken, state_of(env))
            reward, terminated, truncated = step(env, action)
            actions.append(action)
            rewards.append(reward)
            taken += 1
            if len(actions) % every == 0 or terminated or truncated or taken == steps:
                states += state_of(env)
        episode.update(
            actions=words(actions),
            rewards=words(rewards),
            states=words(states),
            terminated=terminated,
            truncated=truncated,
        )
        episodes.append(episode)
    env.close()
    return episodes


def answer(requests):
    return [
        episode
        for r in requests
        for episode in play(
            r["env"], r["seed"], lambda at, _, r=r: r["actions"][at], len(r["actions"])
        )
    ]


def record():
    random.seed(4)

    def among(n):
        return lambda at, state: random.randrange(n)

    def constant(action):
        return lambda at, state: action

    def along(index, back, forth):
        return lambda at, state: forth if state[index] > 0 else back

    def balance(at, s):
        return int(s[2] + 0.3 * s[3] + 0.02 * s[0] + 0.05 * s[1] > 0)

    def torque(at, state):
        return round(random.uniform(-2.5, 2.5), 3)

    return [
        *play("CartPole-v1", 1, among(2), 60),
        *play("CartPole-v1", 2, balance, 500, every=10),
        *play("CartPole-v1", 3, constant(0), 3, start=[-2.3, -2, 0.1, 0]),
        *play("MountainCar-v0", 3, among(3), 200, every=5),
        *play("MountainCar-v0", 4, along(1, 0, 2), 87),
        *play("MountainCar-v0", 5, constant(0), 10, start=[-1.1, -0.065]),
        *play("Acrobot-v1", 5, among(3), 500, every=10),
        *play("Acrobot-v1", 6, along(3, 0, 2), 74),
        *play("Acrobot-v1", 7, constant(2), 10, start=[0.5, 3, 12.5, 28]),
        *play("Pendulum-v1", 7, torque, 200, every=5),
        *play("Pendulum-v1", 8, along(1, -2.5, 2.5), 100, every=2),
    ]


if __name__ == "__main__":
    asked = sys.argv[1:] == ["-"]
    found = {
        "gymnasium": gymnasium.__version__,
        "episodes": answer(json.load(sys.stdin)) if asked else record(),
    }
    print(json.dumps(found, indent=2))
