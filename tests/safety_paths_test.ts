// Rows 31 to 41, 61 and 65 of the table of bad inputs, at the level of the path guard.
import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../core/errors.ts";
import { createPathGuard } from "../core/safety/paths.ts";
import { readGuarded } from "../core/safety/read_guarded.ts";
import { openFiles } from "../core/workspace/open_files.ts";
import type { Access } from "../core/workspace/files.ts";

const CANARY = "canary-outside";
const base = await Deno.realPath(await Deno.makeTempDir());
globalThis.addEventListener("unload", () => Deno.removeSync(base, { recursive: true }));
const root = `${base}/proj`;
for (const folder of ["proj/src", "proj/.git/hooks", "proj_evil", "out"]) {
  await Deno.mkdir(`${base}/${folder}`, { recursive: true });
}
for (const file of ["secret", "proj_evil/x", "out/x", "proj/.env", "proj/.git/config"]) {
  await Deno.writeTextFile(`${base}/${file}`, CANARY);
}
await Deno.writeTextFile(`${root}/src/a.ts`, "a\n");
await Deno.symlink("../secret", `${root}/link`);
await Deno.symlink("/", `${root}/d`);
await Deno.symlink("../out", `${root}/linked`);
await Deno.symlink("../out/nothing", `${root}/dangling`);
await Deno.symlink("loop", `${root}/loop`);
await Deno.symlink(".env", `${root}/innocent`);
await Deno.symlink("src", `${root}/inside`);
await Deno.link(`${base}/secret`, `${root}/hard`);
await Deno.link(`${root}/.env`, `${root}/hardenv`);
const hasFifo = (await new Deno.Command("mkfifo", { args: [`${root}/fifo`] }).output()).success;

const guard = createPathGuard(root);
const files = openFiles(root);

function ruleFor(path: string, access: Access): string | undefined {
  try {
    guard.check(path, access);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.kind === "refused" ? error.rule : "absent";
  }
}

const REFUSED: Readonly<Record<string, readonly [path: string, rule: string][]>> = {
  "31": [
    ["../secret", "path.outside"],
    ["/etc/passwd", "path.outside"],
    ["~/.ssh/id_rsa", "path.home"],
    ["~root/x", "path.home"],
    ["$HOME/.ssh/id_rsa", "path.variable"],
    ["${HOME}/x", "path.variable"],
    ["file:///etc/passwd", "path.url"],
    ["FILE:/etc/passwd", "path.url"],
  ],
  "32": [[`${base}/proj_evil/x`, "path.outside"], ["../proj_evil/x", "path.outside"]],
  "33": [
    ["link", "path.outside"],
    ["d", "path.outside"],
    ["d/etc/passwd", "path.outside"],
    ["src/../link", "path.outside"],
    ["dangling", "path.link"],
    ["loop", "path.link"],
  ],
  "36": [
    ["linked/x", "path.outside"],
    ["linked/new", "path.outside"],
    ["a/../../x", "path.outside"],
    ["..%2fsecret", "path.encoded"],
    ["%2e%2e/secret", "path.encoded"],
    ["..\\secret", "path.backslash"],
    ["src/a.ts.", "path.trailing"],
    ["src/a.ts ", "path.trailing"],
    ["src /a.ts", "path.trailing"],
    ["src/a.ts\0.png", "path.nul"],
    ["a".repeat(4097), "path.length"],
    ["\u00e9".repeat(2049), "path.length"],
    ["", "path.empty"],
  ],
  "37": [
    [".GIT/config", "path.denied"],
    [".ENV", "path.denied"],
    [".Env.Local", "path.denied"],
    ["src/ID_R\u017fA", "path.denied"],
    [".e\u200bnv", "path.denied"],
    ["SRC/.\u212aey.PEM", "path.denied"],
  ],
  "40": [
    ["/proc/self/environ", "path.outside"],
    ["/proc/self/root/etc/passwd", "path.outside"],
    ["/dev/tcp/localhost/80", "path.outside"],
    ["/dev/fd/3", "path.outside"],
    ["/dev/zero", "path.outside"],
    ["d/dev/zero", "path.outside"],
    ...hasFifo ? [["fifo", "path.special"] as [string, string]] : [],
  ],
  "41": [
    [".env", "path.denied"],
    ["innocent", "path.denied"],
    ["src/../.env", "path.denied"],
    [`${root}/.env`, "path.denied"],
    ["keys/server.pem", "path.denied"],
    [".aws/credentials", "path.denied"],
    ["home/.ssh/known_hosts", "path.denied"],
  ],
};

