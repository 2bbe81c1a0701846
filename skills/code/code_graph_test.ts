import assert from "node:assert/strict";
import { buildCodeGraph, type CodeGraph, summaryLine } from "./code_graph.ts";
import { fileFacts } from "./file_facts.ts";

async function graphOf(files: Readonly<Record<string, string>>): Promise<CodeGraph> {
  const facts = Object.entries(files).map(async ([path, text]) =>
    [path, await fileFacts(path, text)] as const
  );
  return buildCodeGraph(new Map(await Promise.all(facts)));
}

const edges = (graph: CodeGraph, kind: string) =>
  graph.edges.filter((edge) => edge.kind === kind)
    .map(({ source, target, caller }) => `${source} ${target}${caller ? ` ${caller}` : ""}`);

Deno.test("buildCodeGraph() counts files, lines, classes and functions without dunders", async () => {
  const graph = await graphOf({
    "b.py": "import os.path\nimport sys, json as j\nfrom collections.abc import Set\n\n" +
      "class A:\n    def __init__(self): pass\n    def run(self): pass\n\ndef go(): pass\n",
    "a.py": "x = 1",
    "empty.py": "",
    "tool.rb": "class Tool\n  def run!\n  end\nend\n",
  });
  assert.equal(summaryLine(graph.stats), "Files: 4 | Lines: 14 | Classes: 2 | Functions: 3");
  assert.deepEqual(graph.files.map(({ path }) => path), ["a.py", "b.py", "empty.py", "tool.rb"]);
  assert.deepEqual(graph.files[1]?.imports, ["collections", "json", "os", "sys"]);
  assert.deepEqual(graph.files[1]?.classes, ["A"]);
  assert.deepEqual(graph.files[1]?.functions, ["run", "go"]);
  assert.deepEqual(graph.top_by_defs, [{ path: "b.py", defs: 3 }, { path: "tool.rb", defs: 2 }]);
});

Deno.test("buildCodeGraph() links calls only to names that are defined once", async () => {
  const graph = await graphOf({
    "a.ts": "export function once() {}\nexport function twice() {}\nclass K { go() { once(); } }",
    "b.ts":
      'import { once } from "./a.ts";\nfunction twice() {}\nonce(); once(); twice(); new K();' +
      "\nconst f = () => once();",
  });
  assert.deepEqual(edges(graph, "call"), [
    "a.ts a.ts#once K.go",
    "b.ts a.ts#once",
    "b.ts a.ts#K",
    "b.ts a.ts#once f",
  ]);
  assert.equal(graph.edges.find(({ caller }) => caller === "f")?.line, 4);
});

Deno.test("buildCodeGraph() finds the files that imports mean, per language", async () => {
  const graph = await graphOf({
    "web/app.tsx":
      'import a from "./util.js";\nimport "../lib";\nimport r from "react-dom/client";\n' +
      'import fs from "node:fs/promises";\nimport z from "npm:@scope/z@4/sub";\nrequire("./none");',
    "web/util.ts": "",
    "lib/index.js": "",
    "pkg/__init__.py": "",
    "pkg/types.py": "",
    "pkg/a.py": "import types\nfrom . import types\nfrom .deep.b import c\nimport pkg.deep",
    "pkg/deep/__init__.py": "",
    "pkg/deep/b.py": "from ..types import x\nfrom __future__ import annotations",
    "crates/x/src/lib.rs": "mod plan;\nuse crate::plan::Plan;\nuse std::fmt::{self, Debug};",
    "crates/x/src/plan.rs": "use super::missing::X;\nuse serde::Serialize as S;",
    "go/cmd/main.go": 'package main\nimport (\n\t"fmt"\n\t"example.org/m/go/plan"\n)',
    "go/plan/p.go": "package plan",
    "j/org/acme/A.java": "import java.util.List;\nimport org.acme.B;\nimport static org.acme.B.f;",
    "j/org/acme/B.java": "import java.io.*;",
  });
  assert.deepEqual(edges(graph, "import"), [
    "crates/x/src/lib.rs crates/x/src/plan.rs",
    "crates/x/src/lib.rs std",
    "crates/x/src/plan.rs serde",
    "crates/x/src/plan.rs super::missing",
    "go/cmd/main.go fmt",
    "go/cmd/main.go go/plan",
    "j/org/acme/A.java j/org/acme/B.java",
    "j/org/acme/A.java java.util",
    "j/org/acme/B.java java.io",
    "pkg/a.py pkg/__init__.py",
    "pkg/a.py pkg/deep/__init__.py",
    "pkg/a.py pkg/deep/b.py",
    "pkg/a.py types",
    "pkg/deep/b.py __future__",
    "pkg/deep/b.py pkg/types.py",
    "web/app.tsx ./none",
    "web/app.tsx lib/index.js",
    "web/app.tsx node:fs",
    "web/app.tsx npm:@scope/z",
    "web/app.tsx react-dom",
    "web/app.tsx web/util.ts",
  ]);
});

Deno.test("buildCodeGraph() counts the lines of a text that is too large to parse", async () => {
  const graph = await graphOf({ "a.js": "function f() {}\n".repeat(100_000) });
  assert.deepEqual(graph.stats, { files: 1, lines: 100_000, classes: 0, functions: 0 });
});
