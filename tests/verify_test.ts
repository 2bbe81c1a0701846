/** `run --verify`: the command is the person's own words. */
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { sandbox } from "./_cli.ts";

const TURNS = [
  { calls: [{ tool: "write", args: { path: "a.txt", content: "a\n" } }] },
  { say: "written" },
  {
    expect: { user: "fails after your changes" },
    calls: [{ tool: "write", args: { path: "ok.mjs", content: "" } }],
  },
  { say: "mended" },
];

Deno.test("run --verify runs what was typed, an interpreter too, until it holds", async () => {
  await using box = await sandbox({});
  await using model = await serveScripted({ turns: TURNS });
  const flags = ["--model", "scripted", "--approval", "auto", "--yes"];
  const { code, stdout, stderr } = await box.cli(
    [...flags, "run", "--verify", "node ok.mjs", "write it"],
    { env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none" } },
  );
  assert.deepEqual(model.problems, [], stderr);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Verified: node ok\.mjs/);
});

Deno.test("run --verify gives the agent's own programs no consent", async () => {
  await using box = await sandbox({
    "evil.mjs": "import fs from 'node:fs'; fs.writeFileSync('x', '');",
  });
  const evil = [{ tool: "exec", args: { command: ["node", "evil.mjs"] } }];
  await using model = await serveScripted({ turns: [{ calls: evil }, { say: "done" }] });
  await box.cli(
    ["--model", "scripted", "--approval", "auto", "--yes", "run", "--verify", "node ok.mjs", "go"],
    { env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none" } },
  );
  assert.match(JSON.stringify(model.requests.at(-1)?.body), /command\.interpreter/);
  await assert.rejects(box.read("x"));
});
