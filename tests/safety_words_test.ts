// Rows 1 to 30 of the table of bad inputs, at the level of the functions that decide. Workspace with
// `a`; allowed: `cat <path>`, `git status`, `npm test`; nobody can be asked.
import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../core/errors.ts";
import type { Decision } from "../core/safety/decision.ts";
import { createGate } from "../core/safety/gate.ts";
import { createPathGuard } from "../core/safety/paths.ts";
import { EMPTY_POLICY } from "../core/safety/policy.ts";
import { joinWords, parseWords } from "../core/safety/words.ts";

const root = await Deno.makeTempDir();
await Deno.writeTextFile(`${root}/a`, "a\n");
await Deno.writeTextFile(`${root}/.env`, "KEY=canary\n");
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const gate = createGate({
  policy: { ...EMPTY_POLICY, allow_commands: ["cat <path>", "git status", "npm test"] },
  approval: undefined,
  interactive: false,
  guard: createPathGuard(root),
});

async function decide(text: string, origin: "user" | "agent" = "agent"): Promise<Decision> {
  try {
    const argv = parseWords(text);
    return await gate.decide({ tool: "exec", effect: "execute", origin, needs: {}, argv });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { verdict: "deny", rule: error.rule ?? "", scope: "", reason: error.line };
  }
}

const DENIED: Readonly<Record<string, readonly string[]>> = {
  "1": ["cat a; touch PWN", "cat a;touch PWN", ";cat a"],
  "2": ["cat a && touch PWN", "cat nope || touch PWN"],
  "3": ["cat a & touch PWN", "cat a&"],
  "4": ["cat a | tee PWN", "cat a |& tee PWN"],
  "5": ["cat a > PWN", "cat a >> PWN", "cat a >| PWN", "cat a &> PWN", "cat a <> PWN", "cat <a"],
  "6": ["cat $(touch PWN) a", "cat `touch PWN` a", 'cat "$(touch PWN)"', 'cat "`touch PWN`"'],
  "7": ["cat <(touch PWN)", "cat >(touch PWN)"],
  "8": ["\n", "\r\n", "\r", "\u2028", "\u2029", "\u0085", "\v", "\f"].flatMap((end) => [
    `cat a${end}touch PWN`,
    `cat 'a${end}touch PWN'`,
  ]),
  "9": ["cat <<EOF\n$(touch PWN)\nEOF", "cat <<'EOF'\n$(touch PWN)\nEOF", "cat <<<x"],
  "10": ['cat "${x:=$(touch PWN)}"', "cat ${x@P}", "cat $((a[$(touch PWN)]))", "cat $x"],
  "11": ["cat a # it's\ntouch PWN #'", "cat a #"],
  "14": "env command nice timeout xargs nohup stdbuf busybox".split(" ").flatMap((wrapper) => [
    `${wrapper} cat a`,
    `${wrapper} 5 cat a`,
  ]),
  "15": ["PATH=.:$PATH cat a", "PATH=. cat a", "./cat a", "/bin/cat a", "bin/cat a"],
  "16": "LD_PRELOAD GIT_SSH_COMMAND GIT_EXTERNAL_DIFF PAGER NODE_OPTIONS".split(" ").flatMap((
    name,
  ) => [`${name}=x cat a`, `${name}= git status`, `${name}+=x cat a`, `'${name}'=x cat a`]),
  "17": ["export PATH=.", "cd /", "declare x=1"],
  "18": [
    "f() { touch PWN; }",
    "alias cat=touch",
    ". ./x",
    "source x",
    "eval cat a",
    "exec cat a",
    "trap x EXIT",
    "function f",
  ],
  "19": [
    "git -c core.pager=x status",
    "git -c alias.x=!sh x",
    "git --exec-path=. status",
    "git -C ../other status",
  ],
  "21": ["git diff --ext-diff", "git diff --output=PWN", "git log --textconv", "git grep -O./x a"],
  "22": ["git fetch --upload-pa=./x", "git archive --compress-pro=./x"],
  "23": [
    "find . -exec touch PWN",
    "find . -fprintf PWN x",
    "find . -delete",
    "rg --pre ./x a",
    "sed 'w PWN' a",
    "sed 1e a",
    "awk 'BEGIN{system(\"touch PWN\")}'",
    "tar --to-command=x -xf a",
    "man -P ./x cat",
  ],
  "25": ["npm test -- --help; x", "npm test -- --help", "npm testx", "NPM test", "npm TEST", "npm"],
  "26": [
    "\uff43at a",
    "c\u200bat a",
    "cat \u202ea",
    "c\u0430t a",
    "cat a\0",
    "cat \x1b[31ma",
    "cat\u00a0a",
    "cat \u3000a",
    "cat a\ufeff",
    "cat \ud800",
    "cat \u{e0001}a",
    "\u0441at a",
  ],
  "27": [`cat a${" ".repeat(500)}; touch PWN`],
  "28": ["\\c\\a\\t a", "$'\\x63at' a", "{cat,a}", "/bin/c?t a", "c[a]t a", "cat ~/x", "cat *"],
  "29": [
    "python3 -c 1",
    "node -e 1",
    "deno eval 1",
    "perl -e 1",
    "bash -lc 1",
    "python3.11 -c 1",
    "sh x",
    "ruby -e 1",
  ],
  "30": ["ping $(cat a).x", "ping x", "dig x", "git push ext::sh", "curl file:///etc/passwd"],
  "31": [
    "cat ../secret",
    "cat /etc/passwd",
    "cat ~/.ssh/id_rsa",
    "cat $HOME/x",
    "cat file:///etc/passwd",
    "cat .env",
    "cat ./.ENV",
    "cat /proc/self/environ",
    "cat -",
    "cat -A",
  ],
};

