import { findSkills, type SkillInfo } from "../../core/agent/model/find_skills.ts";
import { closest } from "../../core/closest.ts";
import { UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool } from "../../core/tool.ts";

const input = (z: Zod) =>
  z.object({
    name: z.string().min(1).optional().describe("the skill to read; default: list them"),
  });

/** What `skill` gives back. */
export type SkillResult = { readonly skills: readonly SkillInfo[] } | {
  readonly skill: SkillInfo;
  readonly text: string;
};

/** Reads the skills that the workspace brings along: folders with a SKILL.md. */
export default defineTool<SchemaOutput<typeof input>, SkillResult>({
  name: "skill",
  summary: "Lists the workspace's skills (SKILL.md), or reads one",
  input,
  positional: ["name"],
  examples: [
    { line: "skill", says: "what there is in .agents/skills" },
    { line: "skill release", says: "the text of one" },
  ],
  effect: "read",
  needs: () => ({}),
  async run({ name }, { files }) {
    const skills = await findSkills(files);
    if (name === undefined) {
      const text = skills.map((skill) => `${skill.name}: ${skill.description}`).join("\n") ||
        "No skills here: they are folders with a SKILL.md in .agents/skills.";
      return { ok: true, data: { skills }, text };
    }
    const skill = skills.find((one) => one.name === name);
    if (skill === undefined) {
      const near = closest(name, skills.map((one) => one.name), { limit: 1 })[0];
      throw new UserError("usage", `no skill called ${JSON.stringify(name)}`, {
        hint: near === undefined ? '"skill" lists them' : `did you mean ${near}?`,
      });
    }
    const text = await files.readText(skill.path);
    return { ok: true, data: { skill, text }, text };
  },
});
