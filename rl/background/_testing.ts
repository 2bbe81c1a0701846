/** For tests: a small world in which one tool is right, sessions in it, stores that die. */
import type { Candidate } from "../../core/agent/chooser.ts";
import type { Learner } from "../../core/agent/learner.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { openLearner } from "../chooser/open_learner.ts";
import type { SparsePrior } from "../chooser/sparse_model.ts";
import type { PolicyVariant } from "../chooser/policy_variant.ts";
import type { Champion } from "../chooser/champion.ts";
import { trainOnce } from "./train_once.ts";
import type { TrainerOptions } from "./trainer_options.ts";
import type { TrainerState } from "./_trainer_state.ts";

/** By their rules alone `grep` is the best. */
export const TOOLS: readonly Candidate[] = [
  { tool: "grep", weight: 0.5, reason: "words" },
  { tool: "esearch", weight: 0.4, reason: "words" },
  { tool: "tree", weight: 0.3, reason: "words" },
];

/** Prefers a tool, and can hardly be taught otherwise. */
export function stubborn(tool: string): SparsePrior & { features: string; words: Set<string> } {
  const means = Object.fromEntries(
    TOOLS.map((one) => [one.tool, { "w:x": one.tool === tool ? 0.6 : 0, offers: 0 }]),
  );
  return { features: "test", words: new Set(["x"]), variance: 1e-9, means };
}

/** Goes by the rules alone, and can hardly be taught otherwise. */
export const RULES: PolicyVariant = { id: "rules", options: { prior: false, variance: 1e-9 } };
/** Believes what it sees. */
export const OPEN: PolicyVariant = { id: "open", options: { prior: false } };

export const EXPLORE = 0.3;

/** A workspace in which sessions and trainers work, with a clock of its own. */
export interface TestWorld {
  readonly store: Store;
  /** Milliseconds; may be set. */
  now: number;
  /** Of the champion that ships. */
  readonly prior: ReturnType<typeof stubborn>;
  session(name?: string, store?: Store): Promise<Learner>;
  /** A session makes first choices and is told how good each was, from 0 to 10. */
  play(learner: Learner, times: number, mark: (tool: string) => number): Promise<void>;
  trainer(more?: Partial<TrainerOptions>): TrainerOptions;
  /** What the trainer keeps. */
  state(): Promise<TrainerState>;
}

export function testWorld(prior = stubborn("grep"), store: Store = openMemoryStore()): TestWorld {
  let ids = 0;
  const world: TestWorld = {
    store,
    now: 1_000_000,
    prior,
    session: (session = "s", at = store) =>
      openLearner({
        store: at,
        session,
        prior,
        explore: EXPLORE,
        now: () => world.now,
        newId: () => `d${ids++}`,
      }),
    async play(learner, times, mark) {
      for (let i = 0; i < times; i++) {
        world.now += 1000;
        const context = { request: "x", step: 1, history: [], features: { "w:x": 1 } };
        const choice = await learner.choose(context, TOOLS);
        await learner.feedback(mark(choice!.tool));
      }
    },
    trainer: (more) => ({
      store,
      prior,
      explore: EXPLORE,
      challengers: [OPEN],
      now: () => world.now,
      ...more,
    }),
    async state() {
      const { text } = (await store.get<{ text: string }>("rl.background"))!;
      return JSON.parse(text);
    },
  };
  return world;
}

/** Right is one tool, more or less. */
export function rightIs(tool: string): (chosen: string) => number {
  return (chosen) => chosen === tool ? 9 : 2;
}

/** Works and trains by turns until something happens; gives the decisions it took. */
export async function until(
  world: TestWorld,
  mark: (tool: string) => number,
  happened: (champion: Champion) => boolean,
  { most = 1500, ...options }: Partial<TrainerOptions> & { most?: number } = {},
): Promise<number> {
  const session = await world.session();
  for (let done = 0; done < most; done += 20) {
    await world.play(session, 20, mark);
    const { champion } = await trainOnce(world.trainer(options));
    if (happened(champion)) return done + 20;
  }
  return Infinity;
}

/** Whether `OPEN` has become the champion. */
export function isPromoted({ id }: Champion): boolean {
  return id === "open";
}

/** A crash at a write: it and whatever follows fails; `after` is when the write itself was done. */
export interface Crash {
  readonly write: number;
  readonly after: boolean;
}

export class Crashed extends Error {}

/** A store as a process sees it that is killed at one of its writes. */
export function dyingStore(store: Store, { write, after }: Crash): Store {
  let writes = 0;
  let dead = false;
  const alive = () => {
    if (dead) throw new Crashed();
  };
  const writing = async <T>(work: () => Promise<T>): Promise<T> => {
    alive();
    dead = ++writes === write;
    if (!dead) return await work();
    if (after) await work();
    throw new Crashed();
  };
  const reading = async <T>(work: () => Promise<T>): Promise<T> => {
    alive();
    return await work();
  };
  return {
    ...store,
    get: (key) => reading(() => store.get(key)),
    read: (stream, options) => reading(() => store.read(stream, options)),
    head: (stream) => reading(() => store.head(stream)),
    put: (key, value) => writing(() => store.put(key, value)),
    update: (key, change) => writing(() => store.update(key, change)),
    append: (stream, values) => writing(() => store.append(stream, values)),
    commit: (writes) => writing(() => store.commit(writes)),
    delete: (key) => writing(() => store.delete(key)),
  };
}
