import { UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { checkStateFile, stateFolder, systemReason } from "../../core/workspace/state_folder.ts";

/** Milliseconds that another one may take to let go. */
const PATIENCE_MS = 3_000;

/**
 * Holds a workspace for one `up`. The hold is the kernel's: it goes with the process, however that
 * ends. Where nothing can be written there is nothing to hold.
 *
 * @param warn told when nothing is held.
 * @throws {UserError} `failed` while another one holds it.
 */
export async function holdWorkspace(
  root: string,
  warn: (text: string) => void,
): Promise<Disposable> {
  const file = await openLock(root).catch((error) => {
    if (error instanceof UserError && error.kind !== "failed") throw error;
    warn(`nothing keeps a second up away: ${systemReason(error)}`);
  });
  if (file === undefined) return { [Symbol.dispose]() {} };
  if (await lockSoon(file)) {
    // For who comes second; the launcher is whom a signal ends in order.
    const holder = new TextEncoder().encode(`${Deno.ppid}\n`);
    // On a full disk nobody is named.
    await file.truncate().then(() => file.write(holder)).catch(() => {});
    return file;
  }
  const holder = await holderOf(file);
  file.close();
  throw new UserError("failed", `another up${holder} watches this workspace`, {
    hint: "stop that one, or look at its status page; worker and serve run beside it",
  });
}

/** A process that was killed leaves one behind that takes a moment to notice. */
async function lockSoon(file: Deno.FsFile): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (!await file.tryLock(true)) {
    if (performance.now() > end) return false;
    await pause(50);
  }
  return true;
}

/** The process in the lock, as words; none where it is not said yet. */
async function holderOf(file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array(16);
  const length = await file.read(bytes) ?? 0;
  const [, pid] = /^(\d+)\n/.exec(new TextDecoder().decode(bytes.subarray(0, length))) ?? [];
  return pid === undefined ? "" : ` (process ${pid})`;
}

async function openLock(root: string): Promise<Deno.FsFile> {
  const path = `${await stateFolder(root, ".dspy")}/up.lock`;
  await checkStateFile(path);
  return await Deno.open(path, { create: true, write: true, read: true, mode: 0o600 });
}
