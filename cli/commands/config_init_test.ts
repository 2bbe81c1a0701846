import assert from "node:assert/strict";
import { parseConfigFile } from "../../core/config_file.ts";
import { mergeConfig } from "../../core/config_merge.ts";
import { loadPolicy } from "../../core/safety/load_policy.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { EMPTY_POLICY } from "../../core/safety/policy.ts";
import { inFolder } from "./_test_folder.ts";
import { configInit } from "./config_init.ts";
import { configShow } from "./config_show.ts";
import { configTemplate, POLICY_TEMPLATE } from "./_config_template.ts";

function record() {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    io: { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) },
  };
}

const read = (root: string, name: string) => Deno.readTextFile(`${root}/${name}`);

Deno.test("configInit() writes files that load without a warning and change nothing", () =>
  inFolder(async (root) => {
    const { out, io } = record();
    assert.equal(await configInit(root, {}, io), 0);
    assert.deepEqual(out, ["wrote .dspy_policy.yaml", "wrote .dspy/config.yaml"]);
    const { policy, warnings } = await loadPolicy(createPathGuard(root));
    assert.deepEqual([policy, warnings], [EMPTY_POLICY, []]);
    const workspaceFile = await parseConfigFile("c", await read(root, ".dspy/config.yaml"));
    assert.deepEqual(mergeConfig({ workspaceFile }), mergeConfig());
  }));

Deno.test("configInit() writes examples that are valid once the comment signs go", async () => {
  const uncomment = (text: string) =>
    text.split("\n").filter((line) => /^\s*(# [\w]+: \S+$|[^#])/.test(line))
      .map((line) => line.replace(/^# /, "")).join("\n");
  const workspaceFile = await parseConfigFile("c", uncomment(configTemplate()));
  assert.deepEqual(mergeConfig({ workspaceFile }).warnings, []);
  assert.ok(Object.keys(workspaceFile.values).length >= 6);
  const policy = POLICY_TEMPLATE.replaceAll(
    /: \[\]\n((?: {2}# {1,3}.*\n)+)/g,
    (_, lines: string) => ":\n" + lines.replaceAll("  # ", "    ").replaceAll("  #   ", "      "),
  );
  await inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/.dspy_policy.yaml`, policy);
    const loaded = await loadPolicy(createPathGuard(root));
    assert.deepEqual(loaded.warnings, []);
    assert.deepEqual(loaded.policy.allow_commands, ["npm test", "cat <path>"]);
    assert.equal(loaded.policy.rules[0]?.regex, "(?i)\\bdeploy\\b");
  });
});

Deno.test("configInit() never overwrites, and with force keeps the old file aside", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/.dspy_policy.yaml`, "mine");
    const { err, io } = record();
    assert.equal(await configInit(root, {}, io), 1);
    assert.match(err[0]!, /^\.dspy_policy\.yaml exists and is left as it is: --force/);
    assert.equal(await read(root, ".dspy_policy.yaml"), "mine");
    assert.equal(await configInit(root, { force: true }, io), 0);
    assert.equal(await read(root, ".dspy_policy.yaml"), POLICY_TEMPLATE);
    const aside = (await Array.fromAsync(Deno.readDir(root))).find(({ name }) =>
      name.includes(".bak-")
    )!;
    assert.match(aside.name, /^\.dspy_policy\.yaml\.bak-\d{8}T\d{6}Z$/);
    assert.equal(await read(root, aside.name), "mine");
  }));

Deno.test("configInit() refuses links that lead outside", () =>
  inFolder((root) =>
    inFolder(async (outside) => {
      await Deno.symlink(outside, `${root}/.dspy`);
      await assert.rejects(configInit(root, { force: true }, record().io), { kind: "refused" });
      await Deno.remove(`${root}/.dspy`);
      await Deno.symlink(`${outside}/x`, `${root}/.dspy_policy.yaml`);
      await assert.rejects(configInit(root, {}, record().io), { kind: "refused" });
      assert.deepEqual(await Array.fromAsync(Deno.readDir(outside)), []);
    })
  ));

Deno.test("configShow() prints each value with its origin, and no secret", () => {
  const merged = mergeConfig({
    flags: { plain: true },
    env: {
      OPENAI_API_KEY: "sk-secret",
      OPENAI_BASE_URL: "https://me:pass@host/v1",
      MAX_LOG_BYTES: "1000",
    },
    userFile: { path: "/home/u/config.yaml", values: { timeout_sec: 9 } },
  });
  const { out, io } = record();
  configShow(merged, {}, io);
  assert.ok(out.includes("plain           true  [flag --plain]"));
  assert.ok(out.includes("max_log_bytes   1000  [environment MAX_LOG_BYTES]"));
  assert.ok(out.includes("timeout_sec     9  [user file /home/u/config.yaml]"));
  assert.ok(out.includes("approval        (unset)  [default]"));
  assert.ok(out.includes("base_url        https://***@host/v1  [environment OPENAI_BASE_URL]"));
  assert.ok(out.includes("key             set  [environment OPENAI_API_KEY]"));
  assert.ok(!/secret|pass/.test(out.join()));
  const json = record();
  configShow(merged, { json: true }, json.io);
  assert.deepEqual(JSON.parse(json.out[0]!).plain, {
    value: true,
    origin: "flag",
    detail: "--plain",
  });
});
