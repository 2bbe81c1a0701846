import assert from "node:assert/strict";
import { loadPolicy } from "./load_policy.ts";
import { mergePolicy } from "./merge_policy.ts";
import { createPathGuard } from "./paths.ts";
import { EMPTY_POLICY, type Policy } from "./policy.ts";
import { policyDenial } from "./policy_denial.ts";
import { policyHint } from "./policy_hint.ts";

type Loaded = Awaited<ReturnType<typeof loadPolicy>>;

async function load(files: Readonly<Record<string, string>>): Promise<Loaded> {
  const root = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${root}/${name}`, text);
    }
    return await loadPolicy(createPathGuard(root));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const YAML = ".dspy_policy.yaml";
const JSON_FILE = ".dspy_policy.json";

Deno.test("loadPolicy() reads YAML first, else JSON, with or without the outer key", async () => {
  const yaml = "policy:\n  prefer-tools: [grep]\n  deny_tools:\n    - edit\n";
  const first = await load({ [YAML]: yaml, [JSON_FILE]: '{"deny_tools":["x"]}' });
  assert.deepEqual([first.policy.prefer_tools, first.policy.deny_tools], [["grep"], ["edit"]]);
  assert.deepEqual([first.path, first.text, first.warnings], [YAML, yaml, []]);
  const second = await load({ [JSON_FILE]: '{"policy":{"deny_tools":["x"]}}' });
  assert.deepEqual([second.path, second.policy.deny_tools], [JSON_FILE, ["x"]]);
  const none = await load({});
  assert.deepEqual([none.path, none.policy], [undefined, EMPTY_POLICY]);
  assert.deepEqual((await load({ [YAML]: "# nothing yet\n" })).policy, EMPTY_POLICY);
});

Deno.test("loadPolicy() warns of YAML that does not parse and takes the JSON; alone it is an error", async () => {
  const broken = "policy: [unclosed\n";
  const { policy, warnings } = await load({ [YAML]: broken, [JSON_FILE]: '{"deny_tools":["x"]}' });
  assert.deepEqual(policy.deny_tools, ["x"]);
  assert.match(
    warnings.join(),
    /\.dspy_policy\.yaml:\d+: not valid YAML.*using \.dspy_policy\.json/,
  );
  await assert.rejects(load({ [YAML]: broken }), { kind: "usage", message: /not valid YAML/ });
  await assert.rejects(load({ [YAML]: broken, [JSON_FILE]: "{" }), { kind: "usage" });
});

Deno.test("loadPolicy() says in one sentence which setting has a wrong type", async () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    '{"deny_tools":"grep"}': /deny_tools is not a list of texts: "grep"/,
    '{"deny_tools":[1]}': /deny_tools is not a list of texts: \[1\]/,
    '{"policy":[]}': /policy is not settings/,
    '{"rules":{}}': /rules is not a list of rules/,
    '{"rules":[1]}': /rules\[0\] is not a rule with a regex: 1/,
    '{"rules":[{"deny_tools":[]}]}': /rules\[0\]\.regex is not a text: nothing/,
    "[]": /expected settings/,
  };
  for (const [text, message] of Object.entries(wrong)) {
    await assert.rejects(load({ [JSON_FILE]: text }), (error: Error & { exitCode?: number }) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return error.exitCode === 2;
    });
  }
});

Deno.test("loadPolicy() warns of unknown settings, invalid regexes and rules that allow nothing", async () => {
  const { policy, warnings } = await load({
    [YAML]: `deny_tolls: [edit]
rules:
  - {regex: "(unclosed", deny_tools: [grep]}
  - {regex: "(?i)prod", deny_tools: [edit], denny: 1}
allow_commands: [npm test, "cat a; rm b", "git *", "cat <path>"]
`,
  });
  assert.deepEqual(policy.rules.map(({ regex }) => regex), ["(?i)prod"]);
  assert.deepEqual(policy.allow_commands, ["npm test", "cat <path>"]);
  const text = warnings.join("\n");
  assert.match(text, /unknown setting "deny_tolls": did you mean "deny_tools"\?/);
  assert.match(text, /rules\[0\]: invalid regex "\(unclosed", rule skipped/);
  assert.match(text, /unknown setting "rules\[1\]\.denny"/);
  assert.match(text, /allow_commands: "cat a; rm b" allows nothing/);
  assert.match(text, /allow_commands: "git \*" allows nothing/);
});

Deno.test("loadPolicy() refuses a policy that is a link to the outside, or no file", async () => {
  const root = await Deno.makeTempDir();
  const outside = await Deno.makeTempFile();
  await Deno.symlink(outside, `${root}/${YAML}`);
  await assert.rejects(loadPolicy(createPathGuard(root)), { kind: "refused" });
  await Deno.remove(`${root}/${YAML}`);
  await Deno.mkdir(`${root}/${YAML}`);
  await assert.rejects(loadPolicy(createPathGuard(root)), { kind: "failed" });
  await Deno.remove(root, { recursive: true });
  await Deno.remove(outside);
});

const POLICY: Policy = {
  ...EMPTY_POLICY,
  prefer_tools: ["a", "b"],
  deny_tools: ["c"],
  rules: [
    { regex: "(?i)test", prefer_tools: ["x"], deny_tools: ["run-tests"] },
    { regex: "deploy", prefer_tools: [], deny_tools: ["plan", "edit"] },
  ],
};

Deno.test("policyHint() has the parts that there are, in order", () => {
  assert.equal(
    policyHint("state", POLICY, "TEST it"),
    "state | Policy: Prefer tools: a, b; Avoid tools: c; For '(?i)test': prefer x; " +
      "For '(?i)test': avoid run-tests",
  );
  assert.equal(policyHint("s", { ...POLICY, prefer_tools: [] }, ""), "s | Policy: Avoid tools: c");
  assert.equal(policyHint("s", EMPTY_POLICY, "test"), "s");
});

Deno.test("policyDenial() says which denial or rule denies a tool", () => {
  assert.equal(policyDenial(POLICY, "x", "c"), "policy-deny: c");
  assert.equal(policyDenial(POLICY, "Test", "run_tests"), "policy-deny((?i)test): run_tests");
  assert.equal(policyDenial(POLICY, "x", "run_tests"), undefined);
  assert.equal(policyDenial(POLICY, "deploy", "edit"), "policy-deny(deploy): edit");
});

Deno.test("mergePolicy() adds without duplicates, rules by their regex", () => {
  const rule = { regex: "deploy", prefer_tools: ["y"], deny_tools: ["edit", "git_push"] };
  const merged = mergePolicy(POLICY, { prefer: ["b", "z"], deny: ["c"], rule });
  assert.deepEqual(merged.prefer_tools, ["a", "b", "z"]);
  assert.deepEqual(merged.deny_tools, ["c"]);
  assert.deepEqual(merged.rules[1], {
    regex: "deploy",
    prefer_tools: ["y"],
    deny_tools: ["plan", "edit", "git_push"],
  });
  assert.equal(mergePolicy(merged, { rule: { ...rule, regex: "new" } }).rules.length, 3);
  assert.deepEqual(mergePolicy(POLICY, {}), POLICY);
});
