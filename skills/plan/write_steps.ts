import { counted } from "../logs/counted.ts";
import { fileRole, isBenchmark } from "./file_role.ts";
import type { FileEvidence } from "./find_evidence.ts";
import type { PlanFacts } from "./gather_facts.ts";
import type { ProjectCommand } from "./project_commands.ts";
import type { Risk } from "./assess_risks.ts";
import type { TaskKind } from "./classify_task.ts";

/** One step of a plan. */
export interface PlanStep {
  /** Counts from 1. */
  readonly n: number;
  readonly text: string;
  /** Files it is about; all of them exist. */
  readonly files: readonly string[];
  /** Our command that does it: `test src/a_test.ts`. */
  readonly command?: string;
  /** What that command starts: `deno test src/a_test.ts`. */
  readonly runs?: string;
  readonly risk?: string;
}

/** A step before it has its number; `changes` tells that it is where the risks of its files are. */
interface Draft extends Omit<PlanStep, "n" | "risk"> {
  readonly changes?: boolean;
}

const WRITERS: Readonly<Record<TaskKind, (facts: PlanFacts) => Draft[]>> = {
  fix: (facts) => [...reproduce(facts), ...read(facts), mend(facts), ...cover(facts)],
  feature: (facts) => [...read(facts), build(facts), ...cover(facts), ...mention(facts)],
  refactor: (facts) => [
    ...baseline(facts, "Run the tests first, so that a later failure is known to be new"),
    ...facts.rename ? [] : read(facts),
    ...move(facts),
    ...mention(facts),
  ],
  test: (facts) => [...read(facts), ...extendTests(facts)],
  docs: (facts) => [...compare(facts), writeDocs(facts)],
  upgrade: (facts) => [
    ...baseline(facts, "Run the tests before the upgrade, to know what it breaks"),
    ...declare(facts),
    ...adapt(facts),
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
function isLost({ kind, targets, terms }: PlanFacts): boolean {
  if (targets.length > 0 || kind === "config") return false;
  return kind !== "fix" || terms.length > 0;
}

function step(text: string, files: readonly string[], command?: ProjectCommand): Draft {
  return {
    text,
    files,
    ...(command ? { command: command.verb } : {}),
    ...(command?.runs ? { runs: command.runs } : {}),
  };
}

function change(text: string, files: readonly string[]): Draft {
  return { text, files, changes: true };
}

function sources({ targets }: PlanFacts): string[] {
  return targets.map(({ path }) => path).filter((path) => fileRole(path) === "source");
}

function command(facts: PlanFacts, kind: ProjectCommand["kind"]): ProjectCommand | undefined {
  return facts.commands.find((found) => found.kind === kind);
}

function reproduce(facts: PlanFacts): Draft[] {
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

function read(facts: PlanFacts): Draft[] {
  const targets = facts.targets.slice(0, 3);
  if (targets.length === 0) return [];
  return [step(`Read ${targets.map(whatToRead).join(", ")}`, targets.map(({ path }) => path))];
}

function whatToRead({ path, lines }: FileEvidence): string {
  const [best] = lines;
  if (!best) return path;
  return best.defines ? `${best.defines} (${path}:${best.line})` : `${path}:${best.line}`;
}

function mend(facts: PlanFacts): Draft {
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

function cover(facts: PlanFacts): Draft[] {
  if (facts.tests.length === 0) return [];
  // A test that the task names is there already, and fails.
  const named = facts.terms.some(({ kind, text }) =>
    kind === "path" && facts.tests[0]!.endsWith(text)
  );
  if (named && facts.kind === "fix") return [];
  const what = facts.kind === "fix" ? "that fails without the correction" : "of the new behaviour";
  return [change(`Add a case ${what} to ${facts.tests[0]}`, facts.tests.slice(0, 1))];
}

function build(facts: PlanFacts): Draft {
  const paths = sources(facts);
  if (paths.length === 0) return step("Write it beside the code that is most alike", []);
  const others = paths.length > 1 ? `; ${paths.slice(1).join(", ")} may have to follow` : "";
  return change(`Build it where its subject lives, in ${paths[0]}${others}`, paths);
}

function mention(facts: PlanFacts): Draft[] {
  const docs = facts.evidence.files
    .filter((file) => fileRole(file.path) === "docs" && file.lines.length > 0).slice(0, 3);
  if (docs.length === 0) return [];
  const places = docs.map(({ path, lines }) => `${path}:${lines[0]!.line}`).join(", ");
  return [change(`Bring the docs up to date: ${places}`, docs.map(({ path }) => path))];
}

function baseline(facts: PlanFacts, text: string): Draft[] {
  const run = command(facts, "test");
  return run ? [step(text, [], run)] : [];
}

function move(facts: PlanFacts): Draft[] {
  const { rename, evidence } = facts;
  if (!rename) return [change("Move in steps that each leave the tests green", sources(facts))];
  const users = evidence.files.filter((file) => file.terms.includes(rename.from));
  const definition =
    users.flatMap(({ path, lines }) =>
      lines.filter(({ defines }) => defines === rename.from).map(({ line }) => ({ path, line }))
    )[0];
  const others = users.map(({ path }) => path).filter((path) => path !== definition?.path);
  return [
    ...definition
      ? [
        change(`Rename the definition at ${definition.path}:${definition.line}`, [definition.path]),
      ]
      : [],
    ...others.length > 0
      ? [
        change(
          `Rename the uses in ${counted(others.length, "other file")}: ${
            others.slice(0, 8).join(", ")
          }`,
          others.slice(0, 20),
        ),
      ]
      : [],
    { text: `See that no "${rename.from}" is left`, files: [], command: `grep -f ${rename.from}` },
  ];
}

function extendTests(facts: PlanFacts): Draft[] {
  const [test] = facts.tests;
  const [source] = sources(facts);
  if (test) return [change(`Add the cases to ${test}, in the manner of those there`, [test])];
  const example = facts.repository.paths.find((path) => fileRole(path) === "test");
  const manner = example ? ` in the manner of ${example}` : "";
  return [step(`Write the first test of ${source ?? "it"}${manner}`, example ? [example] : [])];
}

function compare(facts: PlanFacts): Draft[] {
  const paths = sources(facts).slice(0, 3);
  return paths.length === 0
    ? []
    : [step(`Read what the code does now: ${paths.join(", ")}`, paths)];
}

function writeDocs(facts: PlanFacts): Draft {
  const docs = facts.targets.filter(({ path }) => fileRole(path) === "docs");
  const { readme } = facts.repository;
  const paths = docs.length > 0 ? docs.map(({ path }) => path) : readme ? [readme.path] : [];
  const place = docs[0]?.lines[0] ? `${docs[0].path}:${docs[0].lines[0].line}` : paths[0];
  return change(place ? `Write it at ${place}` : "No docs speak of it yet: write the first", paths);
}

function declare(facts: PlanFacts): Draft[] {
  const manifests = facts.targets.filter(({ path }) => fileRole(path) === "config");
  const locks = facts.repository.paths.filter((path) =>
    fileRole(path) === "generated" && /lock|go\.sum$|shrinkwrap/.test(path)
  );
  return [
    ...manifests.map(({ path, lines }) =>
      change(`Change the version at ${path}${lines[0] ? `:${lines[0].line}` : ""}`, [path])
    ),
    ...locks.length > 0
      ? [step(`Let the package manager write ${locks.join(", ")} anew`, locks)]
      : [],
  ];
}

function adapt(facts: PlanFacts): Draft[] {
  const paths = sources(facts);
  if (paths.length === 0) return [];
  return [change(`Read its changelog, then adapt what uses it: ${paths.join(", ")}`, paths)];
}

function measure(facts: PlanFacts): Draft[] {
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

function tune(facts: PlanFacts): Draft {
  return change("Change one thing at a time where the measurement points", sources(facts));
}

function measureAgain(facts: PlanFacts): Draft[] {
  return measure(facts).map((draft) => ({ ...draft, text: "Measure again, the same way" }));
}

function readConfig(facts: PlanFacts): Draft[] {
  const found = facts.targets.filter(({ path }) => fileRole(path) !== "source");
  const ci = facts.repository.paths.filter((path) => fileRole(path) === "ci").slice(0, 3);
  if (found.length > 0) {
    return [
      step(`Read ${found.map(whatToRead).join(", ")}`, found.map(({ path }) => path)),
    ];
  }
  return ci.length > 0 ? [step(`Read what is set up now: ${ci.join(", ")}`, ci)] : [];
}

function configure(facts: PlanFacts): Draft {
  const paths = facts.targets.map(({ path }) => path).filter((path) => fileRole(path) !== "source");
  if (paths.length === 0) return step("No configuration of this was found: write the first", []);
  return change(`Change it in ${paths[0]}`, paths);
}

function explore(facts: PlanFacts): Draft[] {
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
