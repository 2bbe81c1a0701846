import { defineTool } from "../../core/tool.ts";
import { allCommands } from "./_all_commands.ts";
import { cargoBuild } from "./_cargo.ts";
import { checkInput } from "./_check_input.ts";
import { denoCheck } from "./_deno.ts";
import { goBuild } from "./_go.ts";
import { makeTarget } from "./_make.ts";
import { mavenBuild } from "./_maven.ts";
import { tsc } from "./_node_lints.ts";
import { npmScript } from "./_npm.ts";
import { proposeCheck } from "./_propose_check.ts";
import { compileall } from "./_python_lints.ts";
import { mypy, pyright } from "./_python_types.ts";
import { previewCheck, runCheck } from "./_run_check.ts";

/** Builds or type-checks the project with its own toolchain. */
export default defineTool({
  name: "build",
  summary: "Builds or type-checks the project and lists the errors",
  input: checkInput,
  positional: ["paths"],
  examples: [
    { line: "build", says: "the whole project" },
    { line: "build --toolchain cargo", says: "the Rust part of a mixed repository" },
  ],
  effect: "execute",
  commands: allCommands("build", [
    denoCheck,
    npmScript("build"),
    tsc("build"),
    cargoBuild,
    goBuild,
    mavenBuild,
    mypy,
    pyright,
    compileall("build"),
    makeTarget("build"),
  ]),
  cooldown: 10,
  needs: ({ paths }) => ({ read: paths }),
  preview: (input, ctx) => previewCheck("build", input, ctx),
  propose: (request) => proposeCheck(request, ["build", "compile", "compiles", "typecheck"]),
  score: ({ ok }) => ok ? 1 : 0.4,
  run: (input, ctx) => runCheck("build", input, ctx),
});
