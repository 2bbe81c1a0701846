import { UserError } from "../../core/errors.ts";
import type { FileChange, FileState } from "../../core/workspace/commit.ts";
import { applyHunks, type ApplyHunksOptions, type HunkProof } from "./apply_hunks.ts";
import { textFile } from "./_text_file.ts";
import type { FilePatch, Patch } from "./patch_types.ts";

/** Options of {@linkcode planPatch}. */
export interface PlanPatchOptions {
  /**
   * Whether line numbers may choose between places that fit equally well, when the header's counts
   * are right: for diffs that a person has from a tool. Default false.
   */
  readonly trustNumbers?: boolean;
  /** Whether added lines may say that text was left out. Default false. */
  readonly allowOmission?: boolean;
  /** Whether files may become executable, or no longer be. Default false. */
  readonly allowModes?: boolean;
  /** The error for a path where nothing is. Default one that names it. */
  readonly missing?: (path: string) => Promise<UserError>;
}

/** What a patch will do to one file. */
export interface PlannedFile {
  /** Relative to the root; the new name of a file that is renamed. */
  readonly path: string;
  /** The old name of a file that is renamed. */
  readonly from?: string;
  /** What becomes of the file. */
  readonly kind: FilePatch["kind"];
  /** Lines added. */
  readonly added: number;
  /** Lines taken away. */
  readonly removed: number;
  /** What did not fit exactly, one sentence each. */
  readonly notes: readonly string[];
  /** Where each hunk went; everything outside was compared and is the same. */
  readonly proofs: readonly HunkProof[];
}

/** What a patch will do: a change per file, two for a file that is renamed. */
export interface PatchPlan {
  /** For `Files.commit`. */
  readonly changes: readonly FileChange[];
  /** In the order of the patch. */
  readonly files: readonly PlannedFile[];
}

/** Gives the present state of a path, as `Files.state` does. */
export type ReadFileState = (path: string) => Promise<FileState>;

/**
 * Works out all changes of a patch in memory. Nothing is written.
 *
 * @param read gives the present state of a path; what it throws passes through.
 * @throws {UserError} `failed` with all files that the patch does not fit, `refused` for one that is
 * not text or whose mode would change.
 */
