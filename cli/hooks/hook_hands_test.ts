import assert from "node:assert/strict";
import type { Hands } from "../../core/command.ts";
import { UserError } from "../../core/errors.ts";
import type { Hook } from "./hook_config.ts";
import { hookHands, type HookHandsSetup } from "./hook_hands.ts";

const OWN: Hands = {
  run: () => Promise.reject(new UserError("refused", "not a hook")),
};

const CALL = { call: "c1", tool: "edit", input: { path: "a.txt" } };

interface Box extends AsyncDisposable {
  readonly root: string;
  readonly receipts: string[];
  readonly hands: Hands;
}

/** Hands with a hook before `edit` for each of these scripts. */
async function open(
  scripts: readonly string[],
  over: Partial<HookHandsSetup> = {},
  hook: Partial<Hook> = {},
): Promise<Box> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const receipts: string[] = [];
  const hooks = scripts.map((script): Hook => ({
    on: "before",
    tools: ["edit"],
    command: ["sh", "-c", script],
    timeoutMs: 20_000,
    from: "user",
    ...hook,
  }));
  const hands = hookHands(OWN, {
    root,
    env: { PATH: Deno.env.get("PATH"), STATION_KEY: "seven-green-kettles" },
    hooks,
    session: "s1",
    receipts: {
      decision: ({ tool }, { rule }) => void receipts.push(`${tool} ${rule}`),
      program: ({ tool, code }) => void receipts.push(`${tool} ${code}`),
    },
    decide: () => Promise.resolve(),
    trusted: () => Promise.resolve(true),
    ...over,
  });
  return {
    root,
    receipts,
    hands,
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function ask({ hands }: Box, fields: unknown = CALL, command = "before"): Promise<unknown> {
  return JSON.parse((await hands.run({ tool: "hook", command, fields })).stdout);
}

const names = (root: string) => [...Deno.readDirSync(root)].map(({ name }) => name).sort();

Deno.test("hookHands() runs the hooks that fit in order; the first no ends it", async () => {
  await using box = await open(["touch first", "echo busy; touch second; exit 2", "touch third"]);
  assert.match((await ask(box) as { block: string }).block, /second; exit 2': busy$/);
  assert.deepEqual(names(box.root), ["first", "second"]);
  assert.deepEqual(box.receipts, ["hook 0", "hook 2", "edit hook.blocked"]);
  assert.deepEqual(await ask(box, { ...CALL, tool: "cat" }), {});
  const ended = { ...CALL, result: { ok: true, text: "done" } };
  assert.deepEqual(await ask(box, ended, "after"), { notes: [] });
});

Deno.test("hookHands() tells a hook the call, and passes on no key of the environment", async () => {
  await using box = await open(["cat > said; env > env"]);
  await ask(box, { ...CALL, argv: ["rm"] });
  const { root } = box;
  assert.deepEqual(JSON.parse(await Deno.readTextFile(`${root}/said`)), {
    event: "before",
    ...CALL,
    workspace: root,
    session: "s1",
  });
  assert.doesNotMatch(await Deno.readTextFile(`${root}/env`), /STATION_KEY|kettles/);
});

Deno.test("hookHands() refuses what is no call, and leaves all other programs alone", async () => {
  await using box = await open(["touch ran"]);
  const wrong: [string, unknown][] = [
    ["before", null],
    ["before", { call: "c1" }],
    ["during", CALL],
    ["after", CALL],
    ["after", { ...CALL, result: { ok: "yes", text: "" } }],
  ];
  for (const [command, fields] of wrong) {
    await assert.rejects(ask(box, fields, command), { rule: "command.fields" });
  }
  await assert.rejects(box.hands.run({ tool: "exec", command: "run", fields: {} }), {
    message: "not a hook",
  });
  assert.deepEqual(names(box.root), []);
});

Deno.test("hookHands() blocks when the gate refuses a hook, or trust in it has ended", async () => {
  const decide = () => Promise.reject(new UserError("refused", "the policy denies sh"));
  await using denied = await open(["touch ran"], { decide });
  assert.match((await ask(denied) as { block: string }).block, /it did not run: the policy denies/);
  const trusted = () => Promise.resolve(false);
  await using changed = await open(["touch ran"], { trusted }, { from: "workspace" });
  assert.match((await ask(changed) as { block: string }).block, /changed since you trusted it/);
  assert.deepEqual([names(denied.root), names(changed.root)], [[], []]);
});

Deno.test("hookHands() ends a hook when the call is stopped, and answers nothing", async () => {
  await using box = await open(["echo $$ > pid; sleep 30; touch late", "touch next"]);
  const stop = new AbortController();
  const request = { tool: "hook", command: "before", fields: CALL };
  const asked = box.hands.run(request, { signal: stop.signal });
  asked.catch(() => {});
  while (!names(box.root).includes("pid")) await new Promise((ready) => setTimeout(ready, 20));
  const started = performance.now();
  stop.abort();
  await assert.rejects(asked, { kind: "aborted" });
  assert.ok(performance.now() - started < 5_000);
  assert.deepEqual(names(box.root), ["pid"]);
});
