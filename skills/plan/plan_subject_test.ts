import assert from "node:assert/strict";
import { NODE, planFor, PYTHON, texts } from "./_test_plan.ts";

Deno.test("plan for a rename lists the definition and all uses, and how to check", async () => {
  const plan = await planFor(NODE, "rename parseArgs to readArgs");
  assert.equal(plan.kind, "refactor");
  assert.deepEqual(
    plan.steps.filter(({ text }) => !/^(?:Run|Build) /.test(text))
      .map(({ text, places, command }) => [text, places ?? command ?? ""]),
    [
      ["Rename the definition at src/args.js:1", ""],
      ["Rename the uses in the code: 9 places in 8 files", [
        "src/main.js:1,2",
        ...Array.from({ length: 7 }, (_, i) => `src/use${i}.js:1`),
      ]],
      ["Rename the uses in the tests: 2 places in 1 file", ["src/args.test.js:1,2"]],
      ["Bring docs and settings up to date: 1 place in 1 file", ["docs/usage.md:1"]],
      ['See that no "parseArgs" is left: no match is right', "grep '\\bparseArgs\\b'"],
    ],
  );
  assert.ok(plan.steps.some((step) => step.risk?.startsWith("src/args.js is imported by 9 files")));
  const taken = await planFor(
    { ...NODE, "src/x.js": "const readArgs = 1;" },
    "rename parseArgs to readArgs",
  );
  assert.ok(
    taken.risks.some(({ text }) => text === '"readArgs" is already used in 1 file: src/x.js:1'),
  );
});

Deno.test("plan for a rename keeps to the whole name, and to the one that is meant", async () => {
  const files = {
    "app/core.py": "class Store:\n    def load(self):\n        return 1\n\n\n" +
      "class Cache:\n    def load(self):\n        return 2\n\n\ndef reload(store):\n" +
      "    return store.load()\n",
    "app/say.py": "def echo(text):\n    print(text)\n\n\ndef secho(text):\n    echo(text)\n",
    "docs/say.md": "An echo of the past.\n\n    app.echo(1)\n\n```python\ndef echo(): ...\n```\n",
  };
  const echo = await planFor(files, "rename the echo function to say");
  assert.deepEqual(echo.evidence.map(({ path }) => path), ["app/say.py"]);
  assert.ok(texts(echo).includes("Rename the definition at app/say.py:1"));
  assert.deepEqual(echo.steps.flatMap(({ places }) => places ?? []), [
    "app/say.py:6",
    "docs/say.md:3,6",
  ]);
  const load = await planFor(files, "rename Store.load to Store.read");
  assert.ok(texts(load).includes("Rename the definition at app/core.py:2"));
  assert.deepEqual(load.steps.flatMap(({ places }) => places ?? []), ["app/core.py:12"]);
  assert.ok(
    load.risks.some(({ text }) =>
      text.startsWith("others have that name: Cache.load (app/core.py:7)")
    ),
  );
  assert.ok(texts(load).some((text) => /only the places of others/.test(text)));
});

Deno.test("plan follows a renamed file to its imports, and a renamed flag to its mentions", async () => {
  const plan = await planFor(NODE, "rename args.js to words.js");
  assert.ok(texts(plan).includes("Rename the file src/args.js to src/words.js"));
  assert.ok(texts(plan).includes("Follow it in the code: 8 places in 8 files"));
  assert.ok(plan.steps.some(({ command }) => command === "grep '[./]args\\b'"));
  const flag = await planFor({
    "cli.js": 'const flags = ["--color", "--color-depth"];\n',
    "README.md": "# It\n\nUse `--color`.\n",
  }, "rename the --color flag to --colour");
  assert.deepEqual(flag.steps.flatMap(({ places }) => places ?? []), ["cli.js:1", "README.md:3"]);
  assert.ok(flag.steps.some(({ command }) => command === "grep -- '--color\\b'"));
});

Deno.test("plan for a removal starts at the users and ends at the definition", async () => {
  const plan = await planFor(NODE, "remove the unused function parseArgs");
  assert.equal(plan.kind, "remove");
  assert.deepEqual(texts(plan).slice(1, 6), [
    "Take it out of the code that uses it: 9 places in 8 files",
    "Remove or change the tests of it: 2 places in 1 file",
    "Remove the definition at src/args.js:1",
    "Bring docs and settings up to date: 1 place in 1 file",
    'See that no "parseArgs" is left: no match is right',
  ]);
  const loose = await planFor(PYTHON, "remove the mailer code");
  assert.ok(texts(loose).includes("Take it out, first of what uses it: shop/mail.py"));
});

