import { UserError } from "../../errors.ts";
import type { Files } from "../../workspace/files.ts";
import { COMMAND_FOLDERS } from "./custom_commands.ts";

/** Bytes of one file that are read. */
const MAX_BYTES = 1024 * 1024;

type Reader = Pick<Files, "info" | "readText">;

/**
 * A request with what it refers to: `/name words` becomes the text of the command `name.md`, with
 * `$1` to `$9` and `$ARGUMENTS` filled in; `@path` brings the file along. All through the path guard,
 * and nothing is run.
 *
 * @param fit cuts the text of a file to size.
 * @throws {UserError} `usage` for a command that is not there; `refused` for a mention of a file that
 * may hold secrets.
 */
export async function expandRequest(
  text: string,
  files: Reader,
  fit: (path: string, text: string) => Promise<string>,
): Promise<string> {
  const [, name, rest = ""] = /^\/([\w-]+)(?:\s+([\s\S]*))?$/.exec(text.trim()) ?? [];
  const request = name === undefined ? text : fill(await commandText(name, files), rest.trim());
  const mentions = [...request.matchAll(/(?<![\w@])@([\w./-]*[\w/-])/g)].map(([, path]) => path!);
  const parts = [request];
  for (const path of new Set(mentions)) {
    const info = await files.info(path).catch((error) => {
      // `@name` is also how people are called, and `@/ui/button` how code is imported.
      if (error instanceof UserError && error.rule === "path.denied") throw error;
    });
    if (info?.kind !== "file") continue;
    const whole = info.size <= MAX_BYTES;
    const content = await files.readText(path, whole ? {} : { range: [0, MAX_BYTES] });
    const note = whole ? "" : ` (the first ${MAX_BYTES} of ${info.size} bytes)`;
    parts.push(`File ${path}${note}:\n${await fit(path, content)}`);
  }
  return parts.join("\n\n");
}

async function commandText(name: string, files: Reader): Promise<string> {
  for (const folder of COMMAND_FOLDERS) {
    const path = `${folder}/${name}.md`;
    const info = await files.info(path).catch(() => undefined);
    if (info?.kind === "file") return withoutFrontMatter(await files.readText(path));
  }
  throw new UserError("usage", `no command /${name}`, {
    hint: `write it as ${COMMAND_FOLDERS[0]}/${name}.md, or see /help`,
  });
}

function withoutFrontMatter(text: string): string {
  return text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, "").trim();
}

function fill(template: string, rest: string): string {
  const words = rest === "" ? [] : rest.split(/\s+/);
  let used = false;
  const filled = template.replaceAll(/\$(ARGUMENTS|[1-9])/g, (_, which: string) => {
    used = true;
    return which === "ARGUMENTS" ? rest : words[Number(which) - 1] ?? "";
  });
  return used || rest === "" ? filled : `${filled}\n\n${rest}`;
}
