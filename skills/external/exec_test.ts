import assert from "node:assert/strict";
import { createCaller } from "../../core/agent/caller.ts";
import type { CallResult } from "../../core/agent/mind.ts";
import { catalogEntry } from "../../core/catalog_entry.ts";
import { mergeConfig } from "../../core/config_merge.ts";
import { UserError } from "../../core/errors.ts";
import { createEmit, type Event } from "../../core/events.ts";
import { createRegistry } from "../../core/registry.ts";
import { createGate } from "../../core/safety/gate.ts";
import { createHands } from "../../core/safety/hands.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { EMPTY_POLICY } from "../../core/safety/policy.ts";
import { createRedactor } from "../../core/safety/redact.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Origin } from "../../core/tool.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import { createSessionBus } from "../session_bus.ts";
import exec from "./exec.ts";
import { makeSchema } from "../../core/make_schema.ts";
import { z } from "zod";

const CANARY = "canary-outside";

interface Place extends AsyncDisposable {
  readonly root: string;
  readonly events: readonly Event[];
  run(command: readonly string[], origin?: Origin): Promise<CallResult>;
}

/** `exec` behind the real gate and the real hands, with nobody to ask. */
async function place(allow: readonly string[], env: Record<string, string> = {}): Promise<Place> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const root = `${base}/proj`;
  await Deno.mkdir(root);
  await Deno.writeTextFile(`${base}/secret`, CANARY);
  await Deno.writeTextFile(`${root}/a`, "content of a\n");
  await Deno.writeTextFile(`${root}/.env`, CANARY);
  await Deno.symlink("../secret", `${root}/link`);
  const registry = createRegistry([catalogEntry(exec)]);
  const policy = { ...EMPTY_POLICY, allow_commands: allow };
  const guard = createPathGuard(root);
  const gate = createGate({ policy, approval: undefined, interactive: false, guard });
  let origin: Origin = "agent";
  const hands = createHands({
    registry,
    root,
    env: { ...Deno.env.toObject(), ...env },
    async authorize({ tool, effect, argv }) {
      const decision = await gate.decide({ tool, effect, origin, needs: {}, argv });
      if (decision.verdict === "allow") return;
      throw new UserError("refused", decision.reason, { rule: decision.rule });
    },
  });
  const bus = createSessionBus();
  const events: Event[] = [];
  bus.subscribe(">", ({ value }) => void events.push(value));
  const caller = createCaller(
    {
      workspace: { root, logs: `${root}/logs` },
      config: mergeConfig().config,
      registry,
      files: openFiles(root),
      store: openMemoryStore(),
      hands,
      gate,
      approve: () => Promise.resolve(false),
    },
    createEmit(bus, "s"),
    createRedactor([]),
  );
  return {
    root,
    events,
    run(command, by = "agent") {
      origin = by;
      const call = { id: crypto.randomUUID(), tool: "exec", input: { command } };
      return caller.call(call, by, new AbortController().signal);
    },
    [Symbol.asyncDispose]: () => Deno.remove(base, { recursive: true }),
  };
}

Deno.test("exec runs an allowed command, and says how another ended", async () => {
  await using at = await place(["cat <path>", "cat nope", "false"]);
  for (const command of [["cat a"], ["cat", "a"], ["cat 'a'"], ["  cat   a  "]]) {
    const result = await at.run(command);
    assert.deepEqual([result.ok, result.text], [true, "content of a"], result.text);
  }
  const failed = await at.run(["false"]);
  assert.deepEqual([failed.ok, failed.text], [false, "false ended with exit code 1"]);
  assert.match((await at.run(["cat", "nope"])).text, /No such file.*\ncat ended with exit code 1$/);
});

Deno.test("exec says when a program is not installed", async () => {
  await using at = await place(["no-such-program-here"]);
  const result = await at.run(["no-such-program-here"]);
  assert.equal(result.exitCode, 127);
});

