import assert from "node:assert/strict";
import { join } from "node:path";
import { publishTo, startRegistry } from "../tasks/registry.ts";

/**
 * The loopback proof: what `deno publish` uploads is served by a JSR registry of our own and run from
 * there, in an empty folder, with nothing cached but what the registries give.
 */
Deno.test("the published package runs from a registry, jail and grammars included", async (t) => {
  const registry = startRegistry();
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const ws = join(folder, "ws");
  await Deno.mkdir(join(ws, "src"), { recursive: true });
  await Deno.writeTextFile(
    join(ws, "src", "a.py"),
    "class Needle:\n    def find(self):\n        pass\n",
  );
  // The rest of the environment says how registries are reached here.
  const env = {
    HOME: join(folder, "home"),
    DENO_DIR: join(folder, "deno"),
    NO_COLOR: "1",
    JSR_URL: registry.url,
  };
  await Deno.mkdir(env.HOME);

  async function deno(...args: string[]) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: ws,
      env,
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }

  try {
    await publishTo(registry);
    const files = registry.files();
    assert.ok(files.includes("/cli/session_main.ts"));
    assert.deepEqual(files.filter((file) => /_test\.ts$|\/_test_/.test(file)), []);

    await t.step("`deno run -A jsr:@dspy/code grep` searches through the jail", async () => {
      const run = await deno("run", "-A", "jsr:@dspy/code", "grep", "Needle");
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stdout, /^src\/a\.py:1:/m);
    });

    await t.step("`extract --symbol` loads its grammar from the npm cache", async () => {
      const run = await deno(
        "run",
        "-A",
        "jsr:@dspy/code",
        "extract",
        "src/a.py",
        "--symbol",
        "find",
      );
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stdout, /def find/);
    });

    await t.step(
      "a request is chosen for by what ships with the package, and explained",
      async () => {
        const asked = await deno("run", "-A", "jsr:@dspy/code", "run", "who calls find?");
        assert.match(asked.stderr + asked.stdout, /-> (?:knowledge|grep)/);
        const why = await deno("run", "-A", "jsr:@dspy/code", "why");
        assert.equal(why.code, 0, why.stderr);
        assert.match(
          why.stdout,
          /picked with probability .* by sparse-linear 0[\s\S]*what counted: /,
        );
      },
    );

    await t.step("`start` reads lines from a pipe and ends", async () => {
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", 'echo "grep Needle" | "$DENO" run -A jsr:@dspy/code start'],
        cwd: ws,
        env: { ...env, DENO: Deno.execPath() },
      }).output();
      const text = new TextDecoder();
      assert.equal(code, 0, text.decode(stderr));
      assert.match(text.decode(stdout), /^src\/a\.py:1:/m);
    });

    await t.step("`permissions explain` names the registry and no --allow-run", async () => {
      const run = await deno("run", "-A", "jsr:@dspy/code", "permissions", "explain");
      const [, commandLine = ""] = run.stdout.split("\n\n");
      assert.match(commandLine, /--allow-import=127\.0\.0\.1:\d+/);
      assert.doesNotMatch(commandLine, /--allow-run/);
    });

    await t.step(
      "with --no-config the workspace's import map replaces no module of ours",
      async () => {
        await Deno.writeTextFile(
          join(ws, "deno.json"),
          JSON.stringify({ imports: { "npm:@stricli/core@^1.3.0": "./evil.ts" } }),
        );
        await Deno.writeTextFile(join(ws, "evil.ts"), 'throw new Error("the repository ran");');
        const line = ["run", "--no-config", "--no-lock", "-A", "jsr:@dspy/code", "grep", "Needle"];
        const run = await deno(...line);
        assert.equal(run.code, 0, run.stderr);
        assert.match(run.stdout, /^src\/a\.py:1:/m);
        await Deno.remove(join(ws, "deno.json"));
      },
    );

    await t.step("`import … from jsr:@dspy/code/skills` works in a script", async () => {
      const script = join(ws, "use.ts");
      await Deno.writeTextFile(
        script,
        `import { openSession } from "jsr:@dspy/code/skills";
const session = await openSession(".");
const { text } = await session.call("grep", { pattern: "class Needle" });
console.log(text);
await session.close();
`,
      );
      const run = await deno("run", "-A", script);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stdout, /src\/a\.py:1/);
    });
  } finally {
    await registry.close();
    await Deno.remove(folder, { recursive: true });
  }
});
