/** The steps of a plan that are about docs, dependencies and configuration. */
import { change, type Draft, sources, step, whatToRead } from "./_draft.ts";
import { declaration } from "./_subject_steps.ts";
import { fileRole } from "./file_role.ts";
import type { PlanFacts } from "./gather_facts.ts";

/** Bring docs that speak of it up to date. */
export function mention(facts: PlanFacts): Draft[] {
  const docs = facts.evidence.files
    .filter((file) => fileRole(file.path) === "docs" && file.lines.length > 0).slice(0, 3);
  if (docs.length === 0) return [];
  const places = docs.map(({ path, lines }) => `${path}:${lines[0]!.line}`).join(", ");
  return [change(`Bring the docs up to date: ${places}`, docs.map(({ path }) => path))];
}

/** Read the code that docs are about. */
export function compare(facts: PlanFacts): Draft[] {
  const paths = sources(facts).slice(0, 3);
  return paths.length === 0
    ? []
    : [step(`Read what the code does now: ${paths.join(", ")}`, paths)];
}

/** Write docs. */
export function writeDocs(facts: PlanFacts): Draft {
  const docs = facts.targets.filter(({ path }) => fileRole(path) === "docs");
  const { readme } = facts.repository;
  const paths = docs.length > 0 ? docs.map(({ path }) => path) : readme ? [readme.path] : [];
  const place = docs[0]?.lines[0] ? `${docs[0].path}:${docs[0].lines[0].line}` : paths[0];
  return change(place ? `Write it at ${place}` : "No docs speak of it yet: write the first", paths);
}

/** Change the version of a dependency. */
export function declare({ targets, about }: PlanFacts): Draft[] {
  if (about && "package" in about) return declaration("Change the version", about.package);
  return targets.filter(({ path }) => fileRole(path) === "config").map(({ path, lines }) =>
    change(`Change the version at ${path}${lines[0] ? `:${lines[0].line}` : ""}`, [path])
  );
}

/** Write the lock files anew. */
export function relock({ repository }: PlanFacts): Draft[] {
  const locks = repository.paths.filter((path) =>
    fileRole(path) === "generated" && /lock|go\.sum$|shrinkwrap/.test(path)
  );
  return locks.length === 0
    ? []
    : [step(`Let the package manager write ${locks.join(", ")} anew`, locks)];
}

/** Follow a dependency that has changed. */
export function adapt(facts: PlanFacts): Draft[] {
  const paths = sources(facts);
  if (paths.length === 0) return [];
  return [change(`Read its changelog, then adapt what uses it: ${paths.join(", ")}`, paths)];
}

/** Read what is configured. */
export function readConfig(facts: PlanFacts): Draft[] {
  const found = facts.targets.filter(({ path }) => fileRole(path) !== "source");
  const ci = facts.repository.paths.filter((path) => fileRole(path) === "ci").slice(0, 3);
  if (found.length > 0) {
    return [
      step(`Read ${found.map(whatToRead).join(", ")}`, found.map(({ path }) => path)),
    ];
  }
  return ci.length > 0 ? [step(`Read what is set up now: ${ci.join(", ")}`, ci)] : [];
}

/** Change the configuration. */
export function configure(facts: PlanFacts): Draft {
  const paths = facts.targets.map(({ path }) => path).filter((path) => fileRole(path) !== "source");
  if (paths.length === 0) return step("No configuration of this was found: write the first", []);
  return change(`Change it in ${paths[0]}`, paths);
}