/** One allow rule for `cat`, nobody to ask: 19 inputs that write or start, 4 that read outside. */
const BYPASSES = [
  "cat a; touch PWN",
  "cat a && touch PWN",
  "cat nope || touch PWN",
  "cat a & touch PWN",
  "cat a | tee PWN",
  "cat a > PWN",
  "cat a >> PWN",
  "cat $(touch PWN) a",
  "cat `touch PWN` a",
  "cat <(touch PWN)",
  "cat a\ntouch PWN",
  "cat a\u2028touch PWN",
  "cat <<E\n$(touch PWN)\nE",
  'cat "${x:=$(touch PWN)}"',
  "env cat a",
  "PATH=.:$PATH cat a",
  "./cat a",
  "bash -lc 'touch PWN'",
  "touch PWN",
  "cat ../secret",
  "cat link",
  "cat .env",
  "cat /etc/hostname",
];

Deno.test("exec runs none of 23 bypasses of one rule, as one line or as words", async () => {
  await using at = await place(["cat <path>"]);
  await Deno.writeTextFile(`${at.root}/cat`, "#!/bin/sh\ntouch PWN\n", { mode: 0o755 });
  for (const line of BYPASSES) {
    for (const command of [[line], line.split(" ")]) {
      for (const origin of ["agent", "user"] as const) {
        const result = await at.run(command, origin);
        assert.equal(result.ok, false, line);
        assert.ok(result.refused, `${line}: ${result.text}`);
      }
    }
  }
  await assert.rejects(Deno.lstat(`${at.root}/PWN`));
  assert.ok(!JSON.stringify(at.events).includes(CANARY));
  assert.equal((await at.run(["cat a"])).text, "content of a");
  assert.equal((await at.run(["ls"])).refused, "command.unlisted");
});

Deno.test("exec gives programs no keys and no hooks from our environment", async () => {
  const secrets = {
    OPENAI_API_KEY: "k-1-canary",
    MY_PAT: "k-2-canary",
    DB_DSN: "k-3-canary",
    SESSION: "k-4-canary",
    HTTPS_PROXY: "http://u:k-5-canary@x",
    NODE_OPTIONS: "--k-6-canary",
    LD_PRELOAD: "k-7-canary",
    GIT_SSH_COMMAND: "k-8-canary",
  };
  await using at = await place(["printenv"], secrets);
  const result = await at.run(["printenv"]);
  assert.equal(result.ok, true, result.text);
  assert.match(result.text, /^PATH=/m);
  assert.ok(!result.text.includes("canary"), result.text);
});

Deno.test("the hands check again what the session sends", async () => {
  await using at = await place(["cat <path>"]);
  const command = exec.commands!.program!;
  const site = { root: at.root, scratch: at.root, env: {} };
  for (const argv of [["./cat"], [""], ["cat", "a\nb"], ["source"], ["c\u0430t"], ["/bin/cat"]]) {
    assert.throws(() => command.argv({ argv }, site), { kind: "refused" }, argv.join(" "));
  }
  assert.equal(makeSchema(command.fields, z).safeParse({ argv: ["cat"], env: {} }).success, false);
  assert.equal(makeSchema(command.fields, z).safeParse({ argv: [] }).success, false);
});

Deno.test("exec: a program that was not typed counts as the agent's", async () => {
  const origins: string[] = [];
  const hands = createHands({
    registry: createRegistry([catalogEntry(exec)]),
    root: await Deno.realPath("."),
    env: Deno.env.toObject(),
    authorize: ({ origin }) => {
      origins.push(origin);
      return Promise.reject(new UserError("refused", "only looking"));
    },
  });
  const wish = { tool: "exec", command: "program", fields: { argv: ["git", "status"] } };
  for (const command of [["git", "status"], ["git status"], ["git", "log"], 7]) {
    await hands.run(wish, { origin: "user", input: { command } }).catch(() => {});
  }
  assert.deepEqual(origins, ["user", "user", "agent", "agent"]);
});
