import { defineTool } from "../../core/tool.ts";
import { allCommands } from "./_all_commands.ts";
import { cargoTest } from "./_cargo.ts";
import { testInput } from "./_check_input.ts";
import { denoTest } from "./_deno.ts";
import { goTest } from "./_go.ts";
import { makeTarget } from "./_make.ts";
import { mavenTest } from "./_maven.ts";
import { jest, mocha, nodeTest, vitest } from "./_node_tests.ts";
import { npmScript } from "./_npm.ts";
import { proposeCheck } from "./_propose_check.ts";
import { pytest, unittest } from "./_python_tests.ts";
import { previewCheck, runCheck } from "./_run_check.ts";
import type { CheckReport } from "./check_report.ts";

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
    cargoTest,
    goTest,
    mavenTest,
    makeTarget("test"),
  ]),
  cooldown: 10,
  needs: ({ paths }) => ({ read: paths }),
  preview: (input, ctx) => previewCheck("test", input, ctx),
  propose: (request) => {
    const filter = request.identifiers.find((name) => TEST_NAME.test(name));
    if (filter === undefined) return proposeCheck(request, ["tests", "test", "testsuite"]);
    if (!/\b(?:run|rerun|why|pass\w*|fail\w*)\b/i.test(request.plain)) return undefined;
    return {
      input: { filter, ...request.paths.length > 0 && { paths: [...request.paths] } },
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
  run: (input, ctx) => runCheck("test", input, ctx),
});
