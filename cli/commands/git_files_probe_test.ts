import assert from "node:assert/strict";
import { have } from "../../skills/_testing.ts";
import { git } from "../../skills/git/_git_testing.ts";
import { gitFilesProbe } from "./git_files_probe.ts";

const look = (root: string, env: Record<string, string> = {}) =>
  gitFilesProbe(root, env).run(new AbortController().signal);

async function folder(files: readonly string[]): Promise<string> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const path of files) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, "{}\n");
  }
  return root;
}

Deno.test("gitFilesProbe() names our files that git shows, and the one line that hides them", async () => {
  if (!await have("git")) return;
  const root = await folder([".dspy_session_memory.json", ".dspy_rl_state.json", ".dspy/store.db"]);
  try {
    assert.match((await look(root)).detail, /no git repository/);
    await git(root, "init", "-q");
    const found = await look(root);
    assert.equal(found.status, "warn");
    assert.match(
      found.detail,
      /^git status shows \.dspy_rl_state\.json, \.dspy_session_memory\.json/,
    );
    const line = /^to hide them: (.+)$/.exec(found.get ?? "")?.[1] ?? "";
    assert.ok(line.includes(".git/info/exclude"), found.get);
    const before = await git(root, "status", "--porcelain");
    assert.match(before, /dspy_rl_state/);
    const ran = await new Deno.Command("sh", { args: ["-c", line], cwd: root }).output();
    assert.ok(ran.success);
    assert.equal((await look(root)).status, "ok");
    assert.doesNotMatch(await git(root, "status", "--porcelain"), /dspy_rl_state|session_memory/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("gitFilesProbe() is content with whatever rules hide them", async () => {
  const rules = ".dspy_*\\n!.dspy_policy.*\\n".replaceAll("\\n", "\n");
  const root = await folder([".git/HEAD", "sub/.dspy_session_memory.json"]);
  const home = await folder(["x"]);
  try {
    const sub = `${root}/sub`;
    // Below the top of the repository the line names the file by git itself.
    assert.match((await look(sub)).get ?? "", /rev-parse --git-path info\/exclude/);
    await Deno.writeTextFile(`${root}/.gitignore`, rules);
    assert.equal((await look(sub)).status, "ok");
    await Deno.remove(`${root}/.gitignore`);
    await Deno.writeTextFile(`${sub}/.gitignore`, "/.dspy_session_memory.json\n");
    assert.equal((await look(sub)).status, "ok");
    await Deno.remove(`${sub}/.gitignore`);
    await Deno.mkdir(`${home}/.config/git`, { recursive: true });
    await Deno.writeTextFile(`${home}/.config/git/ignore`, rules);
    assert.equal((await look(sub, { HOME: home })).status, "ok");
    assert.equal((await look(sub)).status, "warn");
    await Deno.remove(`${sub}/.dspy_session_memory.json`);
    assert.equal((await look(sub)).status, "ok");
  } finally {
    await Deno.remove(root, { recursive: true });
    await Deno.remove(home, { recursive: true });
  }
});
