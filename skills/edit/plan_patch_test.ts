import assert from "node:assert/strict";
import fc from "fast-check";
import type { FileState } from "../../core/workspace/commit.ts";
import { parsePatch } from "./parse_patch.ts";
import { planPatch, type PlanPatchOptions } from "./plan_patch.ts";
import { reversePatch } from "./reverse_patch.ts";
import { unifiedDiff } from "./unified_diff.ts";

type Texts = Readonly<Record<string, string | null>>;

/** Applies a patch to texts held in memory; null for what does not exist. */
async function apply(
  patch: string,
  files: Texts,
  { reverse = false, ...options }: PlanPatchOptions & { reverse?: boolean } = {},
): Promise<Texts> {
  const read = (path: string): Promise<FileState> => {
    const text = files[path];
    const bytes = new TextEncoder().encode(text ?? "");
    return Promise.resolve({ path, bytes, hash: text == null ? null : "x", mode: 0o644 });
  };
  const parsed = parsePatch(patch);
  const { changes } = await planPatch(reverse ? reversePatch(parsed) : parsed, read, options);
  const result: Record<string, string | null> = { ...files };
  for (const { from, to } of changes) {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    result[from.path] = to && decoder.decode(to);
  }
  return result;
}

interface Case {
  readonly name: string;
  readonly patch: string;
  readonly files: Texts;
  readonly becomes?: Texts;
  readonly error?: RegExp;
  readonly options?: PlanPatchOptions & { reverse?: boolean };
}

const TEN = Array.from({ length: 10 }, (_, i) => `line number ${i + 1}\n`).join("");
const edited = TEN.replace("number 5", "five");
const H = "@@ -3,5 +3,5 @@";
const BODY = ` line number 3
 line number 4
-line number 5
+line five
 line number 6
 line number 7
`;
const TWICE =
  "function one() {\n  return compute();\n}\nfunction one() {\n  return compute();\n}\n";
const IN_TWICE = " function one() {\n-  return compute();\n+  return 1;\n }\n";