for (const [row, cases] of Object.entries(REFUSED)) {
  Deno.test(`row ${row}: paths are refused for reading and writing`, async () => {
    for (const [path, rule] of cases) {
      assert.equal(ruleFor(path, "read"), rule, `read ${JSON.stringify(path)}`);
      assert.equal(ruleFor(path, "write"), rule, `write ${JSON.stringify(path)}`);
      await assert.rejects(files.readText(path), { rule }, path);
      await assert.rejects(files.info(path), { rule }, path);
      await assert.rejects(files.list(path), { rule }, path);
      await assert.rejects(files.state(path), { rule }, path);
    }
  });
}

Deno.test("row 35: a file with several hard links is not written", () => {
  assert.equal(ruleFor("hard", "write"), "path.hardlink");
});

Deno.test("row 41: a hard link to a denied file beside it is not read", () => {
  assert.throws(() => readGuarded(guard, "hardenv"), { rule: "path.denied" });
});

Deno.test("row 41: a hard link to a denied file anywhere in the workspace is not read", async () => {
  const place = await Deno.makeTempDir();
  try {
    for (const folder of ["a/.hidden", "b/deep", "node_modules/x"]) {
      await Deno.mkdir(`${place}/${folder}`, { recursive: true });
    }
    await Deno.writeTextFile(`${place}/a/.hidden/id_rsa`, CANARY);
    await Deno.writeTextFile(`${place}/a/keys.json`, CANARY);
    await Deno.writeTextFile(`${place}/node_modules/x/.env`, CANARY);
    await Deno.writeTextFile(`${place}/node_modules/x/index.js`, "js");
    await Deno.link(`${place}/a/.hidden/id_rsa`, `${place}/b/deep/notes.txt`);
    await Deno.link(`${place}/a/keys.json`, `${place}/b/keys.txt`);
    await Deno.link(`${place}/node_modules/x/index.js`, `${place}/b/index.js`);
    const guard = createPathGuard(place, { denied: ["a/keys.json"] });
    const rule = { rule: "path.denied" };
    assert.throws(() => readGuarded(guard, "b/deep/notes.txt"), rule);
    assert.throws(() => readGuarded(guard, "b/keys.txt"), rule);
    assert.equal(new TextDecoder().decode(readGuarded(guard, "b/index.js")), "js");
    // Linked after the guard looked around.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(readGuarded(guard, "node_modules/x/index.js"));
    await Deno.link(`${place}/node_modules/x/.env`, `${place}/b/late.txt`);
    assert.throws(() => readGuarded(guard, "b/late.txt"), rule);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});

Deno.test("rows 37 to 39: git's files and our own are not written, even when absent", () => {
  const own = [".git/HEAD", ".GIT/hooks/pre-commit", "sub/.git/config.lock", ".git", "git~1/HEAD"];
  const ours = [
    ".dspy_policy.yaml",
    ".DSPY_POLICY.JSON",
    ".dspy/config.yaml",
    ".dspy_rl_state.json",
  ];
  for (const path of [...own, ...ours]) {
    assert.equal(ruleFor(path, "write"), "path.protected", path);
  }
});

Deno.test("row 38: files that make other programs act are classified as protected", () => {
  const paths = [
    "AGENTS.md",
    "agents.MD",
    ".vscode/tasks.json",
    ".idea/workspace.xml",
    "deno.json",
    "package.json",
    "web/package.json",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".husky/x",
    ".gitattributes",
    ".mcp.json",
  ];
  for (const path of paths) assert.equal(guard.classify(path), "protected", path);
  for (const path of ["src/a.ts", "package.json.md", "agents.mdx", "github/workflows/x", "env"]) {
    assert.equal(guard.classify(path), "normal", path);
  }
  for (const path of [".env.example", ".env.sample", "src/env.ts", "keys.ts", "pem", "monkey"]) {
    assert.equal(guard.denied(path, false), false, path);
  }
});

Deno.test("row 41: denied names are left out of lists and walks", async () => {
  const names = (await files.list(".")).map(({ name }) => name);
  assert.ok(names.includes("src") && !names.includes(".env"), names.join());
  const walked: string[] = [];
  for await (const batch of files.walk({ hidden: true, ignore: false })) {
    walked.push(...batch.map(({ path }) => path));
  }
  assert.ok(walked.includes("src/a.ts"), walked.join());
  assert.ok(!walked.some((path) => /\.env$|^linked|^d\/|\.git\/config/.test(path)), walked.join());
});

Deno.test("plain paths pass, and come back as real ones", () => {
  for (
    const path of ["src/a.ts", "./src//a.ts", "src/../src/a.ts", `${root}/src/a.ts`, "inside/a.ts"]
  ) {
    assert.equal(guard.check(path, "read").path, "src/a.ts", path);
  }
  assert.equal(guard.check("new/deep/file.ts", "write").exists, false);
  assert.equal(guard.check(".", "read").path, ".");
  for (
    const path of [
      "src/$id.tsx",
      "src/[slug].ts",
      "src/a b.ts",
      "caf\u00e9.md",
      "..a",
      "a..b",
      "-x",
    ]
  ) {
    assert.equal(ruleFor(path, "write"), undefined, path);
  }
  assert.equal(ruleFor("src/nope.ts", "read"), "absent");
  assert.equal(ruleFor("src/a.ts/x", "write"), "absent");
});

Deno.test("no message tells what is outside", async () => {
  for (
    const path of ["link", "d/etc/passwd", "linked/x", "hard", "../secret", ".env", "innocent"]
  ) {
    for (const method of [files.readText, files.state, files.list]) {
      const error = await method(path).then(() => undefined, (error: UserError) => error);
      if (path === "hard" && method === files.readText) continue;
      assert.ok(error instanceof UserError, path);
      assert.ok(!error.line.includes(CANARY) && !error.line.includes(`${base}/secret`), error.line);
    }
  }
});

Deno.test("property: whatever the path, what passes lies inside the root and is no secret", () => {
  const segment = fc.constantFrom(
    "..",
    ".",
    "src",
    "link",
    "d",
    "linked",
    "inside",
    "a.ts",
    ".env",
    ".Git",
    "config",
    "etc",
    "passwd",
    "x",
    "%2e%2e",
    "..\\",
    "",
    " ",
    "new",
    "proj",
    "\u00e9",
  );
  const path = fc.tuple(
    fc.constantFrom("", "/", `${root}/`, `${base}/`, "./", "~/"),
    fc.array(segment, { maxLength: 8 }),
  ).map(([start, parts]) => start + parts.join("/"));
  let passed = 0;
  fc.assert(
    fc.property(
      fc.oneof(path, fc.string({ unit: "binary" })),
      fc.constantFrom<Access>("read", "write"),
      (path, access) => {
        try {
          const found = guard.check(path, access);
          passed++;
          assert.ok(found.real === root || found.real.startsWith(`${root}/`), found.real);
          assert.doesNotMatch(found.path, /(?:^|\/)\.env/i);
          if (access === "write") assert.doesNotMatch(found.path, /(?:^|\/)\.git(?:\/|$)/i);
          if (found.exists) assert.equal(Deno.realPathSync(found.real), found.real);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      },
    ),
    { numRuns: 4000 },
  );
  assert.ok(passed > 200, `only ${passed} paths passed`);
});

Deno.test("row 34: a folder swapped for a link, 1,000 tries: nothing outside is read", async () => {
  const swapped = `${root}/swap`;
  await Deno.mkdir(`${root}/good`);
  await Deno.writeTextFile(`${root}/good/x`, "inside");
  await Deno.rename(`${root}/good`, swapped);
  await Deno.symlink(`${base}/out`, `${root}/evil`);
  // Another process swaps as fast as it can: folder and link change places.
  const script = `const [a, b, c] = Deno.args;
    for (;;) try {
      Deno.renameSync(a, c); Deno.renameSync(b, a); Deno.renameSync(a, b); Deno.renameSync(c, a);
    } catch { /* the reader's lookups never disturb a rename */ }`;
  const file = `${base}/swapper.ts`;
  await Deno.writeTextFile(file, script);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      `--allow-read=${base}`,
      `--allow-write=${base}`,
      file,
      swapped,
      `${root}/evil`,
      `${root}/aside`,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    const counts = { inside: 0, refused: 0, absent: 0 };
    const enough = () => counts.inside > 200 && counts.refused > 200;
    for (let i = 0; i < 1000 || (!enough() && i < 500_000); i++) {
      try {
        const text = new TextDecoder().decode(readGuarded(guard, "swap/x"));
        assert.equal(text, "inside", `escaped at try ${i}`);
        counts.inside++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        counts[error.kind === "refused" ? "refused" : "absent"]++;
      }
    }
    assert.ok(enough(), JSON.stringify(counts));
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});

Deno.test("row 65: a file outside is not made by a commit, also through a link", async () => {
  const state = await files.state("src/new.ts");
  const to = new TextEncoder().encode("x");
  for (
    const path of ["../PWN", "linked/PWN", `${base}/PWN`, "d/tmp/PWN", ".git/hooks/PWN", "dangling"]
  ) {
    await assert.rejects(files.commit("test", [{ from: { ...state, path }, to }]), {
      kind: "refused",
    });
  }
  const outside = await Array.fromAsync(Deno.readDir(`${base}/out`), ({ name }) => name);
  assert.deepEqual(outside, ["x"]);
});
