import assert from "node:assert/strict";
import { mergeConfig } from "../../core/config_merge.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import { inFolder } from "./_test_folder.ts";
import { doctor, type Probe, type ProbeResult } from "./doctor.ts";
import { programProbes, toolchainProbes } from "./program_probes.ts";
import { configProbe, logsProbe, modelProbe } from "./settings_probes.ts";
import {
  denoProbe,
  diskProbe,
  grammarsProbe,
  storeProbe,
  terminalProbe,
  workspaceProbe,
} from "./system_probes.ts";

function record() {
  const out: string[] = [];
  return { out, io: { out: (line: string) => void out.push(line), err: () => {} } };
}

const probe = (name: string, result: ProbeResult, essential = false): Probe => ({
  name,
  essential,
  run: () => Promise.resolve(result),
});

const look = (probe: Probe) => probe.run(new AbortController().signal);

Deno.test("doctor() prints a line for each probe and succeeds when the essentials work", async () => {
  const { out, io } = record();
  const code = await doctor([
    probe("one", { status: "ok", detail: "fine" }, true),
    probe("two", { status: "missing", detail: "not found", get: "apt install two" }),
    probe("three", { status: "warn", detail: "old" }),
  ], io);
  assert.equal(code, 0);
  assert.deepEqual(out, [
    "ok      one: fine",
    "missing two: not found; apt install two",
    "warn    three: old",
    "The essentials work.",
  ]);
});

Deno.test("doctor() fails when something essential is missing, throws or does not answer", async () => {
  const bad: Probe[] = [
    probe("x", { status: "missing", detail: "gone" }, true),
    { name: "x", essential: true, run: () => Promise.reject(new Error("broke")) },
    {
      name: "x",
      essential: true,
      run: () => {
        throw new Error("broke");
      },
    },
    { name: "x", essential: true, run: () => new Promise(() => {}) },
  ];
  for (const one of bad) {
    const { out, io } = record();
    assert.equal(await doctor([one], io, { limitMs: 30 }), 1);
    assert.match(out[0]!, /^missing x: (gone|broke|no answer within 0\.03 s)$/);
  }
});

Deno.test("doctor() gives JSON, and tells a slow probe to stop", async () => {
  const { out, io } = record();
  let stopped = false;
  const slow: Probe = {
    name: "slow",
    run: (signal) =>
      new Promise(() => signal.addEventListener("abort", () => void (stopped = true))),
  };
  assert.equal(await doctor([slow], io, { json: true, limitMs: 20 }), 0);
  assert.ok(stopped);
  assert.deepEqual(JSON.parse(out[0]!), {
    ok: true,
    probes: [{
      name: "slow",
      essential: false,
      status: "missing",
      detail: "no answer within 0.02 s",
    }],
  });
});

Deno.test("the system probes find what is here and leave the workspace as it was", () =>
  inFolder(async (root) => {
    const probes = [denoProbe, workspaceProbe(root), storeProbe(root), diskProbe(root)];
    for (
      const { name, status, detail } of await Promise.all(
        probes.map(async (one) => ({ name: one.name, ...await look(one) })),
      )
    ) assert.equal(status, "ok", `${name}: ${detail}`);
    assert.equal((await look(grammarsProbe)).status, "ok");
    assert.match((await look(terminalProbe({}))).detail, /./);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(root)), []);
  }));

Deno.test("the workspace and store probes say what is wrong", () =>
  inFolder(async (root) => {
    await assert.rejects(look(workspaceProbe(`${root}/gone`)));
    await Deno.mkdir(`${root}/.dspy`);
    await Deno.writeTextFile(`${root}/.dspy/store.db`, "not a database ".repeat(100));
    const { status, detail } = await look(storeProbe(root));
    assert.equal(status, "warn");
    assert.match(detail, /store\.db\.corrupt-/);
  }));

Deno.test("the program probes take nothing from the workspace and say how to get what lacks", () =>
  inFolder(async (root) => {
    await Deno.mkdir(`${root}/bin`);
    for (const name of ["git", "ast-grep"]) {
      await Deno.writeTextFile(`${root}/bin/${name}`, `#!/bin/sh\ntouch ${root}/ran\n`, {
        mode: 0o755,
      });
    }
    const env = { PATH: `${root}/bin:${Deno.env.get("PATH")}` };
    const results = await Promise.all(
      programProbes({ root, env }).map(async (one) => ({ name: one.name, ...await look(one) })),
    );
    const git = results.find(({ name }) => name === "git")!;
    assert.match(git.detail, /^git version \d.* \((?!.*\/bin\/bin)/);
    const none = await Promise.all(
      programProbes({ root, env: { PATH: `${root}/bin` } }).map(look),
    );
    assert.deepEqual(none.map(({ status }) => status), ["missing", "ok", "missing"]);
    assert.equal(none[2]!.get, "npm i -g @ast-grep/cli");
    await assert.rejects(Deno.stat(`${root}/ran`));
  }));

Deno.test("the toolchain probes ask for the programs that the workspace's projects need", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/package.json`, "{}");
    await Deno.mkdir(`${root}/core`);
    await Deno.writeTextFile(`${root}/core/Cargo.toml`, "");
    const site = { root, env: { PATH: "/nowhere" } };
    const probes = await toolchainProbes(openFiles(root), site);
    assert.deepEqual(probes.map(({ name }) => name), ["node", "npm", "cargo"]);
    const cargo = await look(probes[2]!);
    assert.deepEqual(cargo, {
      status: "missing",
      detail: "not found: run_tests, lint and build cannot check core/Cargo.toml",
      get: "install Rust with rustup",
    });
  }));

Deno.test("the settings probes tell of warnings, logs and the model, without a key's text", () =>
  inFolder(async (root) => {
    const bad = mergeConfig({ env: { MAX_LOG_BYTES: "x" } });
    assert.equal((await look(configProbe(bad))).status, "warn");
    assert.match((await look(modelProbe(mergeConfig()))).detail, /^none set up/);
    const set = mergeConfig({ env: { OPENAI_API_KEY: "sk-1" } });
    assert.equal(
      (await look(modelProbe(set))).detail,
      "gpt-4o-mini at OpenAI, key set (not contacted)",
    );
    const off = mergeConfig({ env: { OPENAI_API_KEY: "sk-1", LOCAL_MODE: "1" } });
    assert.match((await look(modelProbe(off))).detail, /^switched off/);
    assert.equal((await look(logsProbe(openFiles(root), "logs"))).status, "warn");
    await Deno.mkdir(`${root}/logs`);
    await Deno.writeTextFile(`${root}/logs/a.log`, "x");
    assert.equal((await look(logsProbe(openFiles(root), "logs"))).detail, "1 in logs");
  }));