const CASES: readonly Case[] = [
  // Headers.
  {
    name: "a/ and b/",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "no prefixes",
    patch: `--- f\n+++ f\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "a folder called a",
    patch: `--- a/f\n+++ a/f\n${H}\n${BODY}`,
    files: { "a/f": TEN, f: TEN },
    becomes: { "a/f": edited, f: TEN },
  },
  {
    name: "other git prefixes",
    patch: `--- i/f\n+++ w/f\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "a prefix on one side only",
    patch: `--- a/f\n+++ f\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "two names, of which one is there",
    patch: `--- f.orig\n+++ f\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "two names that are both there",
    patch: `--- f.orig\n+++ f\n${H}\n${BODY}`,
    files: { f: TEN, "f.orig": TEN },
    error: /names both/,
  },
  {
    name: "timestamps",
    patch: `--- f\t2024-01-01 00:00:00\n+++ f\t2024-01-02 00:00:00\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "a name with blanks",
    patch: `--- a/my file\t\n+++ b/my file\t\n${H}\n${BODY}`,
    files: { "my file": TEN },
    becomes: { "my file": edited },
  },
  {
    name: "a quoted name",
    patch: `--- "a/\\303\\251\\t\\"x"\n+++ "b/\\303\\251\\t\\"x"\n${H}\n${BODY}`,
    files: { '\u00E9\t"x': TEN },
    becomes: { '\u00E9\t"x': edited },
  },
  {
    name: "./ before a name",
    patch: `--- ./f\n+++ ./f\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "a code fence and prose",
    patch: `Here is it:\n\n\`\`\`diff\n--- a/f\n+++ b/f\n${H}\n${BODY}\`\`\`\nDone - enjoy.\n`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "a mail with a signature",
    patch:
      `From 1\nSubject: x\n---\n f | 2 +-\n\ndiff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n${H}\n${BODY}-- \n2.40.0\n\n`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "CRLF as sent",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`.replaceAll("\n", "\r\n"),
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "two files",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}--- a/g\n+++ b/g\n${H}\n${BODY}`,
    files: { f: TEN, g: TEN },
    becomes: { f: edited, g: edited },
  },
  {
    name: "the same file twice",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: TEN },
    error: /occurs twice/,
  },
  {
    name: "a hunk without a file",
    patch: `${H}\n${BODY}`,
    files: { f: TEN },
    error: /a hunk without a file/,
  },
  { name: "no patch at all", patch: "hello\n", files: {}, error: /no patch in the text/ },
  { name: "nothing", patch: " \n", files: {}, error: /the patch is empty/ },
  {
    name: "a file that is not there",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: {},
    error: /"f" does not exist/,
  },

  // Create, delete, rename, mode.
  {
    name: "a new file",
    patch: "--- /dev/null\n+++ b/d/n\n@@ -0,0 +1,2 @@\n+a\n+b\n",
    files: {},
    becomes: { "d/n": "a\nb\n" },
  },
  {
    name: "a new file without newline",
    patch: "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n",
    files: {},
    becomes: { n: "a" },
  },
  {
    name: "a new file with CRLF",
    patch: "--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\r\n+b\r\n",
    files: {},
    becomes: { n: "a\r\nb\r\n" },
  },
  {
    name: "a new file that is there",
    patch: "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n",
    files: { n: "x\n" },
    error: /exists already/,
  },
  {
    name: "an absent file counts as empty",
    patch: "--- a/n\n+++ b/n\n@@ -0,0 +1 @@\n+a\n",
    files: {},
    becomes: { n: "a\n" },
  },
  {
    name: "an empty new file by git",
    patch: "diff --git a/n b/n\nnew file mode 100644\nindex 0000000..e69de29\n",
    files: {},
    becomes: { n: "" },
  },
  {
    name: "a deleted file",
    patch: "--- a/n\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n",
    files: { n: "a\nb\n" },
    becomes: { n: null },
  },
  {
    name: "a deleted file with more in it",
    patch: "--- a/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-first line here\n",
    files: { n: "first line here\nb\n" },
    error: /more lines than the patch deletes/,
  },
  {
    name: "an empty deleted file that is not empty",
    patch: "diff --git a/n b/n\ndeleted file mode 100644\nindex e69de29..0000000\n",
    files: { n: "x\n" },
    error: /more lines/,
  },
  {
    name: "a rename",
    patch: "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n",
    files: { f: TEN },
    becomes: { f: null, g: TEN },
  },
  {
    name: "a rename with a change",
    patch:
      `diff --git a/f b/d/g h\nsimilarity index 90%\nrename from f\nrename to d/g h\n--- a/f\n+++ b/d/g h\n${H}\n${BODY}`,
    files: { f: TEN },
    becomes: { f: null, "d/g h": edited },
  },
  {
    name: "a rename onto a file",
    patch: "diff --git a/f b/g\nrename from f\nrename to g\n",
    files: { f: TEN, g: "x" },
    error: /"g" exists already/,
  },
  {
    name: "a mode without leave",
    patch: "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n",
    files: { f: TEN },
    error: /mode of "f"/,
  },
  {
    name: "a link",
    patch:
      "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n",
    files: {},
    error: /a symbolic link/,
  },
  {
    name: "a submodule",
    patch:
      "diff --git a/l b/l\nnew file mode 160000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+Subproject commit 1\n",
    files: {},
    error: /mode 160000/,
  },
  {
    name: "a copy",
    patch: "diff --git a/f b/g\nsimilarity index 100%\ncopy from f\ncopy to g\n",
    files: { f: TEN },
    error: /copies a file/,
  },
  {
    name: "a binary patch",
    patch: "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 1\nIcmZQz\n",
    files: { f: TEN },
    error: /binary file/,
  },
  {
    name: "a difference of binaries",
    patch: "diff --git a/f b/f\nBinary files a/f and b/f differ\n",
    files: { f: TEN },
    error: /binary file/,
  },
  {
    name: "a merge's diff",
    patch: "diff --cc f\n--- a/f\n+++ b/f\n@@@ -1,1 -1,1 +1,1 @@@\n++x\n",
    files: { f: TEN },
    error: /combined diff/,
  },
  {
    name: "a binary target",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: `${TEN}\0` },
    error: /binary/,
  },

  // Counts and lines.
  {
    name: "a removed line that looks like a header",
    patch: "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n some context\n--- x\n+++ y\n more context\n",
    files: { f: "some context\n-- x\nmore context\n" },
    becomes: { f: "some context\n++ y\nmore context\n" },
  },
  {
    name: "counts that are too small",
    patch: `--- a/f\n+++ b/f\n@@ -3,2 +3,2 @@\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "counts that are too large",
    patch: `--- a/f\n+++ b/f\n@@ -3,9 +3,9 @@\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "counts too large, another file below",
    patch: `--- a/f\n+++ b/f\n@@ -3,9 +3,9 @@\n${BODY}--- a/g\n+++ b/g\n${H}\n${BODY}`,
    files: { f: TEN, g: TEN },
    becomes: { f: edited, g: edited },
  },
  {
    name: "no numbers",
    patch: `--- a/f\n+++ b/f\n@@\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "dots for numbers",
    patch: `--- a/f\n+++ b/f\n@@ ... @@\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "empty lines without their blank",
    patch: "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-first one\n+first 1\n\n third one\n",
    files: { f: "first one\n\nthird one\n" },
    becomes: { f: "first 1\n\nthird one\n" },
  },
  {
    name: "wrong line numbers",
    patch: `--- a/f\n+++ b/f\n@@ -300,5 +300,5 @@\n${BODY}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "lines added above since",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: `new\nnew\n${TEN}` },
    becomes: { f: `new\nnew\n${edited}` },
  },
  {
    name: "trailing blanks in the file stay",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: TEN.replace("number 4", "number 4  ") },
    becomes: { f: edited.replace("number 4", "number 4  ") },
  },
  {
    name: "curly quotes in context stay",
    patch: '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n say "hello there"\n-old line\n+new line\n',
    files: { f: "say \u201Chello there\u201D\nold line\n" },
    becomes: { f: "say \u201Chello there\u201D\nnew line\n" },
  },

  // Line ends.
  {
    name: "CRLF file, LF patch",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: TEN.replaceAll("\n", "\r\n") },
    becomes: { f: edited.replaceAll("\n", "\r\n") },
  },
  {
    name: "CRLF file, LF patch, added lines",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1,4 @@\n first line\n+x\n+y\n second line\n",
    files: { f: "first line\r\nsecond line\r\n" },
    becomes: { f: "first line\r\nx\r\ny\r\nsecond line\r\n" },
  },
  {
    name: "a diff that changes line ends",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n first line\r\n-second\r\n+second\n",
    files: { f: "first line\r\nsecond\r\n" },
    becomes: { f: "first line\r\nsecond\n" },
  },
  {
    name: "a byte order mark",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: `\uFEFF${TEN}` },
    becomes: { f: `\uFEFF${edited}` },
  },
  {
    name: "no newline, unmarked: stays so",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n first line\n-second line\n+2nd line\n",
    files: { f: "first line\nsecond line" },
    becomes: { f: "first line\n2nd line" },
  },
  {
    name: "a newline is added",
    patch:
      "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n first line\n-second line\n\\ No newline at end of file\n+second line\n",
    files: { f: "first line\nsecond line" },
    becomes: { f: "first line\nsecond line\n" },
  },
  {
    name: "a newline is taken",
    patch:
      "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n first line\n-second line\n+second line\n\\ No newline at end of file\n",
    files: { f: "first line\nsecond line\n" },
    becomes: { f: "first line\nsecond line" },
  },
  {
    name: "marked as last, but is not",
    patch:
      "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n first line\n-second line\n\\ No newline at end of file\n+x\n",
    files: { f: "first line\nsecond line\nthird\n" },
    error: /does not fit/,
  },

  // Certainty.
  {
    name: "two places",
    patch: `--- a/f\n+++ b/f\n@@ -20,3 +20,3 @@\n${IN_TWICE}`,
    files: { f: TWICE },
    error: /fits in 2 places \(lines 1, 4\)/,
  },
  {
    name: "two places, numbers are only hints",
    patch: `--- a/f\n+++ b/f\n@@ -4,3 +4,3 @@\n${IN_TWICE}`,
    files: { f: TWICE },
    error: /fits in 2 places/,
  },
  {
    name: "two places, a tool's numbers",
    patch: `--- a/f\n+++ b/f\n@@ -4,3 +4,3 @@\n${IN_TWICE}`,
    files: { f: TWICE },
    becomes: {
      f: TWICE.slice(0, TWICE.length / 2) + TWICE.slice(TWICE.length / 2).replace("compute()", "1"),
    },
    options: { trustNumbers: true },
  },
  {
    name: "two places, a tool's numbers, short context",
    patch: "--- a/f\n+++ b/f\n@@ -3 +3 @@\n-}\n+};\n",
    files: { f: TWICE },
    error: /fits in 2 places/,
    options: { trustNumbers: true },
  },
  {
    name: "two places, numbers of a moved file",
    patch:
      `--- a/f\n+++ b/f\n@@ -1 +1 @@\n-// the head of it\n+// head\n@@ -6,3 +6,3 @@\n${IN_TWICE}`,
    files: { f: `x\n// the head of it\n${TWICE}` },
    error: /fits in 2 places/,
    options: { trustNumbers: true },
  },
  {
    name: "one outer context line is wrong",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY.replace("number 3", "WRONG")}`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "one is wrong at each end",
    patch: `--- a/f\n+++ b/f\n${H}\n${
      BODY.replace("number 3", "WRONG").replace("number 7", "WRONG")
    }`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "two are wrong at one end",
    patch: `--- a/f\n+++ b/f\n${H}\n${
      BODY.replace("number 3", "WRONG").replace("number 4", "WRONG")
    }`,
    files: { f: TEN },
    error: /does not fit anywhere/,
  },
  {
    name: "a removed line is wrong",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY.replace("-line number 5", "-line NUMBER 5")}`,
    files: { f: TEN },
    error: /does not fit anywhere/,
  },
  {
    name: "what remains is short",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n WRONG\n-b\n+c\n",
    files: { f: "a\nb\n" },
    error: /does not fit anywhere/,
  },
  {
    name: "what remains stands twice",
    patch: `--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n WRONG\n${IN_TWICE}`,
    files: { f: TWICE },
    error: /several places/,
  },
  {
    name: "only added lines, no place",
    patch: "--- a/f\n+++ b/f\n@@ -3,0 +4 @@\n+x\n",
    files: { f: TEN },
    error: /names no place/,
  },
  {
    name: "applied already",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: edited },
    error: /already stands at line 3: applied already/,
  },
  {
    name: "added at the end already",
    patch: "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n bye\n+more\n",
    files: { f: "bye\nmore\n" },
    error: /fits at line 1, but by its context the file ends there \(applied already\?\)/,
    options: { trustNumbers: true },
  },
  {
    name: "added at the end of a file that has grown since",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n hello\n bye\n+more\n",
    files: { f: "hello\nbye\nother\n" },
    error: /fits at line 2, but by its context the file ends there \(add more context lines\)/,
  },
  {
    name: "added at the beginning already",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n+first\n hello\n bye\n",
    files: { f: "first\nhello\nbye\nother\n" },
    error: /fits at line 2, but by its context the file begins there \(applied already\?\)/,
  },
  {
    name: "removed at the end, and taken back already",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n bye\n-more\n",
    files: { f: "bye\nmore\n" },
    error: /applied already\?/,
    options: { reverse: true },
  },
  {
    name: "removed at the beginning, and taken back already",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-first\n bye\n",
    files: { f: "first\nbye\n" },
    error: /applied already\?/,
    options: { reverse: true },
  },
  {
    name: "added between two lines already",
    patch: "--- a/f\n+++ b/f\n@@ -3,2 +3,3 @@\n line number 3\n+line 3.5\n line number 4\n",
    files: { f: TEN.replace("number 3\n", "number 3\nline 3.5\n") },
    error: /does not fit anywhere.*already stands at line 3: applied already\?/s,
  },
  {
    name: "added below a line, counts that are wrong: no word on the end",
    patch: "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n bye\n+more\n",
    files: { f: "bye\nother\n" },
    becomes: { f: "bye\nmore\nother\n" },
  },
  {
    name: "the last line changed in a file that has grown since",
    patch: "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n hello\n-bye\n+good bye\n",
    files: { f: "hello\nbye\nother\n" },
    becomes: { f: "hello\ngood bye\nother\n" },
  },
  {
    name: "one line of context on both sides, in the middle",
    patch: "--- a/f\n+++ b/f\n@@ -3,2 +3,3 @@\n line number 3\n+x\n line number 4\n",
    files: { f: TEN },
    becomes: { f: TEN.replace("number 3\n", "number 3\nx\n") },
  },
  {
    name: "text left out",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY.replace("+line five", "+// ... rest of the code ...")}`,
    files: { f: TEN },
    error: /leaves text out/,
  },
  {
    name: "text left out, with leave",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY.replace("+line five", "+// ...")}`,
    files: { f: TEN },
    becomes: { f: TEN.replace("line number 5", "// ...") },
    options: { allowOmission: true },
  },
  {
    name: "one failing file fails all",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}--- a/g\n+++ b/g\n${H}\n${BODY}`,
    files: { f: TEN, g: "x\n" },
    error: /the hunk for "g" does not fit/,
  },
  {
    name: "hunks out of order",
    patch:
      `--- a/f\n+++ b/f\n@@ -8,2 +8,2 @@\n line number 8\n-line number 9\n+x\n@@ -1,2 +1,2 @@\n line number 1\n-line number 2\n+y\n`,
    files: { f: TEN },
    error: /hunk 2 of 2/,
  },

  // *** Begin Patch.
  {
    name: "update",
    patch: `*** Begin Patch\n*** Update File: f\n@@\n${BODY}*** End Patch\n`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "update without @@, in a heredoc",
    patch: `apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: f\n${BODY}*** End Patch\nEOF\n`,
    files: { f: TEN },
    becomes: { f: edited },
  },
  {
    name: "add, delete, move",
    patch:
      `*** Begin Patch\n*** Add File: n\n+a\n+\n+b\n*** Delete File: d\n*** Update File: f\n*** Move to: g\n@@\n${BODY}*** End Patch`,
    files: { f: TEN, d: "x" },
    becomes: { f: null, g: edited, d: null, n: "a\n\nb\n" },
  },
  {
    name: "an anchor narrows",
    patch:
      "*** Begin Patch\n*** Update File: f\n@@ class B:\n   def f(self):\n-    return 1\n+    return 2\n*** End Patch\n",
    files: {
      f: "class A:\n  def f(self):\n    return 1\nclass B:\n  def f(self):\n    return 1\n",
    },
    becomes: {
      f: "class A:\n  def f(self):\n    return 1\nclass B:\n  def f(self):\n    return 2\n",
    },
  },
  {
    name: "two anchors",
    patch:
      "*** Begin Patch\n*** Update File: f\n@@ class B:\n@@   def g(self):\n-    return 1\n+    return 2\n*** End Patch\n",
    files: {
      f: "class A:\n  def g(self):\n    return 1\nclass B:\n  def f(self):\n    return 1\n  def g(self):\n    return 1\n",
    },
    becomes: {
      f: "class A:\n  def g(self):\n    return 1\nclass B:\n  def f(self):\n    return 1\n  def g(self):\n    return 2\n",
    },
  },
  {
    name: "an anchor that is not there",
    patch: `*** Begin Patch\n*** Update File: f\n@@ class C:\n${BODY}*** End Patch\n`,
    files: { f: TEN },
    error: /no line "class C:"/,
  },
  {
    name: "below the anchor in two places",
    patch: `*** Begin Patch\n*** Update File: f\n@@ // top\n${IN_TWICE}*** End Patch\n`,
    files: { f: `// top\n${TWICE}` },
    error: /fits in 2 places/,
  },
  {
    name: "end of file",
    patch:
      "*** Begin Patch\n*** Update File: f\n@@\n same\n-x\n+y\n*** End of File\n*** End Patch\n",
    files: { f: "same\nx\nsame\nx\n" },
    becomes: { f: "same\nx\nsame\ny\n" },
  },
  {
    name: "adding at the end of file",
    patch: "*** Begin Patch\n*** Update File: f\n@@\n+last\n*** End of File\n*** End Patch\n",
    files: { f: "a\nb" },
    becomes: { f: "a\nb\nlast" },
  },
  {
    name: "adding below an anchor",
    patch: "*** Begin Patch\n*** Update File: f\n@@ import a\n+import b\n*** End Patch\n",
    files: { f: "import a\n\nx\n" },
    becomes: { f: "import a\nimport b\n\nx\n" },
  },
  {
    name: "adding below an anchor that stands twice",
    patch: "*** Begin Patch\n*** Update File: f\n@@ import a\n+import b\n*** End Patch\n",
    files: { f: "import a\nimport a\n" },
    error: /stands again at line 2/,
  },
  {
    name: "adding nowhere",
    patch: "*** Begin Patch\n*** Update File: f\n@@\n+x\n*** End Patch\n",
    files: { f: TEN },
    error: /names no place/,
  },
  {
    name: "adding a file that is there",
    patch: "*** Begin Patch\n*** Add File: f\n+x\n*** End Patch\n",
    files: { f: TEN },
    error: /exists already/,
  },
  {
    name: "updating a file that is not there",
    patch: "*** Begin Patch\n*** Update File: f\n@@\n-a\n+x\n*** End Patch\n",
    files: {},
    error: /does not exist/,
  },
  {
    name: "two updates of one file",
    patch:
      `*** Begin Patch\n*** Update File: f\n@@\n${BODY}*** Update File: f\n@@\n${BODY}*** End Patch\n`,
    files: { f: TEN },
    error: /occurs twice/,
  },
  {
    name: "a line without a sign",
    patch: "*** Begin Patch\n*** Update File: f\nline\n*** End Patch\n",
    files: { f: TEN },
    error: /line 3 of the patch is "line"/,
  },
  {
    name: "a new file's line without +",
    patch: "*** Begin Patch\n*** Add File: n\na\n*** End Patch\n",
    files: {},
    error: /begins with \+/,
  },
  {
    name: "an unknown verb",
    patch: "*** Begin Patch\n*** Copy File: n\n*** End Patch\n",
    files: {},
    error: /expected `\*\*\* Add/,
  },
  {
    name: "an update of nothing",
    patch: "*** Begin Patch\n*** Update File: f\n*** End Patch\n",
    files: { f: TEN },
    error: /changes nothing/,
  },
  {
    name: "CRLF",
    patch: `*** Begin Patch\r\n*** Update File: f\r\n@@\r\n${
      BODY.replaceAll("\n", "\r\n")
    }*** End Patch`,
    files: { f: TEN },
    becomes: { f: edited },
  },

  // Reverse.
  {
    name: "taken back",
    patch: `--- a/f\n+++ b/f\n${H}\n${BODY}`,
    files: { f: edited },
    becomes: { f: TEN },
    options: { reverse: true },
  },
  {
    name: "a new file taken back",
    patch: "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n",
    files: { n: "a\n" },
    becomes: { n: null },
    options: { reverse: true },
  },
  {
    name: "a new file with more in it stays",
    patch: "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a line of text\n",
    files: { n: "a line of text\nb\n" },
    error: /more lines/,
    options: { reverse: true },
  },
];

for (const { name, patch, files, becomes, error, options } of CASES) {
  Deno.test(`planPatch(): ${name}`, async () => {
    if (!error) return assert.deepEqual(await apply(patch, files, options), becomes);
    await assert.rejects(apply(patch, files, options), (thrown: Error & { line?: string }) => {
      assert.equal(thrown.name, "UserError", thrown.stack);
      assert.match(thrown.line ?? "", error);
      return true;
    });
  });
}

const line = fc.constantFrom("alpha beta", "gamma", "", "-- x", "++ y", "@@ -1 +1 @@", "}", "z\r");
const text = fc.array(line, { maxLength: 20 })
  .chain((lines) => fc.boolean().map((end) => lines.join("\n") + (end ? "\n" : "")))
  .map((text) => text.endsWith("\r") ? `${text}\n` : text);

Deno.test("planPatch() of unifiedDiff(a, b) turns a into b, or says that it is not certain", async () => {
  let applied = 0;
  await fc.assert(
    fc.asyncProperty(text, text, fc.integer({ min: 0, max: 4 }), async (a, b, context) => {
      if (a === b) return;
      const diff = unifiedDiff(a, b, "a/f", "b/f", context);
      const result = await apply(diff, { f: a }, { trustNumbers: true }).catch((error) => {
        assert.match(error.message, /fits in|no place/, diff);
      });
      if (result === undefined) return;
      assert.equal(result.f, b, diff);
      applied++;
    }),
    { numRuns: 1000 },
  );
  assert.ok(applied > 300, `only ${applied} applied`);
});

Deno.test("planPatch() adds lines at an end or between distinct lines once, not twice", async () => {
  const lines = fc.uniqueArray(fc.stringMatching(/^[a-z]{10,14}$/), {
    minLength: 3,
    maxLength: 12,
  });
  const added = fc.array(fc.stringMatching(/^[A-Z]{4,8}$/), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      lines,
      added,
      fc.nat(12),
      fc.integer({ min: 1, max: 3 }),
      async (old, more, at, context) => {
        const fresh = old.toSpliced(at, 0, ...more);
        const [a, b] = [`${old.join("\n")}\n`, `${fresh.join("\n")}\n`];
        for (const [from, to, reverse] of [[a, b, false], [b, a, true]] as const) {
          const diff = unifiedDiff(from, to, "a/f", "b/f", context);
          const once = await apply(diff, { f: a }, { reverse, trustNumbers: true });
          assert.equal(once.f, b, diff);
          await assert.rejects(apply(diff, once, { reverse, trustNumbers: true }), diff);
        }
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("planPatch() proves line numbers by git's hash, so that every diff applies", async () => {
  await fc.assert(
    fc.asyncProperty(text, text, fc.integer({ min: 0, max: 4 }), async (a, b, context) => {
      if (a === b || a === "") return;
      const bytes = new TextEncoder().encode(`blob ${new TextEncoder().encode(a).length}\0${a}`);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toHex();
      const diff = unifiedDiff(a, b, "a/f", "b/f", context);
      const patch = `diff --git a/f b/f\nindex ${hash.slice(0, 10)}..1111111 100644\n${diff}`;
      assert.deepEqual(await apply(patch, { f: a }), { f: b }, patch);
    }),
    { numRuns: 500 },
  );
});

Deno.test("planPatch() applies a diff of distinct lines wherever the file has grown", async () => {
  const lines = fc.uniqueArray(fc.stringMatching(/^[a-z]{10,14}$/), {
    minLength: 8,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(lines, lines, fc.nat(), async (old, more, at) => {
      const known = new Set(old);
      const added = more.filter((text) => !known.has(text));
      const fresh = old.with(at % old.length, "REPLACEMENT LINE");
      const diff = unifiedDiff(`${old.join("\n")}\n`, `${fresh.join("\n")}\n`, "a/f", "b/f");
      const grown = (lines: readonly string[]) => `${[...added, ...lines, ...added].join("\n")}\n`;
      assert.deepEqual(await apply(diff, { f: grown(old) }), { f: grown(fresh) });
    }),
    { numRuns: 200 },
  );
});
