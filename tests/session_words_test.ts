/** Lines of a session that begin with a command and are meant as words. */
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { sandbox } from "./_cli.ts";

Deno.test("a session takes what points to the talk for a request, with the word run in it", async () => {
  await using box = await sandbox({ "a.ts": "export const a = 1;\n" });
  const { stderr } = await box.cli([], { stdin: "run the tests\ntest it\n" });
  assert.equal(stderr.match(/-> run_tests: it asks to run something/g)?.length, 2, stderr);
});

Deno.test("a session with a model hears sentences that begin with a command, and single words", async () => {
  await using box = await sandbox({ "a.ts": "export const a = 1;\n" });
  const said = ["build a parser", "run it", "thanks", "test it"];
  await using model = await serveScripted({
    turns: said.map((user) => ({ expect: { user }, say: `heard: ${user}` })),
  });
  const { stdout } = await box.cli(["--model", "scripted"], {
    stdin: `${said.join("\n")}\ngrep const\n`,
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none" },
  });
  assert.deepEqual(model.problems, []);
  for (const line of said) assert.match(stdout, new RegExp(`heard: ${line}`));
  assert.match(stdout, /a\.ts:1: export const a = 1;/);
});
