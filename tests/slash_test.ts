/** Commands with a slash in a session with a model, typed one after another. */
import assert from "node:assert/strict";
import { askScripted, calls } from "./_agent.ts";
import { type Sandbox, sandbox } from "./_cli.ts";

const LOOK = calls(["cat", { file: "note.txt" }]);
const EDIT = calls(["edit", { path: "note.txt", edits: [{ old: "tea", new: "coffee" }] }]);

/** Types lines into a session. */
function type(
  box: Sandbox,
  turns: Parameters<typeof askScripted>[1],
  ...lines: readonly string[]
): ReturnType<typeof askScripted> {
  const stdin = lines.map((line) => `${line}\n`).join("");
  return askScripted(box, turns, { flags: ["--yes"], words: [], stdin });
}

Deno.test("a command of the workspace counts more than one of ours with a near name", async () => {
  await using box = await sandbox({ ".agents/commands/costs.md": "Count the pennies." });
  const { bodies, stderr } = await type(box, [{ say: "Three." }], "/costs", "/cots");
  assert.equal(bodies.length, 1, stderr);
  assert.match(bodies[0]!, /Count the pennies\./);
  assert.match(stderr, /did you mean \/cost\?/);
});

Deno.test("/undo takes the request out of the talk with its change", async () => {
  await using box = await sandbox({ "note.txt": "tea\n" });
  const { stdout } = await type(
    box,
    [LOOK, EDIT, { say: "Changed." }],
    "make it coffee please",
    "/undo",
  );
  assert.match(stdout, /took back[^]*taken out: make it coffee please/);
  assert.equal(await box.read("note.txt"), "tea\n");
});

Deno.test("/undo leaves what the person wrote before, and /context is no request", async () => {
  await using box = await sandbox({ "note.txt": "tea\n" });
  await box.cli(["write", "mine.txt", "--content", "mine"]);
  const { stdout } = await type(
    box,
    [{ say: "Hi." }, LOOK, EDIT, { say: "Changed." }],
    "are you there today?",
    "make it coffee please",
    "/context",
    "/undo",
    "/undo",
  );
  assert.match(stdout, /taken out: make it coffee please[^]*taken out: are you there today\?/);
  assert.equal(await box.read("note.txt"), "tea\n");
  assert.equal(await box.read("mine.txt"), "mine");
});

Deno.test("/undo takes a request out that changed nothing", async () => {
  await using box = await sandbox();
  const { stdout, stderr } = await type(box, [{ say: "Hi." }], "are you there today?", "/undo");
  assert.match(stdout, /taken out: are you there today\?/, stderr);
});

Deno.test("/undo leaves the talk as it is when the change cannot be taken back", async () => {
  await using box = await sandbox({ "note.txt": "tea\n", "milk.txt": "milk\n" });
  const { stdout, stderr } = await type(
    box,
    [LOOK, EDIT, { say: "Changed." }],
    "make it coffee please",
    "exec cp milk.txt note.txt",
    "/undo",
  );
  assert.match(stdout + stderr, /kept note\.txt/);
  assert.doesNotMatch(stdout, /taken out/);
});

Deno.test("/undo and /fork go by the conversation that was chosen last", async () => {
  await using box = await sandbox();
  await askScripted(box, [{ say: "One." }], { words: ["run", "what is the first thing?"] });
  const { stdout: list } = await box.cli(["sessions"]);
  const id = list.slice(0, 8);
  const cleared = await type(
    box,
    [{ say: "Two." }],
    "what is the second thing?",
    "/clear",
    "/undo",
    "/fork",
    `/resume ${id}`,
    "/fork",
    `/resume ${id}`,
    "/undo",
  );
  const { stdout, stderr } = cleared;
  assert.match(stderr, /no session to copy yet/);
  assert.match(stdout, new RegExp(`goes on in a copy of ${id}`));
  assert.deepEqual(stdout.match(/taken out: .*/g), ["taken out: what is the first thing?"]);
});
