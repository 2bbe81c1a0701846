import assert from "node:assert/strict";
import fc from "fast-check";
import { anyText } from "../ui/_test_any_text.ts";
import { UserError } from "../../core/errors.ts";
import { firstWord, quoteWord, splitLine } from "./split_line.ts";

const words = (line: string) => splitLine(line).map((command) => command.words);

Deno.test("splitLine() reads words by a shell's quoting", () => {
  const cases: [string, string[]][] = [
    ["grep foo", ["grep", "foo"]],
    ["  grep\t 'a  b' ", ["grep", "a  b"]],
    [`grep "a 'b' c"`, ["grep", "a 'b' c"]],
    [String.raw`grep "\bfoo\b" "a\"b\\c"`, ["grep", String.raw`\bfoo\b`, String.raw`a"b\c`]],
    [String.raw`cat my\ file`, ["cat", "my file"]],
    [`a''b"c"d`, ["abcd"]],
    [`x "" ''`, ["x", "", ""]],
    ["grep $HOME *.ts ~ a|b `x`", ["grep", "$HOME", "*.ts", "~", "a|b", "`x`"]],
    ["grep '|' \\; '&&'", ["grep", "|", ";", "&&"]],
    ["write 'a\nb'", ["write", "a\nb"]],
  ];
  for (const [line, expected] of cases) assert.deepEqual(words(line), [expected], line);
  assert.deepEqual(words("   "), []);
});

Deno.test("splitLine() parts commands at && and keeps each as typed", () => {
  assert.deepEqual(splitLine("grep 'a && b' &&tree -d 2&&  why is  it so?"), [
    { words: ["grep", "a && b"], raw: "grep 'a && b'" },
    { words: ["tree", "-d", "2"], raw: "tree -d 2" },
    { words: ["why", "is", "it", "so?"], raw: "why is  it so?" },
  ]);
});

Deno.test("splitLine() refuses what only a shell could do", () => {
  const cases: [string, RegExp][] = [
    ["grep 'a", /the quote ' is not closed/],
    ['grep "a', /the quote " is not closed/],
    ["grep a\\", /the quote \\ is not closed/],
    ["grep a | head", /"\|" means nothing here/],
    ["ls > out", /">" means nothing here/],
    ["ls ; ls", /";" means nothing here/],
    ["ls &&", /&& needs a command on both sides/],
    ["&& ls", /&& needs a command on both sides/],
  ];
  for (const [line, message] of cases) {
    assert.throws(() => splitLine(line), (error) => {
      assert.ok(error instanceof UserError && error.exitCode === 2);
      assert.match(error.message, message);
      return true;
    }, line);
  }
});

Deno.test("firstWord() reads a line that splitLine() refuses", () => {
  assert.equal(firstWord("what's the matter?"), "whats the matter?");
  assert.equal(firstWord("grep what's"), "grep");
  assert.equal(firstWord(" && x"), "");
  assert.equal(firstWord(""), "");
});

Deno.test("quoteWord() writes what splitLine() reads back", () => {
  fc.assert(fc.property(
    fc.array(
      fc.string({ unit: fc.oneof(fc.constantFrom("'", '"', "\\", " ", "&", "\n"), fc.string()) }),
    ),
    fc.constantFrom(undefined, '"' as const, "'" as const),
    (list, quote) => {
      const line = ["verb", ...list.map((word) => quoteWord(word, quote))].join(" ");
      assert.deepEqual(words(line), [["verb", ...list]]);
    },
  ));
});

Deno.test("splitLine() gives words or a usage error for any line", () => {
  fc.assert(fc.property(anyText, (line) => {
    try {
      splitLine(line);
    } catch (error) {
      assert.ok(error instanceof UserError && error.kind === "usage");
    }
  }));
});
