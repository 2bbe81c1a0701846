import type { ToolContext } from "../../core/tool.ts";
import { learnedGraph } from "../code/learned_graph.ts";
import { openLogs } from "../logs/log_source.ts";
import type { LocatedTrace } from "../../core/logs/locate_traces.ts";
import { type LogReport, reportLogs } from "../logs/report_logs.ts";
import { classifyTask, type TaskKind } from "./classify_task.ts";
import {
  type CompanionIndex,
  companionTests,
  indexCompanions,
  isRunnableTest,
  testedFiles,
} from "./companion_tests.ts";
import { type Evidence, type FileEvidence, findEvidence } from "./find_evidence.ts";
import { type FileRole, fileRole, isBenchmark, isGenerated } from "./file_role.ts";
import { findImporters, importedFiles } from "./find_importers.ts";
import {
  checkCommand,
  type ManifestScript,
  manifestScripts,
  type ProjectCommand,
  projectCommands,
} from "./project_commands.ts";
import { readRepository, type Repository } from "./read_repository.ts";
import { flagLine, isAboutFlag } from "./_flag_line.ts";
import { aboutSubject, type SubjectFacts, subjectTargets } from "./about_subject.ts";
import { type NamedTest, namedTests, type Tested, testedBy } from "./named_tests.ts";
import { taskSubject } from "./task_subject.ts";
import { nameTerm, taskTerms, type Term } from "./task_terms.ts";

/** All that a plan is drawn from. */
export interface PlanFacts {
  readonly task: string;
  readonly kind: TaskKind;
  readonly terms: readonly Term[];
  /** The one thing that it renames, removes or upgrades, if it names one that is here. */
  readonly about: SubjectFacts | undefined;
  /** Tests that a repair names. */
  readonly named: readonly NamedTest[];
  readonly repository: Repository;
  readonly evidence: Evidence;
  /** Files the task is about, nearest first. */
  readonly targets: readonly FileEvidence[];
  /** Tests that cover them: by name, by import, or because they speak of the same. */
  readonly tests: readonly string[];
  /** Files that import each target. */
  readonly importers: ReadonlyMap<string, readonly string[]>;
  /** Errors of the logs that belong to the task. */
  readonly traces: readonly LocatedTrace[];
  /** Errors of the logs that seem to be another matter. */
  readonly otherTraces: readonly LocatedTrace[];
  readonly commands: readonly ProjectCommand[];
  /** The test command for `tests` alone. */
  readonly testThese: ProjectCommand | undefined;
  readonly scripts: readonly ManifestScript[];
}

/** How much files of a role count for a kind of task; 1 when not named. */
const ROLE_FACTORS: Readonly<Record<FileRole, Partial<Record<TaskKind | "default", number>>>> = {
  source: { docs: 0.5, config: 0.5, upgrade: 0.6, default: 1 },
  test: { test: 0.8, fix: 0.6, default: 0.4 },
  docs: { docs: 2, explore: 0.5, default: 0.2 },
  config: { config: 2, upgrade: 2, default: 0.3 },
  ci: { config: 2, default: 0.1 },
  generated: { default: 0.05 },
  other: { default: 0.2 },
};

const CI_TASK = /\b(ci|cd|pipelines?|workflows?|github actions?|gitlab)\b/i;
const MAX_TARGETS = 5;
const MAX_TESTS = 5;
/** A file with less than this share of the best score is another matter. */
const NEAR = 0.4;

