import assert from "node:assert/strict";
import { omissionLine } from "./_omission.ts";

const LEFT_OUT = [
  "// ... rest of code ...",
  "# ... existing code ...",
  "/* ... */",
  "// ...",
  "# ...",
  "<!-- ... rest of the file ... -->",
  "{/* ... existing imports ... */}",
  "// rest of the code unchanged",
  "// rest of the function remains the same",
  "# remaining methods unchanged",
  "... rest of code ...",
  "\u2026 rest of code \u2026",
  "[... rest of the file ...]",
  "-- ... other columns ...",
  "// existing code here",
  "// (rest of the file stays the same)",
  "# ... (previous code omitted for brevity)",
];

const MEANT = [
  "...",
  "    ...",
  "...args,",
  "...rest",
  "[...items, ...rest]",
  "const { a, ...rest } = props;",
  "f(...existing);",
  "print('...')",
  "// Loop over the rest of the items",
  "// see the previous code review",
  "# the same code path is taken by both",
  "Loading...",
  "// TODO: handle other methods",
  "return [...code];",
  "# existing users keep their names",
  "// waits for the remaining lines to be read",
  '"..."',
];

Deno.test("omissionLine() knows lines that stand for text left out", () => {
  for (const line of LEFT_OUT) assert.equal(omissionLine(`a\n  ${line}\nb`, "a\nb"), line);
});

Deno.test("omissionLine() lets meant dots and comments pass", () => {
  for (const line of MEANT) assert.equal(omissionLine(`a\n  ${line}\nb`, "a\nb"), undefined);
});

Deno.test("omissionLine() lets a line pass that was there before", () => {
  for (const line of LEFT_OUT) assert.equal(omissionLine(`${line}\nb`, `\t${line}`), undefined);
});
