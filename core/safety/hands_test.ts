import assert from "node:assert/strict";
import { z } from "zod";
import type { Argv } from "../command.ts";
import { UserError } from "../errors.ts";
import { createRegistry } from "../registry.ts";
import { defineTool } from "../tool.ts";
import { createHands, type HandsSetup, type ProgramCall } from "./hands.ts";

/** Made up here, so that no scanner takes this file for a leak. */
const TOKEN = "ghp_" + "a1B2".repeat(9);
const VALUE = "hunter2-s3cret";

interface Started extends AsyncDisposable {
  readonly root: string;
  readonly calls: ProgramCall[];
  /** Scratch folders that were handed to the builder. */
  readonly scratches: string[];
  readonly hands: ReturnType<typeof createHands>;
  run(script: string, onOutput?: (text: string, stream: string) => void): Promise<
    Awaited<ReturnType<ReturnType<typeof createHands>["run"]>>
  >;
}

/** Hands with one tool: `sh.script` runs the text of its field by `sh`. */
async function start(
  argv: Partial<Argv> = {},
  { scratchWord = false, ...over }: Partial<HandsSetup> & { scratchWord?: boolean } = {},
): Promise<Started> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const calls: ProgramCall[] = [];
  const scratches: string[] = [];
  const tool = defineTool({
    name: "sh",
    summary: "Runs a script",
    input: z.object({}),
    effect: "execute",
    commands: {
      script: {
        summary: "sh -c",
        effect: "execute",
        fields: z.strictObject({ script: z.string() }),
        argv: ({ script }, { scratch }) => {
          scratches.push(scratch);
          const report = scratchWord ? [`--out=${scratch}/r.xml`] : [];
          return { program: "sh", args: ["-c", script, ...report], ...argv };
        },
      },
    },
    needs: () => ({}),
    run: () => Promise.reject(new Error("not run here")),
  });
  const hands = createHands({
    registry: createRegistry([{
      name: tool.name,
      aliases: [],
      group: "test",
      summary: tool.summary,
      effect: tool.effect,
      parses: false,
      asksModel: false,
      positional: [],
      examples: [],
      schema: {},
      commands: {},
      load: () => Promise.resolve(tool),
    }]),
    root,
    env: { PATH: "/usr/bin:/bin", MY_PAT: VALUE, HOME: "/home/me" },
    secrets: [VALUE],
    authorize: (call) => Promise.resolve(void calls.push(call)),
    ...over,
  });
  return {
    root,
    calls,
    scratches,
    hands,
    run: (script, onOutput) =>
      hands.run({ tool: "sh", command: "script", fields: { script } }, {
        ...onOutput && { onOutput },
      }),
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
      for (const scratch of scratches) {
        await assert.rejects(Deno.stat(scratch), Deno.errors.NotFound, "scratch folder stays");
      }
    },
  };
}

Deno.test("createHands() runs a command in the workspace and tells what was started", async () => {
  const finished: ProgramCall[] = [];
  await using at = await start({}, { finished: (call) => void finished.push(call) });
  const result = await at.run("pwd -P; echo err >&2; exit 7");
  const argv = ["sh", "-c", "pwd -P; echo err >&2; exit 7"];
  assert.equal(result.stdout, `${at.root}\n`);
  assert.deepEqual([result.code, result.stderr, result.argv], [7, "err\n", argv]);
  assert.deepEqual(at.calls, [
    {
      tool: "sh",
      command: "script",
      effect: "execute",
      origin: "agent",
      argv,
      shown: argv,
      cwd: ".",
    },
  ]);
  assert.deepEqual(finished, at.calls);
});

Deno.test("createHands() shows the gate the folder, and the same words each time", async () => {
  await using at = await start({ cwd: "./sub" }, { scratchWord: true });
  await Deno.mkdir(`${at.root}/sub`);
  await at.run("true");
  await at.run("true");
  const [first, second] = at.calls;
  assert.equal(first!.cwd, "sub");
  assert.notDeepEqual(first!.argv, second!.argv);
  assert.deepEqual(first!.shown, ["sh", "-c", "true", "--out=<scratch>/r.xml"]);
  assert.deepEqual(second!.shown, first!.shown);
});

Deno.test("createHands() holds fields that are not known to be typed for the agent's", async () => {
  await using at = await start();
  const request = { tool: "sh", command: "script", fields: { script: "true" } };
  await at.hands.run(request, { origin: "user", input: { script: "true" } });
  await at.hands.run(request, { origin: "user", input: null });
  assert.deepEqual(at.calls.map(({ origin }) => origin), ["agent", "agent"]);
});

Deno.test("createHands() refuses unknown tools and commands, and fields that do not fit", async () => {
  await using at = await start();
  const fields = { script: "touch canary" };
  const requests: [unknown, string][] = [
    [{ tool: "nope", command: "script", fields }, "command.unknown"],
    [{ tool: "sh", command: "other", fields }, "command.unknown"],
    [{ tool: "sh", command: "constructor", fields }, "command.unknown"],
    [{ tool: "sh", command: "__proto__", fields }, "command.unknown"],
    [{ tool: "sh", command: "script", fields: {} }, "command.fields"],
    [{ tool: "sh", command: "script", fields: null }, "command.fields"],
    [{ tool: "sh", command: "script", fields: { script: ["touch canary"] } }, "command.fields"],
    [{ tool: "sh", command: "script", fields: { ...fields, program: "id" } }, "command.fields"],
  ];
  for (const [request, rule] of requests) {
    await assert.rejects(at.hands.run(request as Parameters<typeof at.hands.run>[0]), {
      kind: "refused",
      rule,
    }, JSON.stringify(request));
  }
  assert.deepEqual(at.calls, []);
  await assert.rejects(Deno.stat(`${at.root}/canary`), Deno.errors.NotFound);
});