for (const [row, texts] of Object.entries(DENIED)) {
  Deno.test(`row ${row}: denied, with a rule`, async () => {
    for (const text of texts) {
      for (const origin of ["agent", "user"] as const) {
        const decision = await decide(text, origin);
        assert.equal(decision.verdict, "deny", text);
        assert.match(decision.rule, /^(?:command|path|policy)\.\w+$/, text);
        // deno-lint-ignore no-control-regex -- nothing hidden may reach the terminal
        assert.doesNotMatch(decision.reason, /[\0-\x1f\x7f-\x9f\u202e\u200b]/, text);
      }
    }
  });
}

Deno.test("row 12: 51 commands in a row are denied at once", async () => {
  const started = performance.now();
  assert.equal((await decide("cat a;".repeat(51) + "touch PWN")).verdict, "deny");
  assert.ok(performance.now() - started < 500);
});

Deno.test("row 13: a megabyte, deep nesting and open quotes are denied at once", async () => {
  for (
    const text of ["cat " + "a".repeat(1e6), "(".repeat(10_000), "cat 'a", 'cat "a', "cat a\\"]
  ) {
    const started = performance.now();
    assert.equal((await decide(text)).verdict, "deny");
    assert.ok(performance.now() - started < 500);
  }
});

Deno.test("allowed commands run, however they are quoted", async () => {
  for (const text of ["cat a", 'c""at a', "cat 'a'", "'cat' \"a\"", "cat ./a", `cat ${root}/a`]) {
    assert.equal((await decide(text)).verdict, "allow", text);
  }
  for (const text of ["git status", "npm test", "npm  test", " npm test "]) {
    assert.equal((await decide(text)).verdict, "allow", text);
  }
});

Deno.test("parseWords() knows quotes and escapes as a POSIX shell does", () => {
  const lines: Readonly<Record<string, readonly string[]>> = {
    [String.raw`a "b c" 'd e' f\ g`]: ["a", "b c", "d e", "f g"],
    [String.raw`a "\"b\\c\d"`]: ["a", String.raw`"b\c\d`],
    [String.raw`a '\b"c'`]: ["a", String.raw`\b"c`],
    [String.raw`a b"c"'d'e`]: ["a", "bcde"],
    [String.raw`a "" ''`]: ["a", "", ""],
    [String.raw`a \; \$x \"`]: ["a", ";", "$x", '"'],
    [String.raw`a 'b;c|d&e' "f>g"`]: ["a", "b;c|d&e", "f>g"],
    [String.raw`a x#y a~b c=d e!`]: ["a", "x#y", "a~b", "c=d", "e!"],
  };
  for (const [line, words] of Object.entries(lines)) assert.deepEqual(parseWords(line), words);
});

