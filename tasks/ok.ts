// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The one gate: everything that must hold before a change lands, in the order of its cost.
 * `--no-test` leaves the tests to a later command.
 */
const STEPS: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint"],
  ["task", "layers"],
  ["task", "catalog", "--check"],
  ["check", "--doc", "."],
  ["task", "doc:lint"],
  ["task", "publish:dry"],
  ["task", "test"],
];

const steps = Deno.args.includes("--no-test") ? STEPS.slice(0, -1) : STEPS;
for (const step of steps) {
  console.log(`\n== deno ${step.join(" ")}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...step],
    cwd: new URL("..", import.meta.url),
    stdin: "null",
  }).spawn().status;
  if (code !== 0) {
    console.error(`\ngate: "deno ${step.join(" ")}" failed`);
    Deno.exit(code);
  }
}
console.log("\ngate: all steps passed");
