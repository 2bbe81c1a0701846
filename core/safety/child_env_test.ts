import assert from "node:assert/strict";
import { delimiter, isAbsolute } from "node:path";
import fc from "fast-check";
import { childEnv, searchPath } from "./child_env.ts";
import { spawn } from "./spawn.ts";

const ROOT = "/w/proj";
const SCRATCH = "/scratch";

/** Every name that a child may ever see. */
const ALLOWED = new Set(
  ("PATH HOME TMPDIR TERM NO_COLOR CI LANG LC_ALL LC_CTYPE TZ JAVA_HOME VIRTUAL_ENV NVM_DIR " +
    "CARGO_HOME RUSTUP_HOME GOPATH GOCACHE DENO_DIR npm_config_cache GRADLE_USER_HOME PYENV_ROOT " +
    "VOLTA_HOME").split(" "),
);

const HOSTILE = [
  "OPENAI_API_KEY",
  "OLLAMA_API_KEY",
  "MY_PAT",
  "DB_DSN",
  "SESSION",
  "HTTP_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "NO_PROXY",
  "LD_PRELOAD",
  "LD_LIBRARY_PATH",
  "DYLD_INSERT_LIBRARIES",
  "NODE_OPTIONS",
  "NODE_PATH",
  "PYTHONPATH",
  "PYTHONSTARTUP",
  "RUSTC_WRAPPER",
  "RUSTFLAGS",
  "GOFLAGS",
  "MAKEFLAGS",
  "JAVA_TOOL_OPTIONS",
  "MAVEN_OPTS",
  "BASH_ENV",
  "ENV",
  "PAGER",
  "EDITOR",
  "SSH_AUTH_SOCK",
  "GIT_DIR",
  "GIT_SSH_COMMAND",
  "GIT_EXTERNAL_DIFF",
  "GIT_CONFIG_COUNT",
  "AWS_SECRET_ACCESS_KEY",
  "NPM_CONFIG_REGISTRY",
  "npm_config_script_shell",
];

Deno.test("childEnv() lets no variable through that is not on its list", () => {
  const name = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.constantFrom(...ALLOWED),
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/),
  );
  const value = fc.string({ minLength: 1 }).map((text) => `canary${text}`);
  fc.assert(fc.property(fc.dictionary(name, value, { maxKeys: 40 }), (env) => {
    const built = childEnv({ env, scratch: SCRATCH, root: ROOT });
    for (const [key, text] of Object.entries(built)) {
      assert.ok(ALLOWED.has(key), key);
      const isLocale = /^(?:LANG|LC_ALL|LC_CTYPE|TZ)$/.test(key);
      assert.ok(!text.includes("canary") || isLocale || isAbsolute(text), `${key}=${text}`);
    }
  }));
});

Deno.test("childEnv() never takes over values of the kinds that hook or leak", async () => {
  const env = Object.fromEntries(HOSTILE.map((name) => [name, "/canary"]));
  const built = childEnv({ env: { ...env, PATH: "/usr/bin:/bin" }, scratch: SCRATCH, root: ROOT });
  assert.deepEqual(Object.values(built).filter((value) => value.includes("canary")), []);
  const { stdout } = await spawn({
    path: "/usr/bin/env",
    args: [],
    cwd: "/",
    env: built,
    timeoutMs: 5_000,
  });
  const seen = stdout.trimEnd().split("\n").map((line) => line.split("=", 1)[0]).sort();
  assert.deepEqual(seen, Object.keys(built).sort());
});

Deno.test("childEnv() gives a scratch home and points toolchains to the real one", () => {
  const env = {
    HOME: "/home/me",
    CARGO_HOME: "/opt/cargo",
    GOPATH: "relative",
    LANG: "de_DE.UTF-8",
  };
  const built = childEnv({ env, scratch: SCRATCH, root: ROOT });
  assert.equal(built.HOME, SCRATCH);
  assert.equal(built.TMPDIR, SCRATCH);
  assert.equal(built.CARGO_HOME, "/opt/cargo");
  assert.equal(built.RUSTUP_HOME, "/home/me/.rustup");
  assert.equal(built.GOPATH, undefined);
  assert.equal(built.LANG, "de_DE.UTF-8");
});

Deno.test("childEnv() drops locales that are more than a name", () => {
  const env = { LANG: "C\nLD_PRELOAD=x", TZ: "$(id)", LC_ALL: "en_US.UTF-8" };
  const built = childEnv({ env, scratch: SCRATCH, root: ROOT });
  assert.deepEqual([built.LANG, built.TZ, built.LC_ALL], [undefined, undefined, "en_US.UTF-8"]);
});

Deno.test("searchPath() keeps absolute folders outside the workspace only", () => {
  const path = [
    "/usr/bin",
    "",
    ".",
    "bin",
    "../bin",
    ROOT,
    `${ROOT}/`,
    `${ROOT}/node_modules/.bin`,
    `${ROOT}/..bin`,
    `${ROOT}/../proj/bin`,
    "/w/proj_evil/bin",
    "/w",
  ];
  assert.deepEqual(searchPath(path.join(delimiter), ROOT), [
    "/usr/bin",
    "/w/proj_evil/bin",
    "/w",
  ]);
});

Deno.test("searchPath() drops links that lead into the workspace", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const folder of ["ws/bin", "out"]) {
      await Deno.mkdir(`${base}/${folder}`, { recursive: true });
    }
    await Deno.symlink(`${base}/ws/bin`, `${base}/link`);
    await Deno.symlink(`${base}/out`, `${base}/ws/back`);
    const path = [`${base}/link`, `${base}/out`, `${base}/ws/back`, `${base}/missing`];
    const kept = searchPath(path.join(delimiter), `${base}/ws`);
    assert.deepEqual(kept, [`${base}/out`, `${base}/missing`]);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
