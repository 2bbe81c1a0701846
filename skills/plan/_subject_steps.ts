/** The steps of a plan that renames or removes one thing, wherever it stands. */
import { counted } from "../../core/logs/counted.ts";
import { change, type Draft, step } from "./_draft.ts";
import type { SubjectFacts } from "./about_subject.ts";
import type { PackagePlaces } from "./find_package.ts";
import type { Place, Places } from "./find_places.ts";

type Named = Extract<SubjectFacts, { places: unknown }>;
type Package = Extract<SubjectFacts, { package: unknown }>;

/** Files listed with their lines in one step. */
const MOST_FILES = 40;
/** Lines listed of one file. */
const MOST_LINES = 25;

/** Rename the definition first, then all that uses it. */
export function renameIt({ name, to, places }: Named): Draft[] {
  const { file, definitions, uses } = places;
  return [
    ...file
      ? [change(`Rename the file ${file} to ${inFolder(file, to!)}`, [file])]
      : atOrIn("Rename the definition", definitions),
    ...at(file ? "Follow it in the code" : "Rename the uses in the code", uses.code),
    ...at(file ? "Follow it in the tests" : "Rename the uses in the tests", uses.tests),
    ...at("Bring docs and settings up to date", uses.docs),
    seeThatNoneIsLeft(name, places),
  ];
}

/** Take it out of what uses it first, so that nothing is left broken on the way. */
export function removeIt({ name, places }: Named): Draft[] {
  const { file, definitions, uses } = places;
  return [
    ...at("Take it out of the code that uses it", uses.code),
    ...at("Remove or change the tests of it", uses.tests),
    ...file
      ? [change(`Remove the file ${file}`, [file])]
      : atOrIn("Remove the definition", definitions),
    ...at("Bring docs and settings up to date", uses.docs),
    seeThatNoneIsLeft(name, places),
  ];
}

/** Take a package out of the code, then out of the manifest. */
export function removePackage({ package: found }: Package): Draft[] {
  return [
    ...at("Take it out of the files that import it", found.imports),
    ...declaration("Remove it", found),
    seeThatNoneIsLeft(found.name, found),
  ];
}

/** Where the manifests name a package, or that none does. */
export function declaration(
  text: string,
  { name, declared }: Pick<PackagePlaces, "name" | "declared">,
): Draft[] {
  return declared.length === 0
    ? [step(`No manifest here names ${name}: it comes along with what needs it`, [])]
    : atOrIn(text, declared);
}

/** Read what changed, then follow it where the package is imported. */
export function adaptPackage({ package: { name, imports } }: Package): Draft[] {
  return at(`Read the changelog of ${name}, then adapt what imports it`, imports);
}

/** `Rename the definition at a.ts:3`, or `Rename the definitions: 2 places in 1 file` with them. */
function atOrIn(text: string, places: readonly Place[]): Draft[] {
  const [first] = places;
  if (first === undefined) return [];
  return places.length > 1
    ? at(text, places)
    : [change(`${text} at ${first.path}:${first.line}`, [first.path])];
}

/** A new name without a folder stays in the folder. */
function inFolder(file: string, to: string): string {
  return to.includes("/") ? to : file.replace(/[^/]+$/, to);
}

/** A step with the places it is about; none without any. */
function at(text: string, places: readonly Place[]): Draft[] {
  if (places.length === 0) return [];
  const byFile = [...Map.groupBy(places, ({ path }) => path)];
  const counts = `${counted(places.length, "place")} in ${counted(byFile.length, "file")}`;
  const rest = byFile.length - MOST_FILES;
  return [{
    ...change(`${text}: ${counts}`, byFile.slice(0, MOST_FILES).map(([path]) => path)),
    places: [
      ...byFile.slice(0, MOST_FILES).map(([path, lines]) => `${path}:${numbers(lines)}`),
      ...rest > 0 ? [`and ${counted(rest, "more file")}`] : [],
    ],
  }];
}

function numbers(places: readonly Place[]): string {
  const rest = places.length - MOST_LINES;
  return places.slice(0, MOST_LINES).map(({ line }) => line).join(",") +
    (rest > 0 ? `, and ${rest} more` : "");
}

function seeThatNoneIsLeft(
  name: string,
  { pattern, others = [] }: Pick<Places, "pattern"> & Partial<Pick<Places, "others">>,
): Draft {
  const words = pattern.startsWith("-") ? `-- '${pattern}'` : `'${pattern}'`;
  const text = others.length > 0
    ? `See that of "${name}" only the places of others with that name are left`
    : `See that no "${name}" is left: no match is right`;
  return { text, files: [], command: `grep ${words}` };
}
