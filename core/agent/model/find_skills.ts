import type { Files } from "../../workspace/files.ts";

/** A skill that the workspace brings along. */
export interface SkillInfo {
  /** As its front matter has it. */
  readonly name: string;
  /** When to read it, in one sentence. */
  readonly description: string;
  /** Its SKILL.md, relative to the root. */
  readonly path: string;
}

/** Folders that hold one folder per skill. */
const FOLDERS = [".agents/skills", ".dspy/skills", ".claude/skills"];

/** Bytes in which the front matter must end. */
const HEAD = 4_096;
const MOST = 50;
const LONGEST = 300;

/**
 * Finds the skills of a workspace: folders with a SKILL.md whose front matter gives name and
 * description. Only these two go into a prompt; the text is read when it is wanted. It is text and
 * runs nothing by itself.
 */
export async function findSkills(
  files: Pick<Files, "list" | "readText">,
): Promise<SkillInfo[]> {
  const found = new Map<string, SkillInfo>();
  for (const folder of FOLDERS) {
    for (const { name, kind } of await files.list(folder).catch(() => [])) {
      if (kind !== "folder" || found.size >= MOST) continue;
      const path = `${folder}/${name}/SKILL.md`;
      const head = await files.readText(path, { range: [0, HEAD] }).catch(() => "");
      const skill = frontMatter(head);
      if (skill && !found.has(skill.name)) found.set(skill.name, { ...skill, path });
    }
  }
  return [...found.values()];
}

/** Two plain lines of it: a YAML parser would be the heaviest part of a start. */
function frontMatter(text: string): Pick<SkillInfo, "name" | "description"> | undefined {
  const block = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1];
  const field = (key: string) =>
    new RegExp(`^${key}:[ \\t]*(.+)$`, "m").exec(block ?? "")?.[1]?.trim()
      .replace(/^(["'])(.*)\1$/, "$2").slice(0, LONGEST);
  const [name, description] = [field("name"), field("description")];
  return name && description ? { name, description } : undefined;
}
