// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Runs `deno test` with our flags and closes with `N passed, N failed` alone on a line. Zero tests
 * are a failure: Deno itself would call that a success. (Not named `test.ts`: that would be a test.)
 *
 * `deno task test [paths and flags of deno test]`
 */
const RESULT = /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/gm;

// Tests start real servers, programs and jails, so they hold all rights; the jail itself is tested
// from inside, in processes that hold none.
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "--allow-all", "--no-prompt", "--doc", "--parallel", ...Deno.args],
  cwd: new URL("..", import.meta.url),
  env: { NO_COLOR: "1", DENO_JOBS: "2" },
  stdout: "piped",
  stderr: "inherit",
}).spawn();

let output = "";
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  await Deno.stdout.write(chunk);
  output += decoder.decode(chunk, { stream: true });
}
const { code } = await child.status;

let passed = 0;
let failed = 0;
for (const match of output.matchAll(RESULT)) {
  passed += Number(match[1]);
  failed += Number(match[2]);
}
if (passed + failed === 0) console.error("no test ran: that is a failure");
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(code !== 0 ? code : passed + failed === 0 ? 1 : 0);