Deno.test("plan for an upgrade names the manifest's line, the lock file and the users", async () => {
  const plan = await planFor(NODE, "upgrade left-pad to 2.0");
  assert.equal(plan.kind, "upgrade");
  assert.ok(texts(plan).includes("Change the version at package.json:9"));
  assert.ok(texts(plan).includes("Let the package manager write package-lock.json anew"));
  const adapt = plan.steps.find(({ text }) => text.startsWith("Read the changelog of left-pad"))!;
  assert.deepEqual(adapt.places, ["src/pad.js:1"]);
});

Deno.test("plan takes only those for users of a package that import it, and says when none declares it", async () => {
  const files = {
    "pyproject.toml": '[project]\nname = "shop"\ndependencies = [\n  "requests>=2",\n]\n' +
      '[dependency-groups]\ntests = ["pytest", "pytest-xdist"]\n[tool.x]\nrun = ["pytest", "-v"]\n',
    "uv.lock": "",
    "shop/net.py": "import requests\n\n# pytest is not used here\n",
    "tests/test_net.py": "import pytest\n\n\ndef test_it():\n    pass\n",
  };
  const places = async (task: string) => {
    const plan = await planFor(files, task);
    return plan.steps.flatMap(({ text, places }) =>
      places ?? (/ at \S+:\d+$|^No manifest/.test(text) ? [text] : [])
    );
  };
  assert.deepEqual(await places("upgrade pytest to 9"), [
    "Change the version at pyproject.toml:7",
    "tests/test_net.py:1",
  ]);
  assert.deepEqual(await places("bump requests==3"), [
    "Change the version at pyproject.toml:4",
    "shop/net.py:1",
  ]);
  assert.deepEqual(await places("remove the requests dependency"), [
    "shop/net.py:1",
    "Remove it at pyproject.toml:4",
  ]);
  assert.deepEqual(await places("upgrade colorama"), [
    "No manifest here names colorama: it comes along with what needs it",
  ]);
});

Deno.test("plan takes a removed package for one though a variable has its name", async () => {
  const plan = await planFor({
    "package.json": '{\n  "dependencies": { "debug": "^4" }\n}\n',
    "lib/a.js": "var debug = require('debug')('a');\ndebug(1);\n",
  }, "remove debug");
  assert.ok(texts(plan).includes("Remove it at package.json:2"));
  assert.deepEqual(plan.steps.flatMap(({ places }) => places ?? []), ["lib/a.js:1"]);
});

Deno.test("plan goes from a test that the task names to what it calls", async () => {
  const files = {
    ...PYTHON,
    "tests/test_other.py": "from shop.price import to_cents\n\n\ndef test_cents():\n" +
      "    assert to_cents(1) == 100\n\n\ndef test_none():\n    assert to_cents(0) == 0\n",
  };
  const plan = await planFor(files, "fix test_cents");
  assert.deepEqual(plan.tests, ["tests/test_other.py"]);
  assert.equal(plan.steps[0]?.command, "test tests/test_other.py --filter test_cents");
  assert.equal(
    plan.steps.find(({ text }) => text.startsWith("Read "))?.text,
    "Read test_cents (tests/test_other.py:4), to_cents (shop/price.py:1)",
  );
  const byId = await planFor(files, "fix the failing test test_other.py::test_none");
  assert.ok(byId.out.includes("Read test_none (tests/test_other.py:8)"));
});

Deno.test("plan puts a new flag beside those that are there", async () => {
  const plan = await planFor({
    "cmd/tool/a_watch.go": "package main\n\nfunc watch() {}\n",
    "cmd/tool/main.go": 'package main\n\nfunc main() {\n\tswitch f {\n\tcase "-help":\n\t}\n}\n',
  }, "add a -json flag to cmd/tool");
  assert.equal(plan.evidence[0]?.path, "cmd/tool/main.go");
  assert.ok(texts(plan).includes("Declare the flag beside those at cmd/tool/main.go:5"));
});
