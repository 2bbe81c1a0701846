/** The program as `deno task build` writes it, beside the one that runs from its sources. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { buildProgram, ROOT } from "../tasks/build/build_program.ts";
import { askScripted, calls } from "./_agent.ts";
import { type Sandbox, sandbox } from "./_cli.ts";
import { testHttpServer } from "./_mcp_http.ts";
import { ask, configure, oneCall, wentThrough } from "./_mcp.ts";
import { freePort, startService } from "./_service.ts";

const FILES = {
  "src/shop.ts": "export class Shop {\n  open(): boolean {\n    return true; // needle\n  }\n}\n",
  "src/tea.py": "def brew(leaf):\n    return leaf  # needle\n",
  "README.md": "# Tea\n\nThe needle is here.\n",
};

/** Below `dist/`, from where Deno finds our `deno.json`; nobody's own build is touched. */
const folder = join(ROOT, "dist", `test-${crypto.randomUUID()}`);

const built = (files: Readonly<Record<string, string>> = FILES): Promise<Sandbox> =>
  sandbox(files, join(folder, "main.js"));

Deno.test.beforeAll(async () => {
  await buildProgram(folder);
  // What is fetched once is told once.
  for (const open of [built, sandbox]) {
    await using box = await open();
    assert.equal((await box.cli(["ls"])).code, 0);
  }
});

Deno.test.afterAll(async () => {
  await Deno.remove(folder, { recursive: true });
});

for (
  const line of [
    "--help",
    "--version",
    "help grep",
    "ls",
    "tree",
    "cat README.md",
    "grep needle",
    "grep --json nothing-like-it",
    "extract src/shop.ts --symbol Shop.open",
    "extract src/tea.py --symbol brew",
    "codectx src/shop.ts",
    "esearch needle",
    "knowledge Shop",
    "plan rename Shop to Store",
    "diff src/shop.ts src/tea.py",
    "queue status",
    "rl status",
    "config show",
    "frobnicate",
    "cat ../outside",
  ]
) {
  Deno.test(`a build answers "${line}" as the sources do`, async () => {
    const answers = [];
    for (const open of [built, sandbox]) {
      await using box = await open(FILES);
      const { code, stdout, stderr } = await box.cli(line.split(" "));
      const plain = (text: string) =>
        text.replaceAll(box.folder, "BOX").replaceAll(/[\da-f]{8}-[\da-f-]{27}|"ts":\d+/g, "ID")
          .replaceAll(/\d+(?:\.\d+)? ms|"ms":\d+/g, "MS");
      answers.push({ code, stdout: plain(stdout), stderr: plain(stderr) });
    }
    assert.deepEqual(answers[0], answers[1]);
  });
}

Deno.test("a build searches with workers", async () => {
  const many = Array.from({ length: 4_000 }, (_, i) => [`d${i % 40}/f${i}.txt`, `needle ${i}\n`]);
  await using box = await built(Object.fromEntries(many));
  const { stdout } = await box.cli(["grep", "needle \\d*7$", "--limit", "10000", "--json"]);
  const end = stdout.split("\n").map((line) => line && JSON.parse(line))
    .find((event) => event.type === "tool.end");
  assert.equal(end.data.data.matches.length, 400);
});

Deno.test("a build edits, and takes it back", async () => {
  await using box = await built();
  const edit = ["edit", "README.md", "--old", "needle", "--new", "thread"];
  assert.equal((await box.cli(edit)).code, 0);
  assert.match(await box.read("README.md"), /The thread is here/);
  assert.equal((await box.cli(["undo"])).code, 0);
  assert.equal(await box.read("README.md"), FILES["README.md"]);
});

for (const protocol of ["openai", "ollama"] as const) {
  Deno.test(`a build has a model of ${protocol} work`, async () => {
    await using box = await built();
    const answered = await askScripted(box, [
      calls(["cat", { file: "README.md" }]),
      { expect: { lastResult: "The needle is here." }, say: "It is in the README." },
    ], { protocol });
    assert.deepEqual([answered.code, answered.problems, answered.done], [0, [], true]);
  });
}

Deno.test("a build reaches an MCP server over HTTP by its own bridge", async () => {
  await using server = testHttpServer();
  await using box = await built();
  await configure(box, { web: { url: server.url } });
  wentThrough(
    await ask(
      box,
      ["--approval", "auto"],
      oneCall("numbers", "mcp__web__add", { a: 2, b: 3 }, "5"),
    ),
  );
});

Deno.test("a build serves its status page", async () => {
  await using box = await built();
  await using serve = startService(box, ["serve", "--port", `${freePort()}`]);
  const { status } = await serve.until("service.start");
  assert.equal((await fetch(`${status}/health`)).status, 200);
  assert.match(await (await fetch(`${status}/`)).text(), /<title>/);
  serve.kill("SIGINT");
  assert.equal((await serve.ended).code, 0);
});

Deno.test("the session of a build may read the workspace and the build, and write no build", async () => {
  await using box = await built();
  const { stdout } = await box.cli(["permissions", "explain", "grep"]);
  const [, read = ""] = stdout.match(/--allow-read=(\S+)/) ?? [];
  assert.deepEqual(new Set(read.split(",")), new Set([box.ws, join(folder, "jail")]));
  const own = await box.cli(["permissions", "explain", "edit", "--workspace", ROOT]);
  assert.match(own.stdout, new RegExp(`--deny-write=\\S*${join(ROOT, "dist")}[, ]`));
});

// Once it was 160 files, and `node:module` in each, 30 ms.
Deno.test("the programs of a build start from few files and no module of Node's", async () => {
  for (const [program, most] of [["main.js", 3], ["jail/session_main.js", 4]] as const) {
    const seen = new Set([program as string]);
    for (const name of seen) {
      if (name.startsWith("node:")) continue;
      const code = await Deno.readTextFile(join(folder, name));
      for (const [, to = ""] of code.matchAll(/(?:from|import)\s*["'`]([^"'`]+)["'`]/g)) {
        if (to.startsWith("node:")) seen.add(to);
        else if (to.startsWith("./")) seen.add(join(name, "..", to));
      }
    }
    assert.ok(seen.size <= most, [...seen].join());
    assert.deepEqual([...seen].filter((name) => name.startsWith("node:")), []);
  }
});

Deno.test("a build that was moved says where it is to be made", async () => {
  await using box = await sandbox();
  const moved = join(box.folder, "moved");
  await Deno.mkdir(join(moved, "jail"), { recursive: true });
  for (const part of ["", "jail"]) {
    for await (const { name, isFile } of Deno.readDir(join(folder, part))) {
      if (isFile) await Deno.copyFile(join(folder, part, name), join(moved, part, name));
    }
  }
  await using there = await sandbox(FILES, join(moved, "main.js"));
  const { code, stderr } = await there.cli(["ls"]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^this build was made in \S+, and lies in \S+: run "deno task build"/,
  );
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
});

Deno.test("two builds at once leave a whole one, and none is made outside dist/", async () => {
  await Promise.all([buildProgram(folder), buildProgram(folder)]);
  await using box = await built();
  assert.equal((await box.cli(["grep", "needle"])).code, 0);
  const left = await Array.fromAsync(Deno.readDir(folder));
  assert.deepEqual(left.filter(({ name }) => name.endsWith(".tmp")), []);
  await assert.rejects(buildProgram(join(ROOT, "core")), /works in \S+\/dist only/);
});
