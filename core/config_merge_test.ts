import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeConfig } from "./config_merge.ts";
import { CONFIG_OPTIONS, fileName, findOption } from "./config_options.ts";
import type { UserError } from "./errors.ts";

const workspaceFile = (values: Record<string, unknown>) => ({
  workspaceFile: { path: ".dspy/config.yaml", values },
});
const userFile = (values: Record<string, unknown>) => ({
  userFile: { path: "user.yaml", values },
});

Deno.test("mergeConfig() gives the defaults of the table when nothing is set", () => {
  const { config, origins, warnings } = mergeConfig();
  for (const option of CONFIG_OPTIONS.filter(({ key }) => key !== "model")) {
    assert.equal(config[option.key], option.default, option.key);
    assert.equal(origins[option.key].origin, "default");
  }
  assert.deepEqual(warnings, []);
  assert.ok(Object.isFrozen(config));
});

Deno.test("mergeConfig() takes flag, environment, workspace file, user file in this order", () => {
  const all = {
    ...workspaceFile({ max_log_bytes: 30 }),
    ...userFile({ max_log_bytes: 40 }),
    env: { MAX_LOG_BYTES: "20" },
    flags: { maxLogBytes: "10" },
  };
  const { flags: _flags, ...noFlag } = all;
  const { env: _env, ...files } = noFlag;
  const { workspaceFile: _workspace, ...user } = files;
  const seen = [all, noFlag, files, user].map((sources) => mergeConfig(sources));
  assert.deepEqual(seen.map(({ config }) => config.maxLogBytes), [10, 20, 30, 40]);
  assert.deepEqual(
    seen.map(({ origins }) => origins.maxLogBytes.detail),
    ["--max-log-bytes", "MAX_LOG_BYTES", ".dspy/config.yaml", "user.yaml"],
  );
});

Deno.test("mergeConfig() ignores what a workspace file must not set, and says so", () => {
  const values = {
    base_url: "http://evil.test",
    approval: "auto",
    yes: true,
    model: "x",
    ollama: false,
    local_mode: false,
    workspace: "/",
    json: true,
    logs: "../../secrets",
    OPENAI_API_KEY: "sk-1",
    home: "/tmp",
    proxy: "http://evil.test",
    permissions: "all",
  };
  const { config, warnings } = mergeConfig(workspaceFile(values));
  assert.deepEqual(config, mergeConfig().config);
  assert.equal(warnings.length, Object.keys(values).length);
  assert.ok(warnings.every((line) => line.startsWith(".dspy/config.yaml: ")));
});

Deno.test("mergeConfig() lets no workspace file touch a setting that is not open to it", () => {
  const closed = CONFIG_OPTIONS.filter((option) => option.fromWorkspace === "none");
  fc.assert(fc.property(
    fc.constantFrom(...closed),
    fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constantFrom("auto", "yes", "1")),
    (option, value) => {
      const { config } = mergeConfig(workspaceFile({ [fileName(option)]: value }));
      assert.deepEqual(config, mergeConfig().config);
    },
  ));
});

Deno.test("mergeConfig() lets a workspace file narrow", () => {
  const { config, warnings } = mergeConfig({
    ...workspaceFile({ approval: "manual", local_mode: true, logs: "var/log" }),
    ...userFile({ approval: "auto" }),
  });
  assert.equal(config.approval, "manual");
  assert.equal(config.localMode, true);
  assert.equal(config.logs, "var/log");
  assert.deepEqual(warnings, []);
});

Deno.test("mergeConfig() warns and goes on to the next source when a number is bad", () => {
  for (const bad of ["abc", "-1", "1.5", "0", "1e99", "99999999999999999999"]) {
    const { config, warnings } = mergeConfig({ env: { MAX_LOG_BYTES: bad } });
    assert.equal(config.maxLogBytes, 512_000, bad);
    assert.match(warnings.join(), /MAX_LOG_BYTES: .*whole number/);
  }
  const { config } = mergeConfig({ env: { MAX_LOG_BYTES: "x" }, ...userFile({ maxLogBytes: 7 }) });
  assert.equal(config.maxLogBytes, 7);
});

Deno.test("mergeConfig() refuses a bad flag as a usage error", () => {
  assert.throws(
    () => mergeConfig({ flags: { approval: "always" } }),
    (error: UserError) =>
      error.exitCode === 2 &&
      error.message === '--approval: "always" is not one of auto, manual, edit, plan',
  );
});

Deno.test("mergeConfig() reads booleans as 1, true, yes, on in any case", () => {
  for (const word of ["1", "true", "YES", "On"]) {
    assert.equal(mergeConfig({ env: { LOCAL_MODE: word } }).config.localMode, true);
  }
  for (const word of ["0", "false", "NO", "off"]) {
    assert.equal(mergeConfig({ env: { LOCAL_MODE: word } }).config.localMode, false);
  }
  assert.equal(mergeConfig({ env: { LOCAL_MODE: "maybe" } }).warnings.length, 1);
});

Deno.test("mergeConfig() suggests the setting that was meant", () => {
  const { warnings } = mergeConfig(userFile({ max_log_byte: 1, zzz: 2, json: true }));
  assert.match(warnings[0]!, /unknown setting "max_log_byte": did you mean max_log_bytes\?/);
  assert.match(warnings[1]!, /unknown setting "zzz": known are logs, /);
  assert.match(warnings[2]!, /json belongs to one run; use --json/);
});

Deno.test("mergeConfig() chooses Ollama unless an OpenAI key or address is set", () => {
  assert.equal(mergeConfig().config.ollama, true);
  assert.equal(mergeConfig().config.model, "qwen3:1.7b");
  assert.equal(mergeConfig({ env: { OLLAMA_MODEL: "phi4" } }).config.model, "phi4");
  const openai = mergeConfig({ env: { OPENAI_API_KEY: "sk-secret" } });
  assert.equal(openai.config.ollama, false);
  assert.equal(openai.config.keySet, true);
  assert.equal(openai.config.model, "gpt-4o-mini");
  assert.ok(!JSON.stringify(openai).includes("sk-secret"));
  const both = mergeConfig({ env: { OPENAI_API_KEY: "k", USE_OLLAMA: "yes" } });
  assert.equal(both.config.ollama, true);
  assert.equal(both.config.keySet, false);
  assert.equal(mergeConfig({ flags: { model: "m" } }).config.model, "m");
});

Deno.test("mergeConfig() warns of values that are no plain ones, however odd", () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  for (const odd of [cyclic, { toString: 0 }, {}, [1], 1n, new Date(0), NaN, Infinity]) {
    for (const option of CONFIG_OPTIONS.filter(({ inFiles }) => inFiles)) {
      const { config, warnings } = mergeConfig(userFile({ [fileName(option)]: odd }));
      assert.deepEqual([config, warnings.length], [mergeConfig().config, 1], option.key);
    }
  }
});

Deno.test("mergeConfig() never throws on files of any shape", () => {
  fc.assert(fc.property(
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom(...CONFIG_OPTIONS.map(fileName))),
      fc.anything(),
    ),
    (values) => {
      const merged = mergeConfig({ ...workspaceFile(values), ...userFile(values) });
      assert.ok(Object.isFrozen(merged.config));
    },
  ));
});

Deno.test("findOption() knows an option by flag, file and key spelling; names never clash", () => {
  for (const option of CONFIG_OPTIONS) {
    for (const name of [option.flag, fileName(option), option.key]) {
      assert.equal(findOption(name), option, name);
    }
  }
  const env = CONFIG_OPTIONS.flatMap((option) => option.env);
  assert.equal(new Set(env).size, env.length);
});
