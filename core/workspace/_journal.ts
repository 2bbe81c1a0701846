import { dirname, join } from "node:path";
import { z } from "zod";
import { syncFolder } from "./_durable.ts";
import { replaceStateFile } from "./replace_state_file.ts";
import { recordPath } from "./_undo_store.ts";
import { lstatOrNull, stateFolder } from "./state_folder.ts";
import type { Side, UndoRecord } from "./undo_record.ts";
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
export async function writeJournal(root: string, journal: Journal): Promise<void> {
  const { record, ...work } = journal;
  const path = await journalPath(root, journal);
  await replaceStateFile(path, JSON.stringify({ ...record, work }));
  await syncFolder(dirname(path));
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

/** The journals that a killed session left, and the names of those that make no sense. */
export async function leftJournals(
  root: string,
): Promise<{ journals: Journal[]; damaged: string[] }> {
  const journals: Journal[] = [];
  const damaged: string[] = [];
  // Without this look, opening a workspace that was never written to would make folders in it.
  if (await lstatOrNull(join(root, ".dspy", "journal")) === null) return { journals, damaged };
  const folder = await stateFolder(root, ".dspy", "journal");
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(".tmp")) await Deno.remove(path);
    if (!name.endsWith(".json")) continue;
    const journal = parse(await Deno.readTextFile(path));
    if (journal && `${journal.record.id}.json` === name) journals.push(journal);
    else damaged.push(name);
  }
  return { journals, damaged };
}

/** Puts a journal aside that cannot be worked off. */
export async function setAside(root: string, name: string): Promise<string> {
  const folder = await stateFolder(root, ".dspy", "journal");
  const aside = `${name}.corrupt-${Date.now()}`;
  await Deno.rename(join(folder, name), join(folder, aside));
  return `.dspy/journal/${aside}`;
}

async function journalPath(root: string, journal: Journal): Promise<string> {
  return join(await stateFolder(root, ".dspy", "journal"), `${journal.record.id}.json`);
}

function parse(text: string): Journal | undefined {
  try {
    const json = JSON.parse(text);
    return { record: undoRecordSchema.parse(json), ...workSchema.parse(json.work) };
  } catch {
    return undefined;
  }
}
