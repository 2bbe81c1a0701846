import assert from "node:assert/strict";
import { companionTests, indexCompanions, testedFiles } from "./companion_tests.ts";
import { definesAt } from "./_defines_at.ts";
import { fileRole } from "./file_role.ts";
import { findImporters } from "./find_importers.ts";

Deno.test("companionTests() knows the naming of each language", () => {
  const pairs = [
    ["src/parser.ts", "src/parser_test.ts"],
    ["src/a/view.tsx", "src/a/__tests__/view.test.tsx"],
    ["lib/x.js", "test/x.spec.ts"],
    ["shop/basket.py", "tests/test_basket.py"],
    ["pkg/store.go", "pkg/store_test.go"],
    ["src/main/java/a/App.java", "src/test/java/a/AppTest.java"],
    ["src/net/index.ts", "tests/net_test.ts"],
    ["src/wire.rs", "tests/wire.rs"],
  ] as const;
  const index = indexCompanions(pairs.flat());
  for (const [source, test] of pairs) {
    assert.deepEqual(companionTests(source, index), [test], source);
    assert.deepEqual(testedFiles(test, index), [source], test);
  }
});

Deno.test("companionTests() puts the nearest first, and no helper or fixture among them", () => {
  const index = indexCompanions([
    "a/x.py",
    "b/x.py",
    "b/test_x.py",
    "a/test_x.py",
    "a/tests/fixtures/x.py",
    "tests/conftest.py",
  ]);
  assert.deepEqual(companionTests("a/x.py", index), ["a/test_x.py", "b/test_x.py"]);
});

Deno.test("fileRole() tells files apart by their paths", () => {
  const roles = {
    source: ["src/a.ts", "main.go", "scripts/x.sh"],
    test: ["a_test.go", "src/a.spec.ts", "tests/a.py", "FooTest.java", "test_a.py"],
    docs: ["README.md", "docs/a.rst", "CHANGELOG"],
    config: ["package.json", "a.yaml", "Makefile", ".eslintrc.js", "vite.config.ts", "go.mod"],
    ci: [".github/workflows/ci.yml", ".gitlab-ci.yml", ".ci/run"],
    generated: ["package-lock.json", "a.min.js", "x_pb2.py", "Cargo.lock"],
    other: ["a.png", "LICENSE"],
  };
  for (const [role, paths] of Object.entries(roles)) {
    for (const path of paths) assert.equal(fileRole(path), role, path);
  }
});

Deno.test("definesAt() tells definitions from mentions", () => {
  const at = (line: string, name = "load") => definesAt(line, line.indexOf(name));
  const definitions = [
    "def load(path):",
    "    async def load(self):",
    "export async function load() {",
    "export const load = () => 1;",
    "pub fn load(a: u8) -> u8 {",
    "func (s *Store) load() error {",
    "  public static List<String> load(Path p) {",
    "  load(path) {",
    "class load:",
  ];
  for (const line of definitions) assert.equal(at(line), "load", line);
  const mentions = [
    "load(path);",
    "  return load(path) {",
    "if (load(x)) {",
    'import { load } from "./x.ts";',
    "import { type load, y } from 'x';",
    "  type load,",
    "from x import load",
    "  const load = 1;",
    "// load it",
    "use crate::load;",
  ];
  for (const line of mentions) assert.equal(at(line), undefined, line);
});

Deno.test("findImporters() resolves imports of several languages", () => {
  const texts = new Map([
    ["src/a.ts", ""],
    ["src/b.ts", 'import {\n  x,\n} from "./a.ts";\n'],
    ["src/c.js", 'const a = require("./a");\n'],
    ["src/d.ts", 'export * from "./a.ts";\n// "./a.ts"\n'],
    ["src/e.ts", 'const text = "a.ts";\n'],
    ["p/__init__.py", ""],
    ["p/m.py", ""],
    ["p/n.py", "from p.m import f\n"],
    ["p/o.py", "from .m import f\n"],
    ["src/lib.rs", "mod wire;\nuse crate::wire::Frame;\n"],
    ["src/wire.rs", ""],
    ["g/go.go", ""],
    ["main.go", 'import (\n\t"example.com/x/g"\n)\n'],
    ["src/main/java/a/B.java", ""],
    ["src/main/java/a/C.java", "import a.B;\n"],
  ]);
  const found = findImporters([
    "src/a.ts",
    "p/m.py",
    "src/wire.rs",
    "g/go.go",
    "src/main/java/a/B.java",
  ], texts);
  assert.deepEqual(Object.fromEntries(found), {
    "src/a.ts": ["src/b.ts", "src/c.js", "src/d.ts"],
    "p/m.py": ["p/n.py", "p/o.py"],
    "src/wire.rs": ["src/lib.rs"],
    "g/go.go": ["main.go"],
    "src/main/java/a/B.java": ["src/main/java/a/C.java"],
  });
});
