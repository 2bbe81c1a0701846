import { z } from "zod";
import { syncFolder } from "./_durable.ts";
import { folderOf } from "./path_parts.ts";
import { replaceStateFile } from "./replace_state_file.ts";
import { isSealed, sealed } from "./_seal.ts";
import { recordPath } from "./_undo_store.ts";
import { lstatOrNull, stateFolder } from "./state_folder.ts";
import type { Side, UndoRecord } from "./undo_record.ts";
import type { WriteGuard } from "./commit.ts";
import { undoRecordSchema } from "./_undo_schema.ts";

/** One file of a transaction: from which version to which, and under what names meanwhile. */
export interface Step {
  /** Relative to the root. */
  readonly path: string;
  readonly before: Side | null;
  readonly after: Side | null;
  /** File name of the staged bytes, beside the target. */
  readonly temp: string;
}

/**
 * A transaction that is under way. It is on disk before the first file of it is touched; to
 * complete, it is renamed to the undo record it carries, so that no moment lies between.
 */
export interface Journal {
  /** The record as it shall be once all steps are done. */
  readonly record: UndoRecord;
  readonly steps: readonly Step[];
  /** Folders made for the steps, outer first: removed again when the transaction fails. */
  readonly made: readonly string[];
  /** Folders to remove, if they are empty, when it succeeds. */
  readonly drop: readonly string[];
}

const side = z.object({ hash: z.string(), mode: z.number().int().nullable() }).nullable();
const workSchema: z.ZodType<Omit<Journal, "record">> = z.object({
  steps: z.array(z.object({
    path: z.string().min(1),
    before: side,
    after: side,
    temp: z.string().regex(/^\.dspy-tmp-[0-9a-f]{16}-\d+$/),
  })),
  made: z.array(z.string()),
  drop: z.array(z.string()),
});

/** Names for the temporary files of one transaction. */
export function tempNames(): (index: number) => string {
  const id = crypto.getRandomValues(new Uint8Array(8)).toHex();
  return (index) => `.dspy-tmp-${id}-${index}`;
}

/** Puts a journal on disk. */
export async function writeJournal({ root, key }: WriteGuard, journal: Journal): Promise<void> {
  const { record, ...work } = journal;
  const path = await journalPath(root, journal);
  await replaceStateFile(path, await sealed(key, { ...record, work }));
  await syncFolder(folderOf(path));
}

/** Ends a transaction that succeeded: its journal becomes the undo record. */
export async function settleJournal(root: string, journal: Journal): Promise<void> {
  await Deno.rename(
    await journalPath(root, journal),
    await recordPath(root, journal.record.id),
  );
  await syncFolder(await stateFolder(root, ".dspy", "undo"));
}

/** Ends a transaction that was rolled back. */
export async function dropJournal(root: string, journal: Journal): Promise<void> {
  await Deno.remove(await journalPath(root, journal));
}

/** What lies in the folder of journals. */
export interface LeftJournals {
  /** Those of a killed session, sealed under our key: only these may be acted on. */
  readonly journals: readonly Journal[];
  /** Names of the others: damaged, or not ours, as a repository may bring them along. */
  readonly foreign: readonly string[];
}

/** Looks for journals and changes nothing. */
export async function leftJournals(root: string, key: string): Promise<LeftJournals> {
  const journals: Journal[] = [];
  const foreign: string[] = [];
  // Without this look, opening a workspace that was never written to would make folders in it.
  if (await lstatOrNull(`${root}/.dspy/journal`) === null) return { journals, foreign };
  const folder = await stateFolder(root, ".dspy", "journal");
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!name.endsWith(".json")) continue;
    const journal = isFile ? await parse(key, await readOrGone(`${folder}/${name}`)) : undefined;
    if (journal && `${journal.record.id}.json` === name) journals.push(journal);
    else foreign.push(name);
  }
  return { journals, foreign };
}

/** Removes what a killed session had not finished writing; for callers that hold the lock. */
export async function clearTemps(root: string): Promise<void> {
  if (await lstatOrNull(`${root}/.dspy/journal`) === null) return;
  const folder = await stateFolder(root, ".dspy", "journal");
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".tmp")) await Deno.remove(`${folder}/${name}`);
  }
}

/** Without the lock, a journal may come to its end between two looks. */
async function readOrGone(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
}

/** Puts a journal or an undo record aside that must not be acted on; returns where it is now. */
export async function setAside(
  root: string,
  name: string,
  state: "journal" | "undo" = "journal",
): Promise<string> {
  const folder = await stateFolder(root, ".dspy", state);
  const aside = `${name}.corrupt-${Date.now()}`;
  await Deno.rename(`${folder}/${name}`, `${folder}/${aside}`);
  return `.dspy/${state}/${aside}`;
}

async function journalPath(root: string, journal: Journal): Promise<string> {
  return `${await stateFolder(root, ".dspy", "journal")}/${journal.record.id}.json`;
}

async function parse(key: string, text: string): Promise<Journal | undefined> {
  try {
    const json = JSON.parse(text);
    if (!await isSealed(key, json)) return undefined;
    return { record: undoRecordSchema.parse(json), ...workSchema.parse(json.work) };
  } catch {
    return undefined;
  }
}
