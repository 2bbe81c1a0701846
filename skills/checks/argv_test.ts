import assert from "node:assert/strict";
import fc from "fast-check";
import build from "./build.ts";
import lint from "./lint.ts";
import runTests from "./run_tests.ts";
import { makeSchema } from "../../core/make_schema.ts";
import { z } from "zod";

const SITE = { root: "/nonexistent", scratch: "/scratch", env: Deno.env.toObject() };
const EXTRA: Record<string, Record<string, unknown>> = {
  "run_tests.deno": { task: false },
  "run_tests.make": { target: "test" },
  "lint.make": { target: "lint" },
  "build.make": { target: "build" },
};

/** Options that come only with a target or filter. */
const FIXED = ["--runTestsByPath", "--"];

/** The beginnings that make a value part of an option, and never one itself. */
const JOINED = /^(\.\/|--(filter|testNamePattern|test-name-pattern|fgrep|test)=|-(k|run|Dtest)=)/;

for (const tool of [runTests, lint, build]) {
  for (const [id, command] of Object.entries(tool.commands!)) {
    const fields = (targets: string[], filter?: string) => ({
      dir: ".",
      targets,
      timeoutMs: 1_000,
      ...(filter === undefined ? {} : { filter }),
      ...EXTRA[`${tool.name}.${id}`],
    });

    Deno.test(`${tool.name}.${id} lets no target or filter become an option`, async () => {
      const plain = await command.argv(fields([]), SITE);
      const word = fc.oneof(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.constantFrom("-A", "--allow-all", "-exec", "--", "-c", "=x", "a b", "$(touch x)", "-"),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(word, { maxLength: 3 }),
          fc.option(word),
          async (targets, filter) => {
            const input = fields(targets, filter ?? undefined);
            const checked = makeSchema(command.fields, z).safeParse(input);
            if (!checked.success) return;
            const { program, args } = await command.argv(checked.data, SITE);
            assert.equal(program, plain.program);
            for (const [i, arg] of args.entries()) {
              if (!arg.startsWith("-") || plain.args.includes(arg) || FIXED.includes(arg)) continue;
              if (JOINED.test(arg)) continue;
              assert.fail(`${JSON.stringify(arg)} at ${i} of ${JSON.stringify(args)}`);
            }
          },
        ),
        { numRuns: 100 },
      );
    });

    Deno.test(`${tool.name}.${id} refuses paths that leave the workspace, and unknown fields`, () => {
      for (
        const bad of [
          fields(["../x"]),
          fields(["/etc/passwd"]),
          fields(["a/../../b"]),
          fields(["a\0b"]),
          fields(["a"], "-x"),
          fields(["a"], "x\ny"),
          { ...fields(["a"]), dir: "/" },
          { ...fields(["a"]), argv: ["sh"] },
        ]
      ) {
        assert.equal(
          makeSchema(command.fields, z).safeParse(bad).success,
          false,
          JSON.stringify(bad),
        );
      }
    });
  }
}
