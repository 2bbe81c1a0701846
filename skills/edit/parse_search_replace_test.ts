import assert from "node:assert/strict";
import { applyEdits } from "./apply_edits.ts";
import { parseSearchReplace } from "./parse_search_replace.ts";

const block = (old: string, fresh: string) =>
  `<<<<<<< SEARCH\n${old}=======\n${fresh}>>>>>>> REPLACE\n`;
const ONE = block("a\n", "b\n");

Deno.test("parseSearchReplace() finds the file's name however it is written", () => {
  const ways: readonly (readonly [text: string, path: string])[] = [
    [`src/a.ts\n${ONE}`, "src/a.ts"],
    [`src/a.ts\n\`\`\`ts\n${ONE}\`\`\`\n`, "src/a.ts"],
    [`\`\`\`ts\nsrc/a.ts\n${ONE}\`\`\`\n`, "src/a.ts"],
    [`\`\`\`ts src/a.ts\n${ONE}\`\`\`\n`, "src/a.ts"],
    [`\`\`\`src/a.ts\n${ONE}\`\`\`\n`, "src/a.ts"],
    [`### ./src/a.ts\n\n${ONE}`, "src/a.ts"],
    [`**src/a.ts**\n${ONE}`, "src/a.ts"],
    [`File: src/a.ts:\n${ONE}`, "src/a.ts"],
    [`Now we change \`Makefile\`, as you said:\n\n${ONE}`, "Makefile"],
    [`// src/a.ts\n${ONE}`, "src/a.ts"],
  ];
  for (const [text, path] of ways) {
    const wanted = [{ path, edits: [{ old: "a\n", new: "b\n" }] }];
    assert.deepEqual(parseSearchReplace(text), wanted, text);
    assert.deepEqual(parseSearchReplace(text.replaceAll("\n", "\r\n")), wanted, text);
  }
});

Deno.test("parseSearchReplace() joins the blocks of a file, and tells files apart", () => {
  const text = `First a.ts:\n\na.ts\n${ONE}\nand then\n\n${block("c\n", "")}\nb.ts\n${ONE}` +
    `a.ts\n${block("e\n", "f\n")}\nnew/c.ts\n${block("", "all\nof it\n")}That is all.\n`;
  assert.deepEqual(parseSearchReplace(text), [
    {
      path: "a.ts",
      edits: [{ old: "a\n", new: "b\n" }, { old: "c\n", new: "" }, { old: "e\n", new: "f\n" }],
    },
    { path: "b.ts", edits: [{ old: "a\n", new: "b\n" }] },
    { path: "new/c.ts", edits: [], content: "all\nof it\n" },
  ]);
});

Deno.test("parseSearchReplace() keeps every character, so that the matcher decides", () => {
  const old = "  if (a) {\t\n\n    $& \\1 `x`\n```\n";
  const [file] = parseSearchReplace(`f.ts\n${block(old, "x\n")}`);
  assert.deepEqual(file?.edits, [{ old, new: "x\n" }]);
  const bytes = new TextEncoder().encode(`0\n${old}1\n`);
  const edited = applyEdits("f.ts", bytes, file!.edits).bytes;
  assert.equal(new TextDecoder().decode(edited), "0\nx\n1\n");
});

Deno.test("parseSearchReplace() finds nothing in prose and in conflict marks of git", () => {
  const conflict = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> branch\n";
  for (const text of ["", "Nothing to do in a.ts.\n", conflict]) {
    assert.deepEqual(parseSearchReplace(text), []);
  }
});

Deno.test("parseSearchReplace() refuses what can be read two ways or is cut off", () => {
  const cases: readonly (readonly [text: string, error: RegExp])[] = [
    [ONE, /line 1: no file is named above/],
    [`Then we do this:\n${ONE}`, /no file is named/],
    [`either \`a.ts\` or \`b.ts\`\n${ONE}`, /no file is named/],
    [`a.ts\n<<<<<<< SEARCH\na\n=======\nb\n`, /line 2: a block that is not ended/],
    [`a.ts\n<<<<<<< SEARCH\na\n=======\nb\n${ONE}`, /line 2: a block that is not ended/],
    [`a.ts\n<<<<<<< SEARCH\na\n>>>>>>> REPLACE\n`, /without =======/],
    [`a.md\n${block("Title\n=====\n", "x\n")}`, /line 5: a second =======/],
    [`a.ts\n${block("", "x\n")}${block("x\n", "y\n")}`, /both made and edited/],
    [`a.ts\n${ONE}${block("\n", "y\n")}`, /both made and edited/],
  ];
  for (const [text, error] of cases) assert.throws(() => parseSearchReplace(text), error, text);
});
