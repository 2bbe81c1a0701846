import { openSchema } from "../../core/open_schema.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool } from "../../core/tool.ts";
import type { Files } from "../../core/workspace/files.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import { editorArgv } from "./_editor_argv.ts";
import { splitPlace } from "./_split_place.ts";

const place = (z: Zod) => z.string().min(1).max(4_096).regex(/^[^\0\r\n]+$/);

const fields = (z: Zod) =>
  z.strictObject({
    path: place(z).refine((path) => !path.startsWith("/") && !path.split("/").includes("..")),
    line: z.int().min(1).max(1e9).optional(),
    column: z.int().min(1).max(1e9).optional(),
  });

const input = (z: Zod) =>
  z.strictObject({
    path: place(z).describe("path, path:line or path:line:column"),
  });

/** Opens a file in the person's editor. */
export default defineTool({
  name: "open",
  summary: "Opens a file in your editor, at a line and column",
  input,
  positional: ["path"],
  examples: [{ line: "open src/main.ts:12:3", says: "that file at that place" }],
  effect: "execute",
  commands: {
    editor: {
      summary: "Starts $VISUAL, $EDITOR or the first editor found",
      fields,
      effect: "execute",
      async typed(fields, typed, { root }) {
        const { data } = (await openSchema(input)).safeParse(typed);
        const { isDeepStrictEqual } = await import("node:util");
        return data !== undefined &&
          isDeepStrictEqual(fields, await targetOf(data.path, openFiles(root)));
      },
      argv: (input, { root, env }) => editorArgv(input, root, env, Deno.build.os),
    },
  },
  needs: ({ path }) => ({ read: [splitPlace(path).path] }),
  async run({ path: text }, ctx) {
    const target = await targetOf(text, ctx.files);
    const { code, argv } = await ctx.execute("editor", target);
    const ok = code === 0;
    const said = ok ? "opened" : `${argv[0]} ended with ${code}:`;
    return { ok, data: { ...target, argv }, text: `${said} ${target.path} with ${argv[0]}` };
  },
});

/** The file and place that are meant. */
async function targetOf(text: string, files: Files): Promise<SchemaOutput<typeof fields>> {
  // A file may really be called `a:1`.
  const whole = await files.resolve(text, "read").catch(() => undefined);
  if (whole) return { path: whole.path };
  const { path: name, ...at } = splitPlace(text);
  const { path } = await files.resolve(name, "read");
  return { path, ...at };
}
