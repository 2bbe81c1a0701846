import { UserError } from "../errors.ts";
import { privateFolder, readPrivate } from "./_private_file.ts";

/** What {@linkcode journalKey} needs to know. */
export interface JournalKeyOptions {
  /** Whether a key is made when there is none. Default true. */
  readonly make?: boolean;
}

/**
 * The key under which a workspace's journals and undo records are sealed. It lies outside the
 * workspace, so that nothing which came with a repository can carry a seal. 32 random bytes, mode
 * 0600, made whole or not at all.
 *
 * @param dir the workspace's `stateDir`.
 * @returns the key in hex; undefined when there is none and none is to be made.
 * @throws {UserError} `refused` when others could have written it, `failed` when it is damaged or
 * cannot be written.
 */
export async function journalKey(
  dir: string,
  options: JournalKeyOptions & { readonly make: false },
): Promise<string | undefined>;
export async function journalKey(dir: string, options?: JournalKeyOptions): Promise<string>;
export async function journalKey(
  dir: string,
  { make = true }: JournalKeyOptions = {},
): Promise<string | undefined> {
  const path = `${dir}/journal.key`;
  const found = await readPrivate(path);
  if (found !== undefined) return checked(path, found);
  if (!make) return undefined;
  await privateFolder(dir);
  await create(path, crypto.getRandomValues(new Uint8Array(32)).toHex());
  // Another launcher may have been first: its key counts.
  return checked(path, await readPrivate(path) ?? "");
}

/** A link is only made where nothing is, so two launchers cannot both succeed. */
async function create(path: string, key: string): Promise<void> {
  const temp = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    using file = await Deno.open(temp, { write: true, createNew: true, mode: 0o600 });
    const bytes = new TextEncoder().encode(`${key}\n`);
    for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
    await file.sync();
    await Deno.link(temp, path);
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    throw new UserError("failed", `cannot make the file ${JSON.stringify(path)}`, { cause });
  } finally {
    await Deno.remove(temp).catch(() => {});
  }
}

function checked(path: string, text: string): string {
  const key = text.trim();
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new UserError("failed", `${JSON.stringify(path)} is damaged`, {
    hint: "remove it: a new one is made, and earlier changes cannot be undone any more",
  });
}
