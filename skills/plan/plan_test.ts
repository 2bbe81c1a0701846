import assert from "node:assert/strict";
import fc from "fast-check";
import { findDanger } from "../../core/safety/danger.ts";
import { testContext } from "../code/_test_context.ts";
import planTool, { type Plan } from "./plan.ts";

const PYTHON = {
  "README.md": "# Shop\n\nOrders and the `total` of a basket.\n",
  "pyproject.toml": '[project]\nname = "shop"\n[tool.pytest.ini_options]\n',
  "shop/__init__.py": "",
  "shop/basket.py": "from shop.price import to_cents\n\n\ndef total(items):\n" +
    "    return sum(to_cents(i) for i in items)\n",
  "shop/price.py": "def to_cents(price):\n    return int(price * 100)\n",
  "shop/mail.py": "class Mailer:\n    def send(self, to):\n        raise TimeoutError\n",
  "tests/test_basket.py":
    "from shop.basket import total\n\n\ndef test_total():\n    assert total([1]) == 100\n",
  "tests/conftest.py": "",
  "logs/app.log": "2025-01-01 10:00:00 ERROR order failed\nTraceback (most recent call last):\n" +
    '  File "/srv/shop/basket.py", line 4, in total\n    return sum()\n' +
    '  File "/srv/shop/price.py", line 2, in to_cents\n    return int(price * 100)\n' +
    "TypeError: can't multiply sequence by non-int\n",
};

const NODE = {
  "package.json": JSON.stringify(
    {
      name: "web",
      scripts: { test: "node --test", bench: "node bench/run.js", clean: "rm -rf dist" },
      dependencies: { "left-pad": "^1.0.0" },
    },
    null,
    2,
  ),
  "package-lock.json": "{}",
  "src/args.js": "export function parseArgs(argv) {\n  return argv;\n}\n",
  "src/main.js": 'import { parseArgs } from "./args.js";\nparseArgs([]);\n',
  "src/pad.js": 'import pad from "left-pad";\nexport const wide = (text) => pad(text, 80);\n',
  "src/args.test.js": 'import { parseArgs } from "./args.js";\nparseArgs([]);\n',
  ...Object.fromEntries(
    Array.from(
      { length: 7 },
      (_, i) => [`src/use${i}.js`, 'import { parseArgs } from "./args.js";\n'],
    ),
  ),
  "bench/run.js": "for (;;) break;\n",
  "docs/usage.md": "Call `parseArgs` first.\n",
};

async function planFor(
  files: Record<string, string>,
  task: string,
): Promise<Plan & { out: string }> {
  await using test = await testContext(files);
  const { data, text } = await planTool.run({ task: [task] }, test.ctx);
  for (const path of data.steps.flatMap((step) => step.files)) {
    assert.ok((await test.ctx.files.info(path)).kind === "file", `${path} does not exist`);
  }
  return { ...data, out: text };
}

const texts = (plan: Plan) => plan.steps.map((step) => step.text);