export async function planPatch(
  patch: Patch,
  read: ReadFileState,
  options: PlanPatchOptions = {},
): Promise<PatchPlan> {
  const changes: FileChange[] = [];
  const files: PlannedFile[] = [];
  const failures: UserError[] = [];
  for (const file of patch.files) {
    try {
      const planned = await planFile(file, patch.format, read, options);
      for (const change of planned.changes) {
        if (changes.some(({ from }) => from.path === change.from.path)) {
          throw failed(change.from.path, "occurs twice in the patch", "join its parts into one");
        }
        changes.push(change);
      }
      files.push(planned.file);
    } catch (error) {
      // What is refused is refused at once; what does not fit is told with all else that does not.
      if (!(error instanceof UserError && error.kind === "failed")) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw joined(failures, files);
  return { changes, files };
}

/** All that does not fit, and what does, so that one repair can mend it. */
function joined(failures: readonly UserError[], fitting: readonly PlannedFile[]): UserError {
  const [first] = failures;
  if (failures.length === 1 && fitting.length === 0) return first!;
  const fits = fitting.map(({ path }) => `the part for ${JSON.stringify(path)} fits`);
  const lines = [...failures.map(({ line }) => line), ...fits];
  return new UserError("failed", [...lines, "nothing was written"].join("\n"), { cause: first });
}

async function planFile(
  file: FilePatch,
  format: Patch["format"],
  read: ReadFileState,
  options: PlanPatchOptions,
): Promise<{ changes: FileChange[]; file: PlannedFile }> {
  if (file.executable !== undefined && !options.allowModes) {
    throw new UserError("refused", `the patch changes the mode of ${JSON.stringify(file.path)}`, {
      rule: "patch.mode",
      hint: "a person can do that with chmod",
    });
  }
  const from = await stateOf(file, read);
  const kind = file.kind === "update" && from.hash === null && onlyAdds(file)
    ? "create"
    : file.kind;
  if (kind === "create" && from.hash !== null && from.bytes.length > 0) {
    throw failed(from.path, "exists already, and the patch would create it");
  }
  if (kind !== "create" && from.hash === null) {
    throw await options.missing?.(from.path) ??
      failed(from.path, "does not exist", "the patch changes or deletes it");
  }
  const { bytes, notes, proofs } = await patched(file, from, options);
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  const planned = {
    kind,
    added: lines.filter(({ sign }) => sign === "+").length,
    removed: lines.filter(({ sign }) => sign === "-").length,
    notes,
    proofs,
  };
  if (kind === "delete") {
    // Only `*** Delete File` deletes what it does not quote.
    if (bytes.length > 0 && (format === "unified" || file.hunks.length > 0)) {
      throw failed(from.path, "has more lines than the patch deletes", "nothing was written");
    }
    return { changes: [{ from, to: null }], file: { ...planned, path: from.path } };
  }
  const mode = modeOf(file, from);
  if (file.to === undefined || file.to === from.path) {
    return { changes: [{ from, to: bytes, ...mode }], file: { ...planned, path: from.path } };
  }
  const target = await read(file.to);
  if (target.hash !== null) throw failed(target.path, "exists already, and would be renamed to");
  const kept = from.mode === null ? {} : { mode: from.mode };
  return {
    changes: [{ from, to: null }, { from: target, to: bytes, ...kept, ...mode }],
    file: { ...planned, path: target.path, from: from.path },
  };
}

/** The file at the patch's path; when nothing is there, the one at its other name. */
async function stateOf(file: FilePatch, read: ReadFileState): Promise<FileState> {
  if (file.otherwise === undefined || file.kind === "create") return await read(file.path);
  const other = await read(file.otherwise).catch(() => undefined);
  const state = await read(file.path);
  if (other === undefined || other.hash === null) return state;
  if (state.hash === null) return other;
  if (state.path === other.path || isPrefixed(file)) return state;
  throw failed(file.path, `or ${JSON.stringify(file.otherwise)}: the patch names both`, "name one");
}

/** Whether the other name is the same with its prefix on: then the plain one is meant. */
function isPrefixed({ path, otherwise }: FilePatch): boolean {
  return otherwise !== undefined && otherwise.endsWith(`/${path}`) &&
    otherwise.length === path.length + 2;
}

function onlyAdds({ hunks }: FilePatch): boolean {
  return hunks.length > 0 &&
    hunks.every(({ start, lines }) => start === 0 && lines.every(({ sign }) => sign === "+"));
}

async function patched(
  file: FilePatch,
  from: FileState,
  { trustNumbers = false, allowOmission = false }: PlanPatchOptions,
): Promise<{ bytes: Uint8Array } & Pick<PlannedFile, "notes" | "proofs">> {
  const untouched = file.kind === "update" && file.to === undefined &&
    file.executable === undefined;
  if (file.hunks.length === 0) {
    if (untouched) throw failed(from.path, "would stay as it is", "its part of the patch is empty");
    return { bytes: from.bytes, notes: [], proofs: [] };
  }
  const { raw, bom } = textFile(from.path, from.bytes);
  const proven = file.oldHash !== undefined && await isGitHash(from.bytes, file.oldHash);
  const numbers = proven ? "proven" : trustNumbers ? "trusted" : "hint";
  const options: ApplyHunksOptions = { numbers, allowOmission };
  const text = bom ? `\uFEFF${raw}` : raw;
  const result = applyHunks(from.path, text, file.hunks, options);
  if (result.text === text && untouched) {
    throw failed(from.path, "would stay as it is", "applied already?");
  }
  const { notes, proofs } = result;
  return { bytes: new TextEncoder().encode(result.text), notes, proofs };
}

/** Whether bytes have the git hash of the file that a diff was made from. */
async function isGitHash(bytes: Uint8Array, prefix: string): Promise<boolean> {
  const header = new TextEncoder().encode(`blob ${bytes.length}\0`);
  const blob = new Uint8Array(header.length + bytes.length);
  blob.set(header);
  blob.set(bytes, header.length);
  const digest = await crypto.subtle.digest(prefix.length > 40 ? "SHA-256" : "SHA-1", blob);
  return new Uint8Array(digest).toHex().startsWith(prefix);
}

/** Execute bits follow the read bits, as with git. */
function modeOf({ executable }: FilePatch, { mode }: FileState): { mode?: number } {
  if (executable === undefined) return {};
  const base = mode ?? 0o644;
  return { mode: executable ? base | ((base & 0o444) >> 2) : base & ~0o111 };
}

function failed(path: string, why: string, hint = "nothing was written"): UserError {
  return new UserError("failed", `${JSON.stringify(path)} ${why}`, { hint });
}