Deno.test("everyday commands parse: at most 5 % are refused for their form", () => {
  const lines = String.raw`git status
git log --oneline -5
git log --format='%h %s' --since="2 weeks ago"
git diff HEAD~1 -- src/a.ts
git show HEAD^
git show HEAD:src/a.ts
git commit -m "Fix: don't crash (again)"
git add -A
git checkout -b feature/x-1
git stash
npm test
npm run build
npm install
npm run test:unit -- --watch=false
npx tsc --noEmit
deno test -A
deno task ok
deno fmt --check
cargo test --all-features
cargo build --release
go test ./...
go vet ./...
python -m pytest -q tests/test_a.py::test_b
python -m pytest -k "a and not b"
pytest -x --lf
ruff check .
mypy src
make -j4
make test
mvn -q test
gradle build
grep -rn "foo(bar)" src
grep -n 'a|b' src/a.ts
rg "fn main" -g "*.rs"
find . -name "*.ts"
ls -la
cat src/a.ts
head -20 README.md
tail -n 50 logs/app.log
wc -l src/a.ts
mkdir -p build/x
cp a b
mv a b
touch x
sed -n 1,20p a.ts
jq '.scripts.test' package.json
node --test
docker compose up -d
tsc -p tsconfig.json
eslint . --fix
prettier --check "src/**/*.ts"
which node
echo hello
date +%Y-%m-%d
diff -u a b
sort -u words.txt
tree -L 2
du -sh node_modules
ps aux
uname -a`.split("\n");
  const refused = lines.filter((line) => {
    try {
      return parseWords(line).length === 0;
    } catch {
      return true;
    }
  });
  assert.ok(refused.length <= lines.length * 0.05, refused.join("\n"));
});

Deno.test("parseWords() gives back what joinWords() made of any plain words", () => {
  const word = fc.string({
    unit: fc.constantFrom(..."abc XYZ019-_./:=@%+,~'\"\\$`;&|<>()*?[]{}#!^\u00e9"),
  });
  fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (rest) => {
    const words = ["cat", ...rest];
    assert.deepEqual(parseWords(joinWords(words)), words);
  }));
});

for (const shell of ["sh", "bash"]) {
  Deno.test(`parseWords() never gives words that ${shell} reads otherwise`, async () => {
    const letters = fc.constantFrom(..."ab '\"\\$`;&|<>()*?[]{}#!~=^-%\u00e9");
    const text = fc.string({ unit: letters, maxLength: 12 });
    const accepted: { text: string; words: string[] }[] = [];
    for (const sample of fc.sample(text, { numRuns: 6000, seed: 7 })) {
      try {
        accepted.push({ text: sample, words: parseWords(`x ${sample}`) });
      } catch (error) {
        assert.ok(error instanceof UserError);
      }
    }
    assert.ok(accepted.length > 300, `only ${accepted.length} samples`);
    const script = accepted.map(({ text }) => `p x ${text}\n`).join("");
    const args = ["-c", `p() { printf '%s\\037' "$@"; printf '\\036'; }\n${script}`];
    const output = await new Deno.Command(shell, { args }).output().catch(() => undefined);
    // deno-lint-ignore no-console -- a check that cannot run says so
    if (output === undefined) return console.log(`SKIP ${shell}: not installed`);
    const seen = new TextDecoder().decode(output.stdout).split("\x1e").slice(0, -1)
      .map((record) => record.split("\x1f").slice(0, -1));
    assert.deepEqual(seen, accepted.map(({ words }) => words));
  });
}
