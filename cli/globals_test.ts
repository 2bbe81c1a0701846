import assert from "node:assert/strict";
import fc from "fast-check";
import { splitGlobals } from "./globals.ts";

const none = () => false;
const split = (line: string, owns: (verb: string, flag: string) => boolean = none) =>
  splitGlobals(line.split(" ").filter((word) => word !== ""), owns);

Deno.test("splitGlobals() takes flags from anywhere before --", () => {
  for (const line of ["--workspace /w grep x", "grep --workspace /w x", "grep x --workspace=/w"]) {
    assert.deepEqual(split(line), { flags: { workspace: "/w" }, rest: ["grep", "x"] });
  }
  assert.deepEqual(split("--json ls --plain --timeout_sec 5"), {
    flags: { json: true, plain: true, timeoutSec: "5" },
    rest: ["ls"],
  });
});

Deno.test("splitGlobals() leaves everything after -- as it is", () => {
  assert.deepEqual(split("exec --yes -- npm --json --workspace"), {
    flags: { yes: true },
    rest: ["exec", "--", "npm", "--json", "--workspace"],
  });
});

Deno.test("splitGlobals() leaves a program that is named its flags, and takes ours before it", () => {
  const passes = (verb: string) => verb === "exec";
  const rest = (line: string) => splitGlobals(line.split(" "), none, passes);
  assert.deepEqual(rest("--yes exec npm run build --json --workspace"), {
    flags: { yes: true },
    rest: ["exec", "npm", "run", "build", "--json", "--workspace"],
  });
  assert.deepEqual(rest("exec --yes npm --json"), {
    flags: { yes: true },
    rest: ["exec", "npm", "--json"],
  });
  assert.deepEqual(rest("start exec npm --json"), {
    flags: {},
    rest: ["start", "exec", "npm", "--json"],
  });
  assert.deepEqual(rest("grep exec --json"), { flags: { json: true }, rest: ["grep", "exec"] });
  assert.deepEqual(rest("exec --help --json"), { flags: { json: true }, rest: ["exec", "--help"] });
});

Deno.test("splitGlobals() gives a verb the flags that it has itself", () => {
  const owns = (verb: string, flag: string) => verb === "plan" && flag === "json";
  assert.deepEqual(split("plan --json", owns), { flags: {}, rest: ["plan", "--json"] });
  assert.deepEqual(split("--json plan", owns), { flags: { json: true }, rest: ["plan"] });
  assert.deepEqual(split("ls --json", owns), { flags: { json: true }, rest: ["ls"] });
});

Deno.test("splitGlobals() reads --no-x for booleans only, and values after =", () => {
  assert.deepEqual(split("--no-json --no-local-mode").flags, { json: false, localMode: false });
  assert.deepEqual(split("--json=false --approval=").flags, { json: "false", approval: "" });
  assert.deepEqual(split("--workspace=a=b").flags, { workspace: "a=b" });
  assert.deepEqual(split("--no-workspace --no-json=1"), {
    flags: {},
    rest: ["--no-workspace", "--no-json=1"],
  });
});

Deno.test("splitGlobals() refuses a flag without its value", () => {
  for (
    const line of ["--workspace", "grep x --approval", "--workspace -- ls", "--workspace --json"]
  ) {
    assert.throws(() => split(line), { kind: "usage", exitCode: 2 }, line);
  }
});

Deno.test("splitGlobals() leaves unknown flags and short ones to the verb", () => {
  const line = "grep -k --ignore-case --jsonx --JSON - --- x";
  assert.deepEqual(split(line), { flags: {}, rest: line.split(" ") });
});

Deno.test("splitGlobals() loses no word and keeps the order", () => {
  const word = fc.oneof(
    fc.constantFrom("grep", "--json", "--plain", "--no-yes", "-x", "--glob", "--max-file-bytes=1"),
    fc.stringMatching(/^[a-z]{1,4}$/),
  );
  fc.assert(fc.property(fc.array(word), fc.array(word), (before, after) => {
    const { flags, rest } = splitGlobals([...before, "--", ...after], none);
    const globals = before.filter((word) => /^--(?:json|plain|no-yes|max)/.test(word));
    assert.deepEqual(rest, [...before.filter((word) => !globals.includes(word)), "--", ...after]);
    assert.equal(Object.keys(flags).length, new Set(globals).size);
  }));
});
