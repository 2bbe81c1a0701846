import assert from "node:assert/strict";
import { createPathGuard } from "../core/safety/paths.ts";
import { loadPolicy } from "../core/safety/load_policy.ts";
import { trust, trustText } from "../core/safety/trust.ts";
import { openPlace, type PlaceOptions } from "./open_place.ts";
import type { Place } from "./shell.ts";
import { startFolder } from "./start_folder.ts";

interface Folders extends AsyncDisposable {
  readonly base: string;
  readonly ws: string;
  readonly warnings: string[];
  open(more?: Partial<PlaceOptions>): Promise<Place>;
}

/** A workspace `ws` beside an empty home. */
async function folders(files: Readonly<Record<string, string>> = {}): Promise<Folders> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const ws = `${base}/ws`;
  for (const folder of ["ws/.dspy", "ws/sub", "other", "home/.config/dspy-code"]) {
    await Deno.mkdir(`${base}/${folder}`, { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${base}/${path}`, text);
  }
  const warnings: string[] = [];
  const env = { HOME: `${base}/home` };
  return {
    base,
    ws,
    warnings,
    open: (more = {}) =>
      openPlace({
        flags: { workspace: ws },
        warn: (line) => void warnings.push(line),
        ...more,
        env: { ...env, ...more.env },
      }),
    [Symbol.asyncDispose]: () => Deno.remove(base, { recursive: true }),
  };
}

/** Runs from the checkout's root, as `deno task` does, or from elsewhere. */
async function from<T>(folder: string, act: () => T | Promise<T>): Promise<T> {
  const before = Deno.cwd();
  Deno.chdir(folder);
  try {
    return await act();
  } finally {
    Deno.chdir(before);
  }
}

const CHECKOUT = new URL("..", import.meta.url).pathname;

Deno.test("openPlace() takes --workspace before WORKSPACE_DIR before where the user is", async () => {
  await using at = await folders();
  const env = { INIT_CWD: at.ws, WORKSPACE_DIR: `${at.base}/other` };
  await from(CHECKOUT, async () => {
    const flag = await at.open({ flags: { workspace: `${at.ws}/sub` }, env });
    assert.equal(flag.workspace.root, `${at.ws}/sub`);
    assert.equal((await at.open({ flags: {}, env })).workspace.root, `${at.base}/other`);
    const { INIT_CWD } = env;
    assert.equal((await at.open({ flags: {}, env: { INIT_CWD } })).workspace.root, at.ws);
  });
  await from(at.base, async () => {
    assert.equal((await at.open({ flags: {}, env: { INIT_CWD: at.ws } })).workspace.root, at.base);
  });
});

Deno.test("startFolder() reads relative names from where the user is", async () => {
  await from(CHECKOUT, () => {
    assert.equal(startFolder({ INIT_CWD: "/home/me" }, "proj/../x"), "/home/me/x");
    assert.equal(startFolder({ INIT_CWD: "/home/me", WORKSPACE_DIR: "w" }), "/home/me/w");
    assert.equal(startFolder({ INIT_CWD: "" }), CHECKOUT.slice(0, -1));
    assert.equal(startFolder({ INIT_CWD: "/home/me" }, ""), "");
  });
  await from("/", () => assert.equal(startFolder({ INIT_CWD: "/home/me" }, "x"), "/x"));
});

Deno.test("openPlace() says in which folder below the workspace the person is", async () => {
  await using at = await folders();
  const start = async (INIT_CWD: string) => (await at.open({ env: { INIT_CWD } })).workspace.start;
  await from(CHECKOUT, async () => {
    assert.equal(await start(`${at.ws}/sub`), "sub");
    assert.deepEqual([await start(at.ws), await start(at.base)], [undefined, undefined]);
    await Deno.symlink(`${at.ws}/sub`, `${at.base}/link`);
    assert.equal(await start(`${at.base}/link`), "sub");
  });
});

Deno.test("openPlace() refuses what is no folder", async () => {
  await using at = await folders({ "file": "" });
  for (const workspace of [`${at.base}/missing`, `${at.base}/file`, "", "a\0b"]) {
    await assert.rejects(
      at.open({ flags: { workspace } }),
      { kind: "usage", exitCode: 2 },
      workspace,
    );
  }
});

Deno.test("openPlace() counts allowed commands of a policy only once they are trusted", async () => {
  const policy = "allow_commands: [npm test]\ndeny_tools: [grep]\n";
  await using at = await folders({ "ws/.dspy_policy.yaml": policy });
  const before = await at.open();
  assert.deepEqual(before.policy.allow_commands, []);
  assert.deepEqual(before.policy.deny_tools, ["grep"]);
  assert.match(at.warnings.join(), /wants to allow commands.*permissions trust/);

  const loaded = await loadPolicy(createPathGuard(at.ws));
  await trust(before.stateDir, at.ws, await trustText(at.ws, loaded));
  assert.deepEqual((await at.open()).policy.allow_commands, ["npm test"]);

  await Deno.writeTextFile(`${at.ws}/.dspy_policy.yaml`, policy.replace("npm test", "npm publish"));
  assert.deepEqual((await at.open()).policy.allow_commands, []);
});

Deno.test("openPlace() keeps its state outside the workspace", async () => {
  await using at = await folders();
  assert.ok((await at.open()).stateDir.startsWith(`${at.base}/home/.local/state/dspy-code/`));
});

Deno.test("openPlace() names file and line of a configuration that is no YAML", async () => {
  for (const path of ["ws/.dspy/config.yaml", "home/.config/dspy-code/config.yaml"]) {
    await using at = await folders({ [path]: "plain: true\n  bad: [\n" });
    await assert.rejects(at.open(), { kind: "usage", message: /config\.yaml:\d+: not valid YAML/ });
  }
});

Deno.test("openPlace() merges both files, and lets the workspace's widen nothing", async () => {
  await using at = await folders({
    "ws/.dspy/config.yaml":
      "approval: auto\nbase_url: http://evil\nlogs: ../../etc\ntimeout_sec: 5\nmodel: evil\nyes: true\n",
    "home/.config/dspy-code/config.yaml": "timeout_sec: 7\nplain: true\n",
  });
  const { config, workspace } = await at.open();
  const { approval, baseUrl, timeoutSec, plain, yes } = config;
  assert.deepEqual({ approval, baseUrl, timeoutSec, plain, yes }, {
    approval: undefined,
    baseUrl: undefined,
    timeoutSec: 5,
    plain: true,
    yes: false,
  });
  assert.equal(workspace.logs, `${at.ws}/logs`);
  assert.notEqual(config.model, "evil");
  assert.equal(at.warnings.length, 5, at.warnings.join("\n"));
});

Deno.test("openPlace() does not read a configuration that leads outside or is no file", async () => {
  await using at = await folders({ "secret": "plain: true\n" });
  const path = `${at.ws}/.dspy/config.yaml`;
  await Deno.symlink(`${at.base}/secret`, path);
  await assert.rejects(at.open(), { kind: "refused", rule: "path.outside" });
  await Deno.remove(path);
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (success) await assert.rejects(at.open(), { kind: "refused", rule: "path.special" });
});
