import type { ConfigFile } from "./config_merge.ts";
import { UserError } from "./errors.ts";

/**
 * Parses a configuration file. The YAML parser is loaded here and only here, so that a start
 * without a file, or with one of comments only, does not pay for it.
 *
 * @param path as shown in messages.
 * @param text its content; empty means no settings.
 * @throws {UserError} `usage`, naming file and line, when it is no YAML mapping.
 */
export async function parseConfigFile(path: string, text: string): Promise<ConfigFile> {
  if (text.split("\n").every((line) => /^\s*(#|$)/.test(line))) return { path, values: {} };
  const { loadAll, YAMLException } = await import("js-yaml");
  let values: unknown;
  try {
    values = loadAll(text)[0] ?? {};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? `:${error.mark.line + 1}` : "";
    throw new UserError("usage", `${path}${line}: not valid YAML: ${error.reason}`, {
      hint: "mend the file or move it away; nothing was changed",
    });
  }
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new UserError("usage", `${path}:1: expected settings as "name: value" lines`, {
      hint: "see `dspy-code config init` for an example",
    });
  }
  return { path, values: values as Record<string, unknown> };
}
