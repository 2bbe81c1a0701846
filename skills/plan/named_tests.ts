import type { CodeGraph } from "../code/code_graph.ts";
import { isRunnableTest } from "./companion_tests.ts";
import type { FileEvidence } from "./find_evidence.ts";
import { fileRole } from "./file_role.ts";
import type { Term } from "./task_terms.ts";

/** A test that a task names, by its file or as a function. */
export interface NamedTest {
  readonly path: string;
  /** The function, with its line; none when the file as a whole is meant. */
  readonly test?: { readonly name: string; readonly line: number };
}

/** A definition in the code that tests call. */
export interface Tested {
  readonly path: string;
  readonly name: string;
  readonly line: number;
}

/** What functions that are tests are called; helpers beside them are no tests. */
const TEST_NAME = /^(?:test|Test|Benchmark|Example|Fuzz)|(?:_test|Test|Spec)$/;

/**
 * The tests that a task names: functions before files.
 *
 * @param ranked files that speak of the task.
 */
export function namedTests(terms: readonly Term[], ranked: readonly FileEvidence[]): NamedTest[] {
  const files = ranked.filter(({ path }) => isRunnableTest(path));
  const paths = terms.filter(({ kind }) => kind === "path").map(({ text }) => text);
  const inPaths = files.filter(({ path }) => paths.some((text) => path.endsWith(text)));
  const names = new Set(
    terms.filter(({ kind, text }) => kind === "name" && TEST_NAME.test(text))
      .map(({ text }) => text),
  );
  const functions = (inPaths.length > 0 ? inPaths : files).flatMap(({ path, lines }) =>
    lines.filter(({ defines }) => defines !== undefined && names.has(defines))
      .map(({ line, defines }) => ({ path, test: { name: defines!, line } }))
  );
  return functions.length > 0 ? functions : inPaths.map(({ path }) => ({ path }));
}

/**
 * What tests call in the code, the most telling first: for a function what few others call, for a
 * whole file what it calls most.
 */
export function testedBy(tests: readonly NamedTest[], graph: CodeGraph): Tested[] {
  const calls = graph.edges.filter(({ kind }) => kind === "call");
  const ours = calls.filter(({ source, caller }) =>
    tests.some(({ path, test }) =>
      path === source &&
      (test === undefined || `${caller}.`.startsWith(`${test.name}.`) ||
        `.${caller}.`.includes(`.${test.name}.`))
    )
  );
  const count = (edges: typeof calls) => Map.groupBy(edges, ({ target }) => target);
  const all = count(calls);
  const byFunction = tests.some(({ test }) => test !== undefined);
  const sorted = [...count(ours)].sort(([a, mine], [b, theirs]) =>
    byFunction ? all.get(a)!.length - all.get(b)!.length : theirs.length - mine.length
  );
  return sorted.flatMap(([target]) => {
    const [path = "", name = ""] = target.split("#");
    const definition = graph.files.find((file) => file.path === path)
      ?.definitions.find((each) => each.name === name);
    return fileRole(path) === "source" && definition
      ? [{ path, name, line: definition.start }]
      : [];
  });
}
