import { looksSecret } from "./_looks_secret.ts";

/** Lines typed before. */
export interface History {
  /** Oldest first. */
  readonly entries: readonly string[];
  /**
   * Remembers a line, unless it is empty, the same as the last one, begins with a blank, or looks
   * as if it holds a secret.
   */
  add(line: string): Promise<void>;
}

/** Options of {@linkcode openHistory}. */
export interface HistoryOptions {
  /** How many lines are kept. Default 2,000. */
  readonly limit?: number;
}

/**
 * Opens the history in a file, one JSON string per line, for the owner's eyes only. Several
 * sessions may use it at once: each appends under a lock and sees its own lines and those that
 * were there when it began. A file that cannot be read or written costs the memory beyond this
 * session, never an error.
 *
 * @param path the file; it and its folder are made when missing.
 */
export async function openHistory(
  path: string,
  { limit = 2000 }: HistoryOptions = {},
): Promise<History> {
  const stored = await load(path, limit).catch(() => undefined);
  const entries = stored ?? [];
  return {
    entries,
    async add(line) {
      if (line.trim() === "" || /^\s/.test(line) || line === entries.at(-1)) return;
      if (looksSecret(line)) return;
      entries.push(line);
      if (entries.length > limit) entries.splice(0, entries.length - limit);
      if (stored !== undefined) await append(path, line).catch(() => {});
    },
  };
}

async function load(path: string, limit: number): Promise<string[]> {
  const folder = path.replace(/[/\\][^/\\]*$/, ""); // node:path would cost the launcher 17 ms
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  using _lock = await openLocked(path);
  await Deno.chmod(path, 0o600).catch(() => {}); // Windows has no such thing
  const entries = (await Deno.readTextFile(path)).split("\n").flatMap(parseEntry);
  if (entries.length <= limit) return entries;
  const kept = entries.slice(-limit);
  await rewrite(path, kept);
  return kept;
}

function parseEntry(line: string): string[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "string" ? [entry] : [];
  } catch {
    return []; // an empty line, or one cut by a crash
  }
}

async function append(path: string, line: string): Promise<void> {
  using file = await openLocked(path);
  const text = `${await endsCut(file) ? "\n" : ""}${JSON.stringify(line)}\n`;
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

/** Whether a crash has left the last line without its end. */
async function endsCut(file: Deno.FsFile): Promise<boolean> {
  if ((await file.stat()).size === 0) return false;
  await file.seek(-1, Deno.SeekMode.End);
  const last = new Uint8Array(1);
  await file.read(last);
  return last[0] !== 0x0a;
}

/** Opens the file for appending and waits for its lock, which ends with the handle. */
async function openLocked(path: string): Promise<Deno.FsFile> {
  while (true) {
    const file = await Deno.open(path, { read: true, append: true, create: true, mode: 0o600 });
    await file.lock(true);
    const mine = await file.stat();
    const present = await Deno.stat(path).catch(() => undefined);
    if (mine.ino === present?.ino) return file;
    file.close(); // another session has put a new file in its place meanwhile
  }
}

async function rewrite(path: string, entries: readonly string[]): Promise<void> {
  const fresh = `${path}.${crypto.randomUUID()}`;
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  await Deno.writeTextFile(fresh, text, { mode: 0o600, createNew: true });
  await Deno.rename(fresh, path);
}
