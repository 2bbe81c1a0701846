import type { SkillContext } from "../core/program/skill.ts";

/** What looks like the path of a file: it has a folder or a known kind of ending. */
const PATH =
  /(?<![\w@:/.-])(?:\.\/)?((?:[\w@.-]+\/)+[\w@.-]+\.\w{1,10}|[\w-][\w.-]*\.(?:[cm]?[jt]sx?|pyi?|go|rs|java|kts?|rb|php|cs|c|h|cc|cpp|hpp|swift|sh|sql|vue|svelte|md|rst|txt|jsonc?|ya?ml|toml|ini|cfg|css|html|csv|log|lock))(?![\w/-]|\s*\()/gi;

/** Names of runtimes and frameworks, and members of objects, that look like files. */
const NO_FILES =
  /^(?:(?:node|vue|next|nuxt|react|express|d3|three|socket|chart|discord|ember|backbone)\.js|(?:console|math|logger|np|torch)\.log|(?:res|resp|response|req|request|self|this)\.\w+)$/i;

/** Addresses are no paths. */
const ADDRESS = /\b[a-z]+:\/\/\S+/gi;

/** The paths of files that a text names, each once, in order. */
export function namedPaths(text: string): string[] {
  const found = text.replace(ADDRESS, " ").matchAll(PATH);
  return [...new Set([...found].map(([, path]) => path!))].filter((path) => !NO_FILES.test(path));
}

/**
 * Whether there is such a file: in the workspace of the context, or among those known.
 *
 * @param known paths that count as there without looking.
 */
export async function isFile(
  path: string,
  known: ReadonlySet<string>,
  { files }: Pick<SkillContext, "files">,
): Promise<boolean> {
  if (known.has(path)) return true;
  const info = await files?.info(path).catch(() => undefined);
  return info?.kind === "file";
}

/** Which of these there are not; a bare name counts when a known path ends with it. */
export async function missingFiles(
  paths: readonly string[],
  known: ReadonlySet<string>,
  ctx: Pick<SkillContext, "files">,
): Promise<string[]> {
  const missing: string[] = [];
  for (const path of paths) {
    const byName = !path.includes("/") && [...known].some((each) => each.endsWith(`/${path}`));
    if (!byName && !await isFile(path, known, ctx)) missing.push(path);
  }
  return missing;
}
