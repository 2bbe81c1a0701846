import { posix } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { Files } from "../../core/workspace/files.ts";
import type { AskedKind, Choice, Family } from "./_check.ts";
import { FAMILIES } from "./_families.ts";
import { findProjects, type Project } from "./find_projects.ts";
import { findTestFolders } from "./_find_test_folders.ts";

/** What a person or the agent asks of a check. */
export interface CheckWish {
  readonly paths: readonly string[];
  readonly filter?: string | undefined;
  readonly toolchain?: string | undefined;
}

/** A project with the checks it offers. */
interface Offer {
  readonly project: Project;
  readonly choices: readonly Choice[];
}

/** What will run. */
export interface CheckPlan {
  readonly project: Project;
  /** Best first; the next one stands in for one that is not installed. Never empty. */
  readonly choices: readonly Choice[];
  /** Relative to the project. */
  readonly targets: readonly string[];
  /** Other checks that were found, as `--toolchain` takes them and where they are. */
  readonly others: readonly string[];
}

const LOOKED_FOR: Readonly<Record<AskedKind, string>> = {
  test: "deno.json, package.json with tests, Cargo.toml, go.mod, Python tests, pom.xml and a " +
    "Makefile with a test target",
  lint: "deno.json, package.json with a linter, Cargo.toml, go.mod, a Python project and a " +
    "Makefile with a lint target",
  build: "deno.json, package.json with a build script, Cargo.toml, go.mod, a Python project, " +
    "pom.xml and a Makefile with a build target",
};

/**
 * Picks the project and the check: the one that `--toolchain` names, else the innermost project
 * around the targets that checks such files, else the first of the workspace.
 *
 * @throws {UserError} `failed` when there is none, `usage` when the toolchain is not among those found.
 */
export async function planCheck(
  kind: AskedKind,
  wish: CheckWish,
  files: Files,
  signal?: AbortSignal,
): Promise<CheckPlan> {
  const guarded = await Promise.all(wish.paths.map((path) => files.resolve(path, "read")));
  const targets = guarded.map(({ path }) => path);
  const offers = await findOffers(kind, files, signal);
  const fitting = offers.filter((offer) => wish.toolchain === undefined || answers(offer, wish));
  if (offers.length === 0) {
    throw new UserError("failed", `no ${kind} toolchain found here`, {
      hint: `looked for ${LOOKED_FOR[kind]}, up to two folders down`,
    });
  }
  if (fitting.length === 0) {
    throw new UserError("usage", `no ${kind} toolchain ${JSON.stringify(wish.toolchain)} here`, {
      hint: `found ${offers.flatMap(names).join(", ")}`,
    });
  }
  const { project, choices } = innermost(fitting, targets);
  const chosen = wish.toolchain === undefined
    ? choices
    : choices.filter(({ check }) => matches(project, check.id, wish.toolchain!));
  return {
    project,
    choices: chosen,
    targets: targets.map((path) => posix.relative(project.dir, path) || "."),
    others: offers.filter((offer) => offer.project !== project).flatMap(names),
  };
}

/** What a check's command is told, but for its time limit. */
export function fieldsOf(
  { project, targets }: CheckPlan,
  { fields }: Choice,
  { filter }: CheckWish,
): Record<string, unknown> {
  return {
    dir: project.dir,
    targets,
    ...(filter === undefined ? {} : { filter }),
    ...fields,
  };
}

async function findOffers(kind: AskedKind, files: Files, signal?: AbortSignal): Promise<Offer[]> {
  const projects = await findProjects(files, signal ? { signal } : {});
  const offers = await Promise.all(projects.map(async (project): Promise<Offer> => {
    const family = FAMILIES.find(({ name }) => name === project.family)!;
    return { project, choices: await family.choices(kind, project.dir, files) };
  }));
  const found = offers.filter(({ choices }) => choices.length > 0);
  if (kind !== "test") return found;
  return found.length === 0 ? bareTests(files) : [...found, ...await strayTests(found, files)];
}

/** Test files beside the projects, in folders without a file that makes them one. */
async function strayTests(found: readonly Offer[], files: Files): Promise<Offer[]> {
  const covered = (family: Family, dir: string) =>
    found.some(({ project }) =>
      contains(project.dir, dir) &&
      FAMILIES.find(({ name }) => name === project.family)!.endings
        .some((ending) => family.endings.includes(ending))
    );
  const folders = await findTestFolders(files);
  const offers = await Promise.all(
    folders.filter(({ family, dir }) => !covered(family, dir)).map(
      async ({ family, dir }): Promise<Offer> => ({
        project: { family: family.name, dir, marker: "test files" },
        choices: await family.choices("test", dir, files),
      }),
    ),
  );
  return offers.filter(({ choices }) => choices.length > 0);
}

function contains(dir: string, path: string): boolean {
  return dir === "." || path === dir || path.startsWith(`${dir}/`);
}

/** Test files alone, without a file that makes them a project. */
async function bareTests(files: Files): Promise<Offer[]> {
  const offers = await Promise.all(
    FAMILIES.filter(({ name }) => name === "python" || name === "node").map(
      async ({ name, choices }): Promise<Offer> => ({
        project: { family: name, dir: ".", marker: "test files" },
        choices: await choices("test", ".", files),
      }),
    ),
  );
  return offers.filter(({ choices }) => choices.length > 0);
}

/** The deepest project around all targets; of several there, one that checks such files. */
function innermost(offers: readonly Offer[], targets: readonly string[]): Offer {
  const around = offers.filter(({ project: { dir } }) =>
    targets.every((path) => contains(dir, path))
  );
  if (around.length === 0) {
    throw new UserError("failed", `no project holds ${targets.join(" and ")}`, {
      hint: `found ${offers.flatMap(names).join(", ")}`,
    });
  }
  if (targets.length === 0) return around[0]!;
  const depth = (offer: Offer) => offer.project.dir === "." ? 0 : offer.project.dir.length;
  const ending = posix.extname(targets[0]!).slice(1);
  const checks = ({ project }: Offer) =>
    FAMILIES.find(({ name }) => name === project.family)!.endings.includes(ending) ? 0 : 1;
  return around.toSorted((a, b) =>
    (ending === "" ? 0 : checks(a) - checks(b)) || depth(b) - depth(a)
  )[0]!;
}

function answers({ project, choices }: Offer, { toolchain }: CheckWish): boolean {
  return choices.some(({ check }) => matches(project, check.id, toolchain!));
}

function matches(project: Project, id: string, toolchain: string): boolean {
  return toolchain === id || toolchain === project.family;
}

function names({ project, choices }: Offer): string[] {
  const where = project.dir === "." ? "" : ` (${project.dir})`;
  return [`${choices[0]!.check.id}${where}`];
}
