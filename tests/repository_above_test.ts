// What is said of a start in a folder inside of a repository: at a terminal, and nowhere else.
import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";
import { hasTmux, openTerminal } from "./_tmux.ts";

const NOTE = /the repository begins at (\S+): --workspace \1/;

Deno.test("a start below a repository's top says nothing to pipes and programs", async () => {
  await using box = await sandbox({ ".git/HEAD": "", "sub/a.txt": "a needle\n" });
  const cwd = `${box.ws}/sub`;
  for (const args of [["grep", "needle"], ["--json", "grep", "needle"], []]) {
    const { stdout, stderr } = await box.cli(args, { cwd, stdin: "grep needle\n" });
    assert.match(stdout, /needle/);
    assert.doesNotMatch(stdout + stderr, NOTE);
  }
});

Deno.test({
  name: "a start below a repository's top says once, at a terminal, where it begins",
  ignore: !(await hasTmux()),
  async fn() {
    await using box = await sandbox({ ".git/HEAD": "", "sub/a.txt": "a needle\n" });
    const see = async (args: readonly string[], cwd = `${box.ws}/sub`) => {
      const { argv, env } = box.commandLine(args);
      // The row that tells of the pane's end pushes the first one out.
      const script = ["echo;", ...argv.map((word) => `'${word}'`), "; echo END"].join(" ");
      await using terminal = await openTerminal(["sh", "-c", script], {
        columns: 200,
        cwd,
        env,
      });
      return await terminal.until(/^END$/m);
    };
    assert.doesNotMatch(await see(["--json", "grep", "needle"]), NOTE);
    await Deno.remove(`${box.folder}/home`, { recursive: true });
    await Deno.mkdir(`${box.folder}/home`);
    assert.doesNotMatch(await see(["grep", "needle", "--workspace", "."]), NOTE);
    await Deno.remove(`${box.folder}/home`, { recursive: true });
    await Deno.mkdir(`${box.folder}/home`);
    const first = await see(["grep", "needle"]);
    assert.equal(NOTE.exec(first)?.[1], box.ws, first);
    assert.doesNotMatch(await see(["grep", "needle"]), NOTE);
    assert.doesNotMatch(await see(["grep", "needle"], box.ws), NOTE);
  },
});
