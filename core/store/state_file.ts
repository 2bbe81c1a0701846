import { describeError, UserError } from "../errors.ts";
import { folderOf } from "../workspace/path_parts.ts";
import { replaceStateFile } from "../workspace/replace_state_file.ts";
import { checkStateFile, systemReason } from "../workspace/state_folder.ts";
import { keepAside } from "./_keep_aside.ts";

/** Options of {@linkcode readStateFile}. */
export interface StateFileOptions<T> {
  /** Checks and types what was read, and throws for what does not fit: any zod schema does. */
  readonly schema: { parse(value: unknown): T };
  /** The newest `version` this program knows; a file without one is of the first. Default 1. */
  readonly version?: number;
  /** Told in one sentence when an unreadable file was kept aside. Default: nobody. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Reads a JSON state file. One that is no JSON or does not fit the schema is renamed to
 * `<name>.corrupt-<milliseconds>`, beside it or, from a workspace's root, in `.dspy/`.
 *
 * @returns undefined when there is none, or none that is readable.
 * @throws {UserError} `failed` when it cannot be read, or was written by a newer version, and then
 * leaves it alone; `refused` when it is a link or no plain file.
 */
export async function readStateFile<T>(
  path: string,
  { schema, version = 1, onWarning }: StateFileOptions<T>,
): Promise<T | undefined> {
  await checkStateFile(path);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    checkVersion(path, value, version);
    return schema.parse(value);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const aside = await keepAside(path).catch(() => undefined);
    const kept = aside === undefined
      ? "left in place"
      : `kept as ${aside.slice(folderOf(path).length + 1)}`;
    onWarning?.(`${path} is unreadable (${firstLine(error)}): ${kept}, started anew`);
    return undefined;
  }
}

/**
 * Writes a value as a JSON state file: readers and crashes see the old file or the new one, never
 * half of one. A new file is for the user alone (0600), an old one keeps its mode. Makes the folder.
 *
 * @throws {UserError} `refused` when a link is in its place, `failed` when it cannot be written.
 */
export async function writeStateFile(path: string, value: unknown): Promise<void> {
  try {
    await replaceStateFile(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError("failed", `cannot write ${path}: ${systemReason(cause)}`, {
      hint: "check that its folder is writable and the disk not full",
      cause,
    });
  }
}

function checkVersion(path: string, value: unknown, known: number): void {
  if (typeof value !== "object" || value === null || !("version" in value)) return;
  if (typeof value.version !== "number" || value.version <= known) return;
  throw new UserError(
    "failed",
    `${path} has version ${value.version}, written by a newer dspy-code; this one knows ${known}`,
    { hint: "update dspy-code, or move the file away to start a new one" },
  );
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new UserError("failed", `cannot read ${path}: ${systemReason(cause)}`, {
      hint: "check that its folder is one, and may be read",
      cause,
    });
  }
}

function firstLine(error: unknown): string {
  return describeError(error).replace(/\s+/g, " ").slice(0, 120);
}