/** Reads the repository and the logs for a task. */
export async function gatherFacts(task: string, ctx: ToolContext): Promise<PlanFacts> {
  const { files, config, signal } = ctx;
  const kind = classifyTask(task);
  const subject = taskSubject(task, kind);
  const words = taskTerms(task);
  ctx.progress({ text: "reading the repository" });
  const repository = await readRepository(files, signal);
  const found = await findEvidence(
    files,
    repository.paths,
    subject ? withName(subject.name, words) : words,
    { maxFileBytes: config.maxFileBytes, signal },
  );
  const paths = words.filter(({ kind, text }) => kind === "path" && text !== subject?.to);
  const about = subject &&
    await aboutSubject(subject, found.texts, paths.map(({ text }) => text), ctx);
  const terms = about ? withName(about.name, paths) : words;
  const evidence = about
    ? { ...found, files: found.files.filter((file) => file.terms.includes(about.name)) }
    : found;
  const logs = await readLogs(ctx);
  const wantsFlag = kind === "feature" && isAboutFlag(task);
  const ranked = evidence.files
    .map((file) => weighted(file, kind, evidence.texts.get(file.path) ?? "", wantsFlag))
    .sort(byScore);
  const index = indexCompanions(repository.paths);
  const [traces, otherTraces] = splitTraces(logs.traces, terms, ranked, kind);
  const named = namedTests(terms, ranked);
  const tested = kind === "fix" && named.length > 0 ? testedBy(named, await learnedGraph(ctx)) : [];
  const targets = about ? subjectTargets(about).slice(0, MAX_TARGETS) : chooseTargets({
    kind,
    ci: kind === "config" && CI_TASK.test(task)
      ? repository.paths.filter((path) => fileRole(path) === "ci")
      : [],
    ranked,
    traces,
    named,
    tested,
    index,
    evidence,
  });
  const importers = findImporters(targets.map(({ path }) => path), evidence.texts);
  const tests = named.length > 0
    ? [...new Set(named.map(({ path }) => path))]
    : chooseTests(targets, ranked, importers, index);
  const filter = named.length === 1 ? named[0]!.test?.name : undefined;
  return {
    task,
    kind,
    terms,
    about,
    named,
    repository,
    evidence,
    targets,
    tests,
    importers,
    traces,
    otherTraces,
    commands: await projectCommands(ctx),
    testThese: tests.length === 0 ? undefined : await checkCommand("test", tests, ctx, filter),
    scripts: manifestScripts(repository, evidence.texts),
  };
}

/** These terms behind a name that says more than any of them. */
function withName(name: string, terms: readonly Term[]): Term[] {
  const known = terms.find(({ text }) => text === name);
  return [known ?? nameTerm(name), ...terms.filter((term) => term !== known)];
}

async function readLogs(ctx: ToolContext): Promise<Pick<LogReport, "traces">> {
  try {
    const source = await openLogs(ctx, undefined);
    if (source === undefined) return { traces: [] };
    return await reportLogs(source.files, source.path, {
      maxBytes: ctx.config.maxLogBytes,
      sources: ctx.files,
      signal: ctx.signal,
    });
  } catch (error) {
    ctx.signal.throwIfAborted();
    // A log that cannot be read takes nothing from the rest of the plan.
    ctx.progress({ text: `logs left out: ${error instanceof Error ? error.message : error}` });
    return { traces: [] };
  }
}

function weighted(
  file: FileEvidence,
  kind: TaskKind,
  text: string,
  wantsFlag: boolean,
): FileEvidence {
  const factors = ROLE_FACTORS[isGenerated(text) ? "generated" : fileRole(file.path)];
  // Of files that are as near, the one that reads flags.
  const likely = wantsFlag && flagLine(text) !== undefined ? 1.1 : 1;
  return { ...file, score: file.score * likely * (factors[kind] ?? factors.default ?? 1) };
}

function byScore(a: FileEvidence, b: FileEvidence): number {
  return b.score - a.score || (a.path < b.path ? -1 : 1);
}

