/** The steps of a plan that are about code and tests. */
import { change, command, type Draft, sources, step, whatToRead } from "./_draft.ts";
import { flagLine, isAboutFlag } from "./_flag_line.ts";
import { fileRole, isBenchmark } from "./file_role.ts";
import type { PlanFacts } from "./gather_facts.ts";

/** See the failure: by the tests, and by what the logs tell. */
export function reproduce(facts: PlanFacts): Draft[] {
  const run = facts.testThese ?? command(facts, "test");
  const traces = facts.traces.slice(0, 3).map(({ path, line, error, count }) =>
    step(
      `The logs point at ${path}:${line}${count > 1 ? ` (${count} times)` : ""}: ${error}`,
      [path],
    )
  );
  if (!run) return traces;
  return [step("See it fail before anything is changed", facts.tests, run), ...traces];
}

/** Read what the task is about, and first the test that it names. */
export function read(facts: PlanFacts): Draft[] {
  const targets = facts.targets.slice(0, 3);
  const tests = facts.named.filter(({ test }) => test !== undefined).slice(0, 3);
  const what = [
    ...tests.map(({ path, test }) => `${test!.name} (${path}:${test!.line})`),
    ...targets.map(whatToRead),
  ];
  if (what.length === 0) return [];
  return [step(`Read ${what.join(", ")}`, [...tests, ...targets].map(({ path }) => path))];
}

/** Correct what is wrong. */
export function mend(facts: PlanFacts): Draft {
  const [first] = facts.traces;
  const [target] = facts.targets;
  if (first) {
    return change(`Correct the cause of "${first.error}", not only the place it shows at`, [
      ...new Set([first.path, ...first.callers.map(({ path }) => path)]),
    ]);
  }
  if (!target) return change("Follow the failure to its file, then correct it there", facts.tests);
  return change(`Correct it, most likely in ${target.path}`, [target.path]);
}

/** Add a case to the tests there are. */
export function cover(facts: PlanFacts): Draft[] {
  if (facts.tests.length === 0) return [];
  // A test that the task names is there already, and fails.
  if (facts.named.length > 0 && facts.kind === "fix") return [];
  const what = facts.kind === "fix" ? "that fails without the correction" : "of the new behaviour";
  return [change(`Add a case ${what} to ${facts.tests[0]}`, facts.tests.slice(0, 1))];
}

/** Declare a flag beside those that are there. */
export function declareFlag({ task, targets, evidence }: PlanFacts): Draft[] {
  const [target] = targets;
  if (target === undefined || !isAboutFlag(task)) return [];
  const line = flagLine(evidence.texts.get(target.path) ?? "", target.lines[0]?.line);
  if (line === undefined) return [];
  return [change(`Declare the flag beside those at ${target.path}:${line}`, [target.path])];
}

/** Write something new. */
export function build(facts: PlanFacts): Draft {
  const paths = sources(facts);
  if (paths.length === 0) return step("Write it beside the code that is most alike", []);
  const others = paths.length > 1 ? `; ${paths.slice(1).join(", ")} may have to follow` : "";
  return change(`Build it where its subject lives, in ${paths[0]}${others}`, paths);
}

/** Run the tests before anything is changed. */
export function baseline(facts: PlanFacts, text: string): Draft[] {
  const run = command(facts, "test");
  return run ? [step(text, [], run)] : [];
}

/** Change the form of code. */
export function move(facts: PlanFacts): Draft {
  return change("Move in steps that each leave the tests green", sources(facts));
}

/** Remove what has no one name. */
export function takeOut(facts: PlanFacts): Draft {
  const paths = sources(facts);
  if (paths.length === 0) return step("Follow it to its file, then take it out there", []);
  return change(`Take it out, first of what uses it: ${paths.join(", ")}`, paths);
}

/** Write tests. */
export function extendTests(facts: PlanFacts): Draft[] {
  const [test] = facts.tests;
  const [source] = sources(facts);
  if (test) return [change(`Add the cases to ${test}, in the manner of those there`, [test])];
  const example = facts.repository.paths.find((path) => fileRole(path) === "test");
  const manner = example ? ` in the manner of ${example}` : "";
  return [step(`Write the first test of ${source ?? "it"}${manner}`, example ? [example] : [])];
}

/** Measure, with a benchmark of the project when it has one. */
export function measure(facts: PlanFacts): Draft[] {
  const bench = facts.scripts.find(({ name, danger }) =>
    /bench|perf/i.test(name) && !danger.length
  );
  if (bench) {
    return [{ text: `Measure first: "${bench.command}" (${bench.path}:${bench.line})`, files: [] }];
  }
  const near = facts.evidence.files.map(({ path }) => path).filter(isBenchmarkSource);
  const all = facts.repository.paths.filter(isBenchmarkSource);
  const files = (near.length > 0 ? near : all).slice(0, 3);
  if (files.length > 0) return [step(`Measure first, with ${files.join(", ")}`, files)];
  return [step("Measure first: no benchmark was found, so time a case that is slow", [])];
}

function isBenchmarkSource(path: string): boolean {
  return isBenchmark(path) && ["source", "test"].includes(fileRole(path));
}

/** Make it faster. */
export function tune(facts: PlanFacts): Draft {
  return change("Change one thing at a time where the measurement points", sources(facts));
}

/** The same once more. */
export function measureAgain(facts: PlanFacts): Draft[] {
  return measure(facts).map((draft) => ({ ...draft, text: "Measure again, the same way" }));
}

/** Look around. */
export function explore(facts: PlanFacts): Draft[] {
  return [
    ...read(facts),
    ...sources(facts).slice(0, 1).map((path): Draft => ({
      text: `See what is in ${path}`,
      files: [path],
      command: `codectx --path ${path}`,
    })),
    ...facts.tests.slice(0, 1).map((path) => step(`See in ${path} how it is used`, [path])),
  ];
}
