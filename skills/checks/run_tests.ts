import { defineTool, type ToolContext } from "../../core/tool.ts";
import { findNamed } from "../_find_named.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { companionTests, indexCompanions, isRunnableTest } from "../plan/companion_tests.ts";
import { fileRole } from "../plan/file_role.ts";
import { allCommands } from "./_all_commands.ts";
import { cargoTest } from "./_cargo.ts";
import { testInput } from "./_check_input.ts";
import { denoTest } from "./_deno.ts";
import { goTest } from "./_go.ts";
import { makeTarget } from "./_make.ts";
import { mavenTest } from "./_maven.ts";
import { nextest } from "./_nextest.ts";
import { jest, mocha, nodeTest, vitest } from "./_node_tests.ts";
import { npmScript } from "./_npm.ts";
import { proposeCheck } from "./_propose_check.ts";
import type { CheckWish } from "./_plan_check.ts";
import { pytest, unittest } from "./_python_tests.ts";
import { previewCheck, runCheck } from "./_run_check.ts";
import type { CheckReport } from "../../core/check_report.ts";

/** Names that tests have in one language or another. */
const TEST_NAME = /^test_\w+$|^test[A-Z]\w*$|^Test[A-Z]\w*$|\w_test$|\wTest$/;

/** Runs the project's tests with its own toolchain and reads the machine report. */
export default defineTool({
  name: "run_tests",
  aliases: ["test"],
  summary: "Runs the project's tests and shows what failed, where and why",
  input: testInput,
  positional: ["paths"],
  examples: [
    { line: "test", says: "all tests of the workspace's project" },
    { line: "test src/api -f login", says: "those below a folder with login in their name" },
    { line: "test --toolchain cargo", says: "the Rust tests of a mixed repository" },
  ],
  effect: "execute",
  commands: allCommands("test", [
    denoTest,
    nodeTest,
    vitest,
    jest,
    mocha,
    npmScript("test"),
    pytest,
    unittest,
    nextest,
    cargoTest,
    goTest,
    mavenTest,
    makeTarget("test"),
  ]),
  cooldown: 10,
  needs: ({ paths }) => ({ read: paths }),
  preview: async (input, ctx) => await previewCheck("test", await withTests(input, ctx), ctx),
  propose: (request) => {
    const filter = request.identifiers.find((name) => TEST_NAME.test(name));
    if (filter === undefined) return proposeCheck(request, ["tests", "test", "testsuite"]);
    const input = { filter, ...request.paths.length > 0 && { paths: [...request.paths] } };
    if (!/\b(?:run|rerun|why|pass\w*|fail\w*)\b/i.test(request.plain)) return quietOffer(input);
    return {
      input,
      weight: 0.95,
      reason: `it asks about the test ${filter}`,
      completes: !request.wantsChange,
    };
  },
  score: ({ data }) => {
    const { counted, passed, failed } = data as CheckReport;
    if (!counted || passed + failed === 0) return 0.3;
    const rate = passed / (passed + failed);
    return 0.4 + 0.6 * rate + (rate === 1 ? 0.2 : 0);
  },
  run: async (input, ctx) => await runCheck("test", await withTests(input, ctx), ctx),
});

/** "The tests of lib/a.ts" are those in lib/a_test.ts; who types a path means that path. */
async function withTests<I extends CheckWish>(input: I, ctx: ToolContext): Promise<I> {
  if (ctx.origin === "user" || !input.paths.some((path) => fileRole(path) === "source")) {
    return input;
  }
  const all: string[] = [];
  for await (const batch of ctx.files.walk({ signal: ctx.signal })) {
    all.push(...batch.map(({ path }) => path));
  }
  const index = indexCompanions(all.sort());
  const paths = await Promise.all(input.paths.map(async (named) => {
    const path = await findNamed(ctx.files, named);
    const tests = fileRole(path) === "source"
      ? companionTests(path, index).filter(isRunnableTest)
      : [];
    return tests.length > 0 ? tests : [path];
  }));
  return { ...input, paths: [...new Set(paths.flat())] };
}
