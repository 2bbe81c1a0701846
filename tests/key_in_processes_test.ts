/** Where a key can be seen while a model works: in no process but the one that was given it. */
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { KEY } from "./_agent.ts";
import { sandbox } from "./_cli.ts";

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly line: string;
  readonly env: string;
}

/** All processes of the system that we may look at. */
async function* processes(): AsyncGenerator<Seen> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const read = (file: string) => Deno.readTextFile(`/proc/${name}/${file}`);
      const [stat, line, env] = await Promise.all(["stat", "cmdline", "environ"].map(read));
      // The name in brackets may hold blanks.
      const parent = Number(stat!.slice(stat!.lastIndexOf(")") + 2).split(" ")[1]);
      yield { pid: Number(name), parent, line: line!, env: env! };
    } catch { /* gone, or not ours */ }
  }
}

const isSleep = (line: string): boolean => line.endsWith("sleep\0" + "20\0");

Deno.test({
  name: "a key stands in the command line and environment of no process that we start",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using box = await sandbox();
    await using model = await serveScripted({
      turns: [{ calls: [{ tool: "exec", args: { command: ["sleep", "20"] } }] }],
    });
    const words = ["--model", "scripted", "--yes", "run", "do it"];
    const { argv: [program, ...args], env } = box.commandLine(words);
    const child = new Deno.Command(program!, {
      args,
      cwd: box.ws,
      env: { ...env, OPENAI_BASE_URL: model.url, OPENAI_API_KEY: KEY },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      let below: Seen[] = [];
      for (
        let tries = 0;
        tries < 200 && !below.some(({ line }) => isSleep(line));
        tries++
      ) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const all = await Array.fromAsync(processes());
        below = [];
        for (let found = [child.pid]; found.length > 0;) {
          const next = all.filter(({ parent }) => found.includes(parent));
          below.push(...next);
          found = next.map(({ pid }) => pid);
        }
      }
      assert.ok(below.some(({ line }) => isSleep(line)), "the program runs");
      assert.ok(below.some(({ line }) => line.includes("session_main")), "and the session");
      for (const { line, env } of below) {
        assert.ok(!line.includes(KEY) && !env.includes(KEY), line.replaceAll("\0", " "));
      }
    } finally {
      try {
        child.kill("SIGINT");
      } catch { /* gone already */ }
      await child.status;
    }
  },
});
