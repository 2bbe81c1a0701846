import type { Risk } from "./assess_risks.ts";
import type { TaskKind } from "./classify_task.ts";
import {
  baseline,
  build,
  cover,
  declareFlag,
  explore,
  extendTests,
  measure,
  measureAgain,
  mend,
  move,
  read,
  reproduce,
  takeOut,
  tune,
} from "./_code_steps.ts";
import { type Draft, step } from "./_draft.ts";
import type { PlanFacts } from "./gather_facts.ts";
import {
  adapt,
  compare,
  configure,
  declare,
  mention,
  readConfig,
  relock,
  writeDocs,
} from "./_project_steps.ts";
import { adaptPackage, removeIt, removePackage, renameIt } from "./_subject_steps.ts";

/** One step of a plan. */
export interface PlanStep {
  /** Counts from 1. */
  readonly n: number;
  readonly text: string;
  /** Files it is about; all of them exist. */
  readonly files: readonly string[];
  /** All places it is about, a file each: `src/a.ts:3,17`. */
  readonly places?: readonly string[];
  /** Our command that does it: `test src/a_test.ts`. */
  readonly command?: string;
  /** What that command starts: `deno test src/a_test.ts`. */
  readonly runs?: string;
  readonly risk?: string;
}

const FIRST = "Run the tests first, so that a later failure is known to be new";

const WRITERS: Readonly<Record<TaskKind, (facts: PlanFacts) => Draft[]>> = {
  fix: (facts) => [...reproduce(facts), ...read(facts), mend(facts), ...cover(facts)],
  feature: (facts) => [
    ...read(facts),
    ...declareFlag(facts),
    build(facts),
    ...cover(facts),
    ...mention(facts),
  ],
  refactor: (facts) => [
    ...baseline(facts, FIRST),
    ...facts.about && "places" in facts.about
      ? renameIt(facts.about)
      : [...read(facts), move(facts), ...mention(facts)],
  ],
  remove: (facts) => [
    ...baseline(facts, FIRST),
    ...facts.about === undefined
      ? [...read(facts), takeOut(facts), ...mention(facts)]
      : "places" in facts.about
      ? removeIt(facts.about)
      : [...removePackage(facts.about), ...relock(facts), ...mention(facts)],
  ],
  test: (facts) => [...read(facts), ...extendTests(facts)],
  docs: (facts) => [...compare(facts), writeDocs(facts)],
  upgrade: (facts) => [
    ...baseline(facts, "Run the tests before the upgrade, to know what it breaks"),
    ...declare(facts),
    ...relock(facts),
    ...facts.about && "package" in facts.about ? adaptPackage(facts.about) : adapt(facts),
  ],
  performance: (facts) => [...measure(facts), ...read(facts), tune(facts), ...measureAgain(facts)],
  config: (facts) => [...readConfig(facts), configure(facts)],
  explore: (facts) => explore(facts),
};

/**
 * Writes the steps of a plan. Each file and command in them was found in the repository.
 *
 * @param facts of the task.
 * @param risks to hang onto the steps that touch their files.
 */
export function writeSteps(facts: PlanFacts, risks: readonly Risk[]): PlanStep[] {
  const drafts = isLost(facts)
    ? [lookFurther(facts), ...WRITERS[facts.kind](facts)]
    : WRITERS[facts.kind](facts);
  const verified = facts.kind === "explore" ? drafts : [...drafts, ...verify(facts)];
  const open = [...risks];
  return verified.map(({ changes, ...draft }, i) => {
    const at = changes ? open.findIndex(({ path }) => path && draft.files.includes(path)) : -1;
    const risk = at < 0 ? undefined : open.splice(at, 1)[0]!.text;
    return { n: i + 1, ...draft, ...(risk === undefined ? {} : { risk }) };
  });
}

/** Whether nothing leads to a file. */
function isLost({ kind, about, targets, terms }: PlanFacts): boolean {
  if (targets.length > 0 || about || kind === "config") return false;
  return kind !== "fix" || terms.length > 0;
}

function lookFurther({ terms }: PlanFacts): Draft {
  if (terms.length === 0) return step("Name a file, a symbol or a message: the task has none", []);
  const names = terms.map(({ text }) => `"${text}"`).slice(0, 4).join(", ");
  return step(`Nothing here speaks of ${names}: name a file or a symbol`, []);
}

function verify(facts: PlanFacts): Draft[] {
  const texts = {
    test: "Run all tests",
    lint: "Run the linter",
    build: "Build the project",
  } as const;
  const commands = facts.kind === "docs"
    ? facts.commands.filter(({ kind }) => kind === "lint")
    : facts.commands;
  return commands.map((found) => step(texts[found.kind], [], found));
}