/** Traces belong to a task that speaks of them, and to a repair that names nothing else. */
function splitTraces(
  traces: readonly LocatedTrace[],
  terms: readonly Term[],
  ranked: readonly FileEvidence[],
  kind: TaskKind,
): [LocatedTrace[], LocatedTrace[]] {
  const found = ranked.length > 0;
  const near = new Set(ranked.slice(0, 3).map((file) => file.path));
  const belongs = ({ error, path, callers }: LocatedTrace) =>
    near.has(path) || callers.some((caller) => near.has(caller.path)) ||
    terms.some(({ regex }) => regex.test(error) || regex.test(path));
  const ours = traces.filter((trace) => kind === "fix" && (!found || belongs(trace)));
  return [ours, traces.filter((trace) => !ours.includes(trace))];
}

function chooseTargets(from: {
  kind: TaskKind;
  /** CI files, when the task is about CI. */
  ci: readonly string[];
  ranked: readonly FileEvidence[];
  traces: readonly LocatedTrace[];
  /** Tests that the task names, and what they call. */
  named: readonly NamedTest[];
  tested: readonly Tested[];
  index: CompanionIndex;
  evidence: Evidence;
}): FileEvidence[] {
  const { kind, ranked, traces, named, tested, index, evidence } = from;
  const best = ranked[0]?.score ?? 0;
  // Of what an upgrade touches, the manifest says most and every user counts.
  const share = kind === "upgrade" ? NEAR / 4 : NEAR;
  const near = ranked.filter((file) => file.score >= best * share);
  const chosen = new Map<string, FileEvidence>();
  const take = (path: string) => {
    const known = ranked.find((file) => file.path === path);
    if (!chosen.has(path)) chosen.set(path, known ?? { path, score: 0, lines: [], terms: [] });
  };
  for (const { path } of traces) if (fileRole(path) !== "test") take(path);
  for (const path of from.ci) take(path);
  for (const { path } of named) for (const source of testedFiles(path, index)) take(source);
  for (const [path, calls] of Map.groupBy(tested, ({ path }) => path)) {
    const lines = calls.map(({ line, name }) => ({ line, text: name, term: name, defines: name }));
    if (!chosen.has(path)) chosen.set(path, { path, score: 0, lines, terms: [] });
  }
  if (tested.length > 0) return [...chosen.values()].slice(0, MAX_TARGETS);
  for (const { path } of near) if (isTarget(path, kind)) take(path);
  // A task that names a test is about what that test is about.
  for (const { path } of kind === "docs" ? [] : near.slice(0, 3)) {
    if (fileRole(path) !== "test" || isTarget(path, kind)) continue;
    const named = testedFiles(path, index);
    const imported = importedFiles(path, evidence.texts)
      .filter((target) => fileRole(target) === "source");
    for (const target of [...named, ...imported.slice(0, 3)]) take(target);
  }
  return [...chosen.values()].slice(0, MAX_TARGETS);
}

function isTarget(path: string, kind: TaskKind): boolean {
  const role = fileRole(path);
  if (kind === "docs") return role === "docs" || role === "source";
  if (kind === "config") return role === "config" || role === "ci";
  if (kind === "upgrade") return role === "config" || role === "source";
  if (kind === "performance" && isBenchmark(path)) return false;
  return role === "source";
}

function chooseTests(
  targets: readonly FileEvidence[],
  ranked: readonly FileEvidence[],
  importers: ReadonlyMap<string, readonly string[]>,
  index: CompanionIndex,
): string[] {
  const sources = targets.filter(({ path }) => fileRole(path) === "source");
  const best = ranked[0]?.score ?? 0;
  return [
    ...new Set([
      ...ranked.filter((file) => isRunnableTest(file.path) && file.score === best)
        .map(({ path }) => path),
      ...sources.flatMap(({ path }) => companionTests(path, index)),
      ...sources.slice(0, 1)
        .flatMap(({ path }) => (importers.get(path) ?? []).filter(isRunnableTest)),
      ...ranked.filter((file) => isRunnableTest(file.path) && file.score >= best * NEAR)
        .map(({ path }) => path),
    ]),
  ].slice(0, MAX_TESTS);
}
