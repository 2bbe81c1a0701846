import { defineTool } from "../../core/tool.ts";
import { allCommands } from "./_all_commands.ts";
import { cargoCheck, clippy } from "./_cargo.ts";
import { checkInput } from "./_check_input.ts";
import { denoLint } from "./_deno.ts";
import { goVet } from "./_go.ts";
import { golangci } from "./_golangci.ts";
import { makeTarget } from "./_make.ts";
import { eslint, tsc } from "./_node_lints.ts";
import { npmScript } from "./_npm.ts";
import { proposeCheck } from "./_propose_check.ts";
import { compileall, pyflakes, ruff } from "./_python_lints.ts";
import { previewCheck, runCheck } from "./_run_check.ts";

/** Lints the project with its own linter. */
export default defineTool({
  name: "lint",
  summary: "Runs the project's linter and lists what it complains about",
  input: checkInput,
  positional: ["paths"],
  examples: [
    { line: "lint", says: "the whole project" },
    { line: "lint src/api", says: "only a folder" },
  ],
  effect: "execute",
  commands: allCommands("lint", [
    denoLint,
    eslint,
    tsc("lint"),
    npmScript("lint"),
    ruff,
    pyflakes,
    compileall("lint"),
    clippy,
    cargoCheck,
    golangci,
    goVet,
    makeTarget("lint"),
  ]),
  cooldown: 10,
  needs: ({ paths }) => ({ read: paths }),
  preview: (input, ctx) => previewCheck("lint", input, ctx),
  propose: (request) => proposeCheck(request, ["lint", "linter", "linting"]),
  score: ({ ok }) => ok ? 1 : 0.4,
  run: (input, ctx) => runCheck("lint", input, ctx),
});
