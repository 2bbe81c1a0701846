import { UserError } from "../errors.ts";
import type { WriteGuard } from "./commit.ts";
import { createDurable, syncFolder } from "./_durable.ts";
import { folderOf } from "./path_parts.ts";
import { replaceStateFile } from "./replace_state_file.ts";
import { sha256 } from "./sha256.ts";
import { isSealed, sealed } from "./_seal.ts";
import { lstatOrNull, stateFolder } from "./state_folder.ts";
import type { UndoRecord } from "./undo_record.ts";
import { undoRecordSchema } from "./_undo_schema.ts";

/** Keeps bytes by their hash (0600), durably; what is there already is not written again. */
export async function keepBytes(root: string, bytes: Uint8Array, hash: string): Promise<void> {
  const folder = await stateFolder(root, ".dspy", "undo", "blobs");
  const path = `${folder}/${hash}`;
  // Looked at by content: a repository may have brought another one under this name.
  if (await keptBytes(root, hash)) return;
  const temp = `${folder}/${crypto.randomUUID()}.tmp`;
  try {
    await createDurable(temp, bytes, 0o600);
    await Deno.rename(temp, path);
  } catch (error) {
    await Deno.remove(temp).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** Larger files are not kept twice. */
const MAX_SPARE = 4 * 1024 * 1024;

/**
 * Keeps the bytes that a change gave a file, so that it can be taken out of the file when that has
 * changed since. Only a help, so neither flushed nor missed when there is no room.
 */
export async function keepSpare(root: string, bytes: Uint8Array, hash: string): Promise<void> {
  if (bytes.length > MAX_SPARE) return;
  let temp: string | undefined;
  try {
    const folder = await stateFolder(root, ".dspy", "undo", "blobs");
    if (await lstatOrNull(`${folder}/${hash}`)) return;
    temp = `${folder}/${crypto.randomUUID()}.tmp`;
    await Deno.writeFile(temp, bytes, { createNew: true, mode: 0o600 });
    await Deno.rename(temp, `${folder}/${hash}`);
  } catch {
    if (temp !== undefined) await Deno.remove(temp).catch(() => {});
  }
}

/** The bytes kept under a hash; undefined when they are gone or damaged. */
export async function keptBytes(root: string, hash: string): Promise<Uint8Array | undefined> {
  const path = `${await stateFolder(root, ".dspy", "undo", "blobs")}/${hash}`;
  const bytes = (await lstatOrNull(path))?.isFile ? await Deno.readFile(path) : undefined;
  return bytes && await sha256(bytes) === hash ? bytes : undefined;
}

/**
 * Puts kept bytes into a new file. When the disk has no room for a copy, the kept file itself goes
 * there: going back must not fail for want of space.
 *
 * @returns false when the bytes are gone.
 */
export async function restoreBytes(root: string, hash: string, to: string): Promise<boolean> {
  const bytes = await keptBytes(root, hash);
  if (bytes === undefined) return false;
  try {
    await createDurable(to, bytes, 0o600);
  } catch {
    await Deno.remove(to).catch(() => {});
    await Deno.rename(`${await stateFolder(root, ".dspy", "undo", "blobs")}/${hash}`, to);
  }
  return true;
}

/** Where the record of a commit lies. */
export async function recordPath(root: string, id: string): Promise<string> {
  return `${await stateFolder(root, ".dspy", "undo")}/${id}.json`;
}

/** The id after the newest one in use, be it for a journal that is not ours. */
export async function nextId(root: string): Promise<string> {
  const used = [...await ids(root, "undo"), ...await ids(root, "journal")];
  return `c${Math.max(0, ...used.map((id) => Number(id.slice(1)))) + 1}`;
}

/**
 * Reads a record.
 *
 * @throws {UserError} `failed` when there is none, or none that can be used.
 */
export async function readRecord(root: string, id: string): Promise<UndoRecord> {
  const hint = "`undo --list` shows what can be taken back";
  const path = /^c[1-9]\d{0,9}$/.test(id) ? await recordPath(root, id) : undefined;
  const text = path && await Deno.readTextFile(path).catch(() => undefined);
  if (!text) throw new UserError("failed", `no change ${JSON.stringify(id)} to undo`, { hint });
  const record = parseRecord(text);
  if (record?.id === id) return record;
  throw new UserError("failed", `the record of change ${JSON.stringify(id)} is damaged`, { hint });
}

/** Writes a record over its old form. */
export async function writeRecord({ root, key }: WriteGuard, record: UndoRecord): Promise<void> {
  const path = await recordPath(root, record.id);
  await replaceStateFile(path, await sealed(key, record));
  await syncFolder(folderOf(path));
}

/** Whether a record was sealed under our key: else it must not be acted on. */
export async function isOwnRecord({ root, key }: WriteGuard, id: string): Promise<boolean> {
  try {
    return await isSealed(key, JSON.parse(await Deno.readTextFile(await recordPath(root, id))));
  } catch {
    return false;
  }
}

/** All readable records, ours or not, the newest commit first. */
export async function listRecords(root: string): Promise<UndoRecord[]> {
  const records: UndoRecord[] = [];
  for (const id of await ids(root, "undo")) {
    const text = await Deno.readTextFile(await recordPath(root, id)).catch(() => "");
    const record = parseRecord(text);
    if (record?.id === id) records.push(record);
  }
  return records.sort((a, b) => Number(b.id.slice(1)) - Number(a.id.slice(1)));
}

/** {@linkcode listRecords} for callers that cannot wait: where there are none, none are made. */
export function listRecordsSync(root: string): UndoRecord[] {
  const folder = `${root}/.dspy/undo`;
  const records: UndoRecord[] = [];
  try {
    for (const { name, isFile } of Deno.readDirSync(folder)) {
      if (!isFile || !/^c[1-9]\d{0,9}\.json$/.test(name)) continue;
      const record = parseRecord(Deno.readTextFileSync(`${folder}/${name}`));
      if (record && `${record.id}.json` === name) records.push(record);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return records;
}

/**
 * Forgets all but the newest records, and the bytes that none of the others needs.
 *
 * @param keep how many records stay.
 */
export async function pruneRecords(root: string, keep: number): Promise<void> {
  const records = await listRecords(root);
  const folder = await stateFolder(root, ".dspy", "undo", "blobs");
  for (const { id } of records.slice(keep)) await Deno.remove(await recordPath(root, id));
  const needed = new Set(
    records.slice(0, keep).flatMap(({ files }) =>
      files.flatMap(({ before, after }) => [
        before?.hash,
        after?.hash,
      ])
    ),
  );
  for await (const { name } of Deno.readDir(folder)) {
    if (/^[0-9a-f]{64}$/.test(name) && !needed.has(name)) await Deno.remove(`${folder}/${name}`);
  }
}

async function ids(root: string, state: "undo" | "journal"): Promise<string[]> {
  const folder = await stateFolder(root, ".dspy", state);
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const id = /^(c[1-9]\d{0,9})\.json$/.exec(name)?.[1];
    if (id !== undefined) found.push(id);
  }
  return found;
}

function parseRecord(text: string): UndoRecord | undefined {
  try {
    return undoRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
