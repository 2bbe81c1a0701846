import assert from "node:assert/strict";
import { testContext } from "../code/_test_context.ts";
import planTool, { type Plan } from "./plan.ts";

/** A Python project with a log of a failure. */
export const PYTHON = {
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

/** A Node project with many who import one file. */
export const NODE = {
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

/** The plan for a task in a folder with these files; all files it names must exist. */
export async function planFor(
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

/** What the steps say. */
export function texts(plan: Plan): string[] {
  return plan.steps.map((step) => step.text);
}
