import { UserError } from "../../core/errors.ts";
import type { FilePatch, Patch, PatchHunk, PatchLine } from "./patch_types.ts";

const FILE = /^\*\*\* (Add|Delete|Update) File: (.+)$/;

/** Reads a `*** Begin Patch` block from the line after its first. */
export function parseBeginPatch(lines: readonly string[], from: number): Patch {
  const files: FilePatch[] = [];
  let i = from;
  while (i < lines.length) {
    const line = lines[i]!.trimEnd();
    if (line.trim() === "*** End Patch") break;
    const [, verb, name = ""] = FILE.exec(line) ?? [];
    if (verb === undefined && line.trim() === "") {
      i++;
      continue;
    }
    if (verb === undefined) throw broken(i, lines[i]!, "expected `*** Add|Delete|Update File: …`");
    let end = i + 1;
    while (end < lines.length && !isFileEnd(lines[end]!)) end++;
    const body = lines.slice(i + 1, end).map((text) => text.replace(/\r$/, ""));
    files.push(filePatch(verb, name.trim(), body, i + 1));
    i = end;
  }
  return { format: "begin", files };
}

function isFileEnd(line: string): boolean {
  return FILE.test(line.trimEnd()) || line.trim() === "*** End Patch";
}

function filePatch(verb: string, path: string, body: readonly string[], at: number): FilePatch {
  if (verb === "Update") return update(path, body, at);
  const wrong = body.findIndex((line) => line !== "" && !(verb === "Add" && line.startsWith("+")));
  if (wrong >= 0) {
    const wanted = verb === "Add" ? "each line of a new file begins with +" : "nothing comes here";
    throw broken(at + wrong, body[wrong]!, wanted);
  }
  if (verb === "Delete") return { kind: "delete", path, hunks: [] };
  const last = body.findLastIndex((line) => line !== "");
  const gap = body.slice(0, last + 1).indexOf("");
  if (gap >= 0) throw broken(at + gap, "", "each line of a new file begins with +");
  const lines = body.slice(0, last + 1)
    .map((line): PatchLine => ({ sign: "+", text: line.slice(1) }));
  return { kind: "create", path, hunks: [hunkOf(lines, [], false)] };
}

function update(path: string, body: readonly string[], at: number): FilePatch {
  const hunks: PatchHunk[] = [];
  let to: string | undefined;
  let anchors: string[] = [];
  let lines: PatchLine[] = [];
  let start: number | undefined;
  const close = (atEnd: boolean) => {
    while (lines.at(-1)?.text === "" && lines.at(-1)?.sign === " " && !atEnd) lines.pop();
    if (lines.some(({ sign }) => sign !== " ")) hunks.push(hunkOf(lines, anchors, atEnd, start));
    if (lines.length > 0) [lines, anchors, start] = [[], [], undefined];
  };
  for (const [i, line] of body.entries()) {
    const move = /^\*\*\* Move to: (.+)$/.exec(line)?.[1]?.trim();
    if (move !== undefined && i === 0) to = move;
    else if (line.trim() === "*** End of File") close(true);
    else if (line.startsWith("@@")) {
      close(false);
      start = numberOf(line);
      const anchor = line.slice(2).replace(/^ /, "").replace(/\s*@@$/, "");
      if (start === undefined && anchor.trim() !== "") anchors.push(anchor);
    } else lines.push(lineOf(line, at + i));
  }
  close(false);
  if (hunks.length === 0 && to === undefined) {
    throw broken(at, body[0] ?? "", `the update of ${JSON.stringify(path)} changes nothing`);
  }
  return { kind: "update", path, hunks, ...(to !== undefined && { to }) };
}

function numberOf(line: string): number | undefined {
  const start = /^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@/.exec(line)?.[1];
  return start === undefined ? undefined : Number(start);
}

function lineOf(line: string, at: number): PatchLine {
  if (line === "") return { sign: " ", text: "" };
  const sign = line[0];
  if (sign === " " || sign === "-" || sign === "+") return { sign, text: line.slice(1) };
  throw broken(at, line, "expected a line that begins with a blank, - or +, or `@@`");
}

function hunkOf(
  lines: readonly PatchLine[],
  anchors: readonly string[],
  atEnd: boolean,
  start?: number,
): PatchHunk {
  const plain = { lines, anchors, atEnd, counted: false, oldNoEnd: false, newNoEnd: false };
  return start === undefined ? plain : { ...plain, start };
}

function broken(i: number, line: string, wanted: string): UserError {
  const shown = line.trim() === "" ? "is empty" : `is ${JSON.stringify(line.slice(0, 80))}`;
  return new UserError("failed", `line ${i + 1} of the patch ${shown}`, { hint: wanted });
}
