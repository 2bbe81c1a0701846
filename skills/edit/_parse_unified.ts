import { UserError } from "../../core/errors.ts";
import { gitNames, headerName, stripPrefixes } from "./_header_names.ts";
import { readHunk } from "./_read_hunk.ts";
import type { FilePatch, Patch, PatchHunk } from "./patch_types.ts";

/** What the headers of one file say. */
interface Section {
  git: boolean;
  old?: string;
  new?: string;
  from?: string;
  to?: string;
  created?: boolean;
  deleted?: boolean;
  renamed?: boolean;
  executable?: boolean;
  oldHash?: string;
  hunks: PatchHunk[];
}

const NULL = "/dev/null";

/** Reads a unified diff out of lines of text. */
export function parseUnified(lines: readonly string[]): Patch {
  const sections: Section[] = [];
  let section: Section | undefined;
  for (let i = 0; i < lines.length;) {
    const line = lines[i]!;
    if (line.startsWith("diff --git ")) {
      sections.push(section = gitSection(line));
      i++;
    } else if (isFileHeader(lines, i)) {
      // With git, names come again below its own header line.
      if (!section?.git || section.hunks.length > 0 || section.old !== undefined) {
        sections.push(section = { git: false, hunks: [] });
      }
      section.old = headerName(line.slice(4));
      section.new = headerName(lines[i + 1]!.slice(4));
      i += 2;
    } else if (line.startsWith("@@")) {
      if (!section) throw broken(i, "a hunk without a file: expected `---` and `+++` above it");
      const { hunk, next } = readHunk(lines, i);
      if (hunk.lines.some(({ sign }) => sign !== " ")) section.hunks.push(hunk);
      i = next;
    } else {
      refuseUnreadable(line);
      if (section?.git && section.hunks.length === 0) gitHeader(section, line);
      i++;
    }
  }
  return { format: "unified", files: sections.map(toFilePatch) };
}

/** Whether a file's `---` and `+++` lines begin here. */
function isFileHeader(lines: readonly string[], i: number): boolean {
  return lines[i]!.startsWith("--- ") && (lines[i + 1]?.startsWith("+++ ") ?? false);
}

function gitSection(line: string): Section {
  const names = gitNames(line.slice("diff --git ".length));
  return { git: true, hunks: [], ...(names && { from: names[0], to: names[1] }) };
}

function refuseUnreadable(line: string): void {
  if (line === "GIT binary patch" || /^Binary files .* differ$/.test(line)) {
    throw refused("patch.binary", "the patch changes a binary file");
  }
  if (/^diff --(?:cc|combined) /.test(line) || line.startsWith("@@@ ")) {
    throw refused("patch.combined", "a combined diff of a merge cannot be applied");
  }
}

function gitHeader(section: Section, line: string): void {
  const [, key, value = ""] =
    /^(new file mode|deleted file mode|old mode|new mode|rename from|rename to|copy from|index) (.*)$/
      .exec(line) ?? [];
  if (key === undefined) return;
  if (key === "copy from") throw refused("patch.copy", "the patch copies a file", "add it instead");
  if (key === "rename from") section.from = headerName(value);
  else if (key === "rename to") [section.to, section.renamed] = [headerName(value), true];
  else if (key === "index") section.oldHash = /^[0-9a-f]{7,64}(?=\.\.)/.exec(value)?.[0] ?? "";
  else setMode(section, key, value);
}

function setMode(section: Section, key: string, value: string): void {
  if (!/^100[0-7]{3}$/.test(value)) {
    const what = value === "120000" ? "a symbolic link" : `a file of mode ${value}`;
    throw refused("patch.mode", `the patch makes or changes ${what}`, "only regular files are");
  }
  if (key === "new file mode") section.created = true;
  if (key === "deleted file mode") section.deleted = true;
  const executable = (parseInt(value, 8) & 0o111) !== 0;
  if (key === "new mode" || (key === "new file mode" && executable)) {
    section.executable = executable;
  }
}

function toFilePatch(section: Section): FilePatch {
  const { hunks, executable, oldHash } = section;
  const rest = {
    hunks,
    ...(executable !== undefined && { executable }),
    ...(oldHash && !/^0+$/.test(oldHash) && { oldHash }),
  };
  if (section.renamed && section.from !== undefined && section.to !== undefined) {
    return { kind: "update", path: section.from, to: section.to, ...rest };
  }
  const old = section.old ?? (section.created ? NULL : `a/${section.from}`);
  const fresh = section.new ?? (section.deleted ? NULL : `b/${section.to}`);
  if (section.old === undefined && section.from === undefined) {
    throw new UserError("failed", "a `diff --git` line whose names cannot be read");
  }
  const [path, other] = stripPrefixes(old, fresh);
  if (old === NULL && fresh === NULL) {
    throw new UserError("failed", "a file that is /dev/null on both sides");
  }
  if (old === NULL) return { kind: "create", path: other, ...rest };
  if (fresh === NULL) return withOther({ kind: "delete", path, ...rest }, old);
  return withOther({ kind: "update", path: other, ...rest }, path);
}

function withOther(file: FilePatch, otherwise: string): FilePatch {
  return otherwise === file.path ? file : { ...file, otherwise };
}

function broken(i: number, why: string): UserError {
  return new UserError("failed", `line ${i + 1} of the patch: ${why}`);
}

function refused(rule: string, message: string, hint?: string): UserError {
  return new UserError("refused", message, hint === undefined ? { rule } : { rule, hint });
}
