import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = new URL("..", import.meta.url);
const RIGHTS = ["--allow-net=127.0.0.1", "--allow-read", "--no-prompt"];
const PLAY = fileURLToPath(new URL("play.ts", import.meta.url));

interface Ended {
  readonly code: number;
  readonly out: string;
}

/** Plays one_call.yaml, lets a client ask some times, and gives what the player said. */
async function play(times: number, ...flags: string[]): Promise<Ended> {
  const scenario = fileURLToPath(new URL("tests/scenarios/one_call.yaml", ROOT));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...RIGHTS, PLAY, scenario, ...flags],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let url: string | undefined;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    url ??= /OpenAI {2}(\S+)/.exec(text)?.[1];
    if (url !== undefined) break;
  }
  const messages: unknown[] = [{ role: "user", content: "What does note.txt say?" }];
  for (let time = 0; time < times; time++) {
    const response = await fetch(`${url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "scripted", messages }),
    });
    await response.text();
    messages.push({ role: "assistant", content: "" });
    messages.push({ role: "tool", content: "the tea is ready" });
  }
  if (!flags.includes("--once")) child.kill("SIGINT");
  const out = await new Response(child.stdout).text();
  return { code: (await child.status).code, out };
}

Deno.test("play.ts tells what came when all turns were played", async () => {
  const { code, out } = await play(2, "--once");
  assert.match(out, /^\d+ ms {2}POST \/v1\/chat\/completions {2}\d+ bytes {2}200 {2}turn 1\n/);
  assert.match(out, /turn 2.*\n2 requests, 0 problems\n$/);
  assert.equal(code, 0);
});

Deno.test("play.ts ends on Ctrl-C and says what was not played", async () => {
  const { code, out } = await play(1, "--json");
  const { requests, problems, done } = JSON.parse(out);
  assert.deepEqual([requests.length, problems, done, code], [1, [], false, 1]);
});

Deno.test("play.ts names what is wrong with its words and with the file", async () => {
  const run = async (...words: string[]) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...RIGHTS, PLAY, ...words],
      env: { NO_COLOR: "1" },
    }).output();
    return `${code} ${new TextDecoder().decode(stderr)}`;
  };
  assert.match(await run(), /^2 usage: play\.ts/);
  assert.match(await run("--prot", "1"), /^2 .*--prot/);
  assert.match(await run("no_such.yaml"), /^2 cannot read the scenario no_such\.yaml/);
});
