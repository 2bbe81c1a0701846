import assert from "node:assert/strict";
import { openBench } from "../_testing.ts";
import project from "./project.ts";

const MANIFESTS: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "web",
    version: "1.2.3",
    license: "MIT",
    main: "lib/a.js",
    bin: { web: "bin/web.js" },
    engines: { node: ">= 20" },
    dependencies: { express: "^5.0.0" },
    devDependencies: { mocha: "10" },
  }),
  "deno.json": '{\n  // ours\n  "name": "@a/b",\n  "exports": "./mod.ts",\n' +
    '  "imports": { "zod": "npm:zod@4", "own/": "./own/" }\n}',
  "pyproject.toml":
    '[project]\nname = "tool"\ndynamic = ["version"]\nlicense = { text = "BSD" }\n' +
    'requires-python = ">=3.10"\ndependencies = [\n  "click>=8",  # the CLI\n  "rich",\n]\n' +
    '[project.scripts]\ntool = "tool.cli:main"\n[dependency-groups]\ndev = ["pytest"]\n',
  "Cargo.toml": '[package]\nname = "fast"\nversion = "0.1.0"\nrust-version = "1.80"\n' +
    '[dependencies]\nserde = { version = "1", features = ["derive"] }\nrand = "0.9"\n',
  "go.mod": "module example.com/m\n\ngo 1.23\n\nrequire (\n\tgolang.org/x/text v0.3.0\n" +
    "\tgolang.org/x/sys v0.1.0 // indirect\n)\n",
  "LICENSE": "\nMIT License\nCopyright\n",
  "tests/a.test.js": "",
};

Deno.test("project reads what each kind of manifest says", async () => {
  await using bench = await openBench(MANIFESTS);
  const tell = async (topic: string) => (await bench.run(project, { topic })).text.split("\n");
  assert.deepEqual(await tell("version"), [
    "package.json: web",
    "  version    1.2.3",
    "pyproject.toml: tool",
    "  version    set when it is built",
    "Cargo.toml: fast",
    "  version    0.1.0",
  ]);
  const licenses = await tell("license");
  assert.deepEqual(licenses.slice(-3), [
    "pyproject.toml: tool",
    "  license    BSD",
    "LICENSE: MIT License",
  ]);
  const text = (await bench.run(project)).text;
  for (
    const line of [
      "runs on    node >= 20",
      "runs on    python >=3.10",
      "runs on    rust 1.80",
      "runs on    go 1.23",
      "needs      express ^5.0.0",
      "needs      npm:zod@4",
      "needs      click>=8, rich",
      "needs      serde 1, rand 0.9",
      "needs      golang.org/x/text v0.3.0",
      "to develop mocha 10",
      "to develop pytest",
      "entry      lib/a.js, web: bin/web.js",
      "entry      .: ./mod.ts",
      "entry      tool: tool.cli:main",
    ]
  ) assert.ok(text.includes(`  ${line}\n`), `${line}\n${text}`);
});

Deno.test("project tells how to test, and which files hold tests", async () => {
  await using bench = await openBench({
    "package.json": '{"scripts": {"test": "node --test"}}',
    "tests/a.test.js": "",
    "src/a.js": "",
  });
  const { text, data } = await bench.run(project, { topic: "tests" });
  assert.match(text, /^test +test +runs .*test/);
  assert.deepEqual(data.tests, ["tests/a.test.js"]);
});

Deno.test("project says so when nothing is said, and takes a broken manifest for an empty one", async () => {
  await using bench = await openBench({ "package.json": "{ broken" });
  const { ok, text } = await bench.run(project, { topic: "version" });
  assert.deepEqual([ok, text], [false, "nothing about version: read package.json"]);
});