Deno.test("plan takes a failing task to the traces of the logs, the test and its command", async () => {
  const plan = await planFor(PYTHON, "fix the wrong total of the basket");
  assert.equal(plan.kind, "fix");
  assert.deepEqual(plan.tests, ["tests/test_basket.py"]);
  assert.equal(plan.steps[0]?.command, "test tests/test_basket.py");
  assert.match(plan.steps[0]?.runs ?? "", /pytest.*tests\/test_basket\.py/);
  assert.match(texts(plan)[1]!, /^The logs point at shop\/price\.py:2: TypeError: can't multiply/);
  assert.deepEqual(plan.traces[0]?.callers, [{ path: "shop/basket.py", line: 4 }]);
  assert.ok(plan.out.includes("shop/basket.py:4: def total(items):"));
  assert.ok(plan.out.includes("Repository: Shop (README.md:1)"));
});

Deno.test("plan follows the logs when the task names nothing", async () => {
  const plan = await planFor(PYTHON, "fix the bug");
  assert.equal(plan.evidence[0]?.path, "shop/price.py");
  assert.match(plan.out, /Correct the cause of "TypeError/);
});

Deno.test("plan leaves errors of another matter to what is not known", async () => {
  const plan = await planFor(PYTHON, "fix the timeout in Mailer");
  assert.deepEqual(plan.traces, []);
  assert.equal(plan.evidence[0]?.path, "shop/mail.py");
  assert.ok(plan.unknown.some((line) => line.includes("shop/price.py:2: TypeError")));
  assert.ok(plan.risks.some(({ text }) => text === "no test names or imports shop/mail.py"));
});

Deno.test("plan finds what a named test is about", async () => {
  const plan = await planFor(PYTHON, "fix the failing test in test_basket.py");
  assert.deepEqual(plan.tests[0], "tests/test_basket.py");
  assert.ok(plan.evidence.some(({ path }) => path === "shop/basket.py"));
});

Deno.test("plan for a rename names the definition, the uses, the docs and who imports it", async () => {
  const plan = await planFor(NODE, "rename parseArgs to readArgs");
  assert.equal(plan.kind, "refactor");
  assert.ok(texts(plan).includes("Rename the definition at src/args.js:1"));
  assert.ok(texts(plan).some((text) => /^Rename the uses in 10 other files: /.test(text)));
  assert.ok(texts(plan).includes("Bring the docs up to date: docs/usage.md:1"));
  assert.ok(plan.steps.some((step) => step.command === "grep -f parseArgs"));
  assert.ok(plan.steps.some((step) => step.risk?.startsWith("src/args.js is imported by 9 files")));
  const taken = await planFor(
    { ...NODE, "src/x.js": "const readArgs = 1;" },
    "rename parseArgs to readArgs",
  );
  assert.ok(
    taken.risks.some(({ text }) => text.startsWith('"readArgs" is already used in 1 file:')),
  );
});

Deno.test("plan for an upgrade names the manifest's line, the lock file and the users", async () => {
  const plan = await planFor(NODE, "upgrade left-pad to 2.0");
  assert.equal(plan.kind, "upgrade");
  assert.ok(texts(plan).includes("Change the version at package.json:9"));
  assert.ok(texts(plan).includes("Let the package manager write package-lock.json anew"));
  assert.ok(texts(plan).some((text) => text.endsWith("adapt what uses it: src/pad.js")));
});

Deno.test("plan proposes a benchmark that exists and never a dangerous script", async () => {
  const plan = await planFor(NODE, "parseArgs is slow");
  assert.match(texts(plan)[0]!, /^Measure first: "npm run bench" \(package\.json:5\)$/);
  assert.ok(
    plan.risks.some(({ text }) => text.includes('package.json:6: the script "clean" has `rm -rf`')),
  );
  const danger = await planFor(NODE, "run sudo rm -rf / and curl x | sh to fix parseArgs");
  assert.ok(danger.risks.some(({ text }) => text.includes("the task names `rm -rf`")));
  const commands = danger.steps.flatMap(({ command, runs }) => [command ?? "", runs ?? ""]);
  assert.deepEqual(commands.flatMap(findDanger), []);
});

Deno.test("plan says so when the repository has nothing on the task", async () => {
  const plan = await planFor(NODE, "support the frobnicator protocol");
  assert.match(texts(plan)[0]!, /^Nothing here speaks of .*"frobnicator"/);
  assert.ok(plan.unknown.some((line) => line.startsWith('no file has "frobnicator"')));
  const empty = await planFor({}, "add a login page");
  assert.ok(empty.risks.some(({ text }) => text.startsWith("no test command was found")));
  assert.ok(empty.risks.some(({ text }) => text.startsWith("no git repository")));
});

Deno.test("plan puts the definition before those who mention it often", async () => {
  const plan = await planFor({
    "a/users.js": "import { loadUser } from '../z/one.js';\n" + "loadUser();\n".repeat(20),
    "z/one.js": "export function loadUser() {}\n",
  }, "cache what loadUser gives");
  assert.equal(plan.evidence[0]?.path, "z/one.js");
  assert.equal(plan.evidence[0]?.lines[0]?.defines, "loadUser");
});

Deno.test("plan reads the thing itself before what has one of the task's words", async () => {
  await using test = await testContext({
    "ui.py": "def _interpret_color(c):\n    return c\n\n\ndef progressbar(color=None):\n    pass\n",
    "res.js":
      "// res.redirect('/a')\n// res.redirect('/b')\nres.redirect = function redirect(url) {\n};\n",
  });
  const found = async (task: string) =>
    (await planTool.run({ task: [task] }, test.ctx)).data.evidence[0]?.lines[0]?.line;
  assert.equal(await found("add a color option to progressbar"), 5);
  assert.equal(await found("res.redirect should accept a URL object"), 3);
});

Deno.test("plan warns of generated files and does not send anyone there", async () => {
  const plan = await planFor({
    ...NODE,
    "src/api.js": "// Code generated by tool. DO NOT EDIT.\nexport function fetchUser() {}\n",
    "src/user.js": "export function fetchUser() {}\n",
  }, "add a cache to fetchUser");
  assert.equal(plan.evidence[0]?.path, "src/user.js");
});

Deno.test("plan gives the same for the same, and only what exists, whatever the task", async () => {
  await using test = await testContext({ ...NODE, ...PYTHON });
  const word = fc.oneof(
    fc.constantFrom(
      "fix",
      "add",
      "rename",
      "to",
      "parseArgs",
      "basket.py",
      "total",
      "(",
      "`",
      "../x",
    ),
    fc.string({ maxLength: 12 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (words) => {
      const once = await planTool.run({ task: words }, test.ctx);
      const twice = await planTool.run({ task: words }, test.ctx);
      assert.equal(once.text, twice.text);
      const steps = (once.data as Plan).steps;
      assert.ok(steps.length > 0);
      assert.deepEqual(steps.map((step) => step.n), steps.map((_, i) => i + 1));
      for (const path of steps.flatMap((step) => step.files)) await test.ctx.files.info(path);
    }),
    { numRuns: 40 },
  );
});

Deno.test("plan reads 3,000 files in about a second", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, i) => [
      `src/m${i % 60}/f${i}.ts`,
      `import { f${i} } from "./g${i}.ts";\n` +
      `export function handler${i}(a: number) {\n  return a * ${i};\n}\n`.repeat(40),
    ]),
  );
  await using test = await testContext({
    ...files,
    "src/limit.ts": "export class RateLimiter {}\n",
  });
  const start = performance.now();
  const { data } = await planTool.run({ task: ["fix the rate limiter"] }, test.ctx);
  const ms = performance.now() - start;
  assert.equal(data.evidence[0]?.path, "src/limit.ts");
  // Ten times what an idle machine needs: others share this one.
  assert.ok(ms < 5_000, `${ms.toFixed()} ms`);
});
