import { findDanger } from "../../core/safety/danger.ts";
import { counted } from "../../core/logs/counted.ts";
import { fileRole, isGenerated } from "./file_role.ts";
import type { DefinitionPlace } from "./find_places.ts";
import type { PlanFacts } from "./gather_facts.ts";

/** Something to look out for. */
export interface Risk {
  readonly text: string;
  /** File it is about. */
  readonly path?: string;
}

/** More importers than this make a file one that many lean on. */
const MANY_IMPORTERS = 5;
/** Longer files are hard to change in one go. Lines. */
const LONG_FILE = 800;
/** A term in more files than this is no lead. */
const WIDE_TERM = 50;

/**
 * Names what may go wrong with a task, each from something that was found.
 *
 * @param facts of the task.
 * @returns the gravest first.
 */
export function assessRisks(facts: PlanFacts): Risk[] {
  const { targets, repository } = facts;
  const danger = findDanger(facts.task).map(({ name, why }): Risk => ({
    text: `the task names \`${name}\`, which ${why}: no step here runs it`,
  }));
  // Looking changes nothing.
  if (facts.kind === "explore") return danger;
  return [
    ...danger,
    ...targets.flatMap(({ path }) => fileRisks(path, facts)),
    ...nameRisks(facts),
    ...testRisks(facts),
    ...facts.scripts.filter((script) => script.danger.length > 0).map((script): Risk => ({
      path: script.path,
      text: `${script.path}:${script.line}: the script "${script.name}" has ` +
        `\`${script.danger.join("`, `")}\`: do not run it unread`,
    })),
    ...vagueRisk(facts),
    ...repository.git ? [] : [{ text: "no git repository here: only `undo` takes changes back" }],
  ];
}

function fileRisks(path: string, { importers, evidence }: PlanFacts): Risk[] {
  const risks: Risk[] = [];
  const users = importers.get(path) ?? [];
  if (users.length > MANY_IMPORTERS) {
    risks.push({
      path,
      text:
        `${path} is imported by ${users.length} files (${users.slice(0, 3).join(", ")}, ...): ` +
        "keep its names and behaviour for them",
    });
  }
  const text = evidence.texts.get(path) ?? "";
  if (isGenerated(text)) {
    risks.push({ path, text: `${path} says that it is generated: change its source instead` });
  }
  const lines = text.split("\n").length;
  if (lines > LONG_FILE) {
    risks.push({ path, text: `${path} has ${lines} lines: change it in small steps` });
  }
  if (fileRole(path) === "ci") {
    risks.push({ path, text: `${path} decides what runs elsewhere: it cannot be tried out here` });
  }
  return risks;
}

/** The name is another's, too, or its new one is taken. */
function nameRisks({ about }: PlanFacts): Risk[] {
  if (about === undefined || !("places" in about)) return [];
  const { places: { definitions, others, taken }, name, to } = about;
  const files = new Set(taken.map(({ path }) => path));
  const where = (all: readonly DefinitionPlace[]) =>
    all.slice(0, 5).map(({ name, path, line }) => `${name} (${path}:${line})`).join(", ") +
    (all.length > 5 ? ", ..." : "");
  return [
    ...taken[0]
      ? [{
        path: taken[0].path,
        text: `"${to}" is already used in ${counted(files.size, "file")}: ` +
          `${taken[0].path}:${taken[0].line}`,
      }]
      : [],
    ...others.length > 0
      ? [{ text: `others have that name: ${where(others)}: some of the places are theirs` }]
      : [],
    ...definitions.length > 1
      ? [{ text: `"${name}" is defined ${definitions.length} times: ${where(definitions)}` }]
      : [],
  ];
}

/** When every term is everywhere, none leads anywhere. */
function vagueRisk({ terms, about, evidence }: PlanFacts): Risk[] {
  if (about) return [];
  const found = terms.map(({ text }) => ({ text, count: evidence.spread.get(text) ?? 0 }))
    .filter(({ count }) => count > 0);
  if (found.length === 0 || found.some(({ count }) => count <= WIDE_TERM)) return [];
  const rarest = found.reduce((a, b) => b.count < a.count ? b : a);
  return [{ text: `"${rarest.text}" is in ${rarest.count} files: the ranking is a guess` }];
}

function testRisks({ targets, tests, commands }: PlanFacts): Risk[] {
  if (!commands.some(({ kind }) => kind === "test")) {
    return [{ text: "no test command was found: nothing here can show that the change works" }];
  }
  const sources = targets.filter(({ path }) => fileRole(path) === "source");
  if (sources.length === 0 || tests.length > 0) return [];
  return [{
    path: sources[0]!.path,
    text: `no test names or imports ${sources.map(({ path }) => path).join(", ")}`,
  }];
}