Deno.test("createHands() starts nothing that the gate refuses", async () => {
  const refusal = new UserError("refused", "no", { rule: "test" });
  await using at = await start({}, { authorize: () => Promise.reject(refusal) });
  await assert.rejects(at.run("touch canary"), refusal);
  assert.equal(at.scratches.length, 1);
  await assert.rejects(Deno.stat(`${at.root}/canary`), Deno.errors.NotFound);
});

Deno.test("createHands() starts no program that is a path, missing, or planted", async () => {
  for (const program of ["./planted", "planted", "/bin/sh"]) {
    await using at = await start({ program });
    await Deno.writeTextFile(`${at.root}/planted`, "#!/bin/sh\ntouch canary\n", { mode: 0o755 });
    await assert.rejects(at.run("touch canary"), (error: Error) => {
      assert.match((error as UserError).kind, /refused|missing/);
      return true;
    });
    await assert.rejects(Deno.stat(`${at.root}/canary`), Deno.errors.NotFound);
  }
});

Deno.test("createHands() runs in folders of the workspace only", async () => {
  await using at = await start({ cwd: "sub" });
  await Deno.mkdir(`${at.root}/sub`);
  assert.equal((await at.run("pwd -P")).stdout, `${at.root}/sub\n`);
  for (const cwd of ["..", "/", "link", "missing", "sub/../.."]) {
    await using other = await start({ cwd });
    await Deno.symlink("/tmp", `${other.root}/link`);
    await assert.rejects(other.run("touch canary"), { kind: "refused", rule: "path.outside" }, cwd);
  }
});

Deno.test("createHands() builds the environment: no key, a home of its own", async () => {
  await using at = await start({ env: { FIXED: "by builder" } });
  const { stdout } = await at.run(
    'env; echo "left: $MY_PAT"; test "$HOME" = "$TMPDIR" && ls -ld "$HOME"',
  );
  assert.match(stdout, /^FIXED=by builder$/m);
  assert.match(stdout, /^left: $/m);
  assert.match(stdout, /^drwx------ /m);
  assert.doesNotMatch(stdout, /MY_PAT=|s3cret/);
});

Deno.test("createHands() reads reports back, cleaned, and no others", async () => {
  await using at = await start({ reports: ["r.xml", "missing.xml", "folder"] });
  const script =
    `cd "$HOME"; mkdir folder; printf 'a\\033[31mb ${TOKEN}\\n' > r.xml; echo no > other`;
  assert.deepEqual((await at.run(script)).reports, { "r.xml": "ab [redacted]\n" });
});

Deno.test("createHands() takes secrets and escapes out of output, also when cut in two", async () => {
  await using at = await start();
  const head = TOKEN.slice(0, 15);
  const script = `printf 'x ${head}'; sleep 0.1; printf '${TOKEN.slice(15)}\\n${VALUE.slice(0, 5)}'
    sleep 0.1; printf '${VALUE.slice(5)}\\n\\033]0;ti'; sleep 0.1; printf 'tle\\007end \\033[31mred'
    printf '%s' '${btoa(VALUE)}' >&2`;
  const live: Record<string, string> = { stdout: "", stderr: "" };
  const { stdout, stderr } = await at.run(script, (text, stream) => live[stream] += text);
  assert.equal(stdout, "x [redacted]\n[redacted]\nend red");
  assert.match(stderr, /^\[redacted\][\w=]{0,2}$/);
  assert.deepEqual(live, { stdout, stderr });
});

Deno.test("createHands() hands output out line by line while the program runs", async () => {
  await using at = await start();
  const times: number[] = [];
  const started = performance.now();
  await at.run("echo one; sleep 0.6; echo two", () => times.push(performance.now() - started));
  assert.equal(times.length, 2);
  assert.ok(times[0]! < 500 && times[1]! >= 600, times.join());
});

Deno.test("createHands() says that the time was over, with the builder's limit", async () => {
  await using at = await start({ timeoutMs: 150 });
  const { timedOut, code, stdout } = await at.run("echo up; sleep 30");
  assert.deepEqual([timedOut, code, stdout], [true, null, "up\n"]);
});

Deno.test("createHands() ends the program with its signal", async () => {
  await using at = await start();
  const abort = new AbortController();
  const fields = { script: "echo up; sleep 1; touch canary" };
  const onOutput = () => abort.abort();
  const running = at.hands.run({ tool: "sh", command: "script", fields }, {
    signal: abort.signal,
    onOutput,
  });
  await assert.rejects(running, { kind: "aborted" });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await assert.rejects(Deno.stat(`${at.root}/canary`), Deno.errors.NotFound);
});
