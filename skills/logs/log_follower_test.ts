import assert from "node:assert/strict";
import fc from "fast-check";
import { testContext, writeFiles } from "../code/_test_context.ts";
import { LogFollower } from "./log_follower.ts";

const lines = async (follower: LogFollower) =>
  (await follower.poll()).map(({ path, lines }) => [path, ...lines]);

Deno.test("poll() gives only what came after start(), also of new logs", async () => {
  await using test = await testContext({ "logs/a.log": "old\n" });
  const follower = new LogFollower(test.ctx.files, "logs");
  assert.deepEqual(await follower.start(), ["logs/a.log"]);
  assert.deepEqual(await lines(follower), []);
  await Deno.writeTextFile(`${test.root}/logs/a.log`, "new\n", { append: true });
  await writeFiles(test.root, { "logs/b.log": "first\n" });
  assert.deepEqual(await lines(follower), [["logs/a.log", "new"], ["logs/b.log", "first"]]);
  assert.deepEqual(await lines(follower), []);
});

Deno.test("poll() holds an unfinished line until it ends, or stops growing", async () => {
  await using test = await testContext({ "a.log": "" });
  const follower = new LogFollower(test.ctx.files, "a.log");
  await follower.start();
  const append = (text: string) => Deno.writeTextFile(`${test.root}/a.log`, text, { append: true });
  await append("one\ntw");
  assert.deepEqual(await lines(follower), [["a.log", "one"]]);
  await append("o\nthree");
  assert.deepEqual(await lines(follower), [["a.log", "two"]]);
  assert.deepEqual(await lines(follower), [["a.log", "three"]]);
  assert.deepEqual(await lines(follower), []);
});

Deno.test("poll() starts anew when a log is cut or replaced", async () => {
  await using test = await testContext({ "a.log": "a long first line\nsecond\n" });
  const path = `${test.root}/a.log`;
  const follower = new LogFollower(test.ctx.files, "a.log");
  await follower.start();
  await Deno.writeTextFile(path, "cut\n");
  assert.deepEqual((await follower.poll())[0], {
    path: "a.log",
    lines: ["cut"],
    restarted: true,
    skipped: 0,
  });
  await Deno.writeTextFile(path, "other, and longer than before\n");
  assert.deepEqual(await lines(follower), [["a.log", "other, and longer than before"]]);
});

Deno.test("poll() notices a cut that leaves the start as it was", async () => {
  const start = "x".repeat(300);
  await using test = await testContext({ "a.log": `${start}\nsecond\nthird\n` });
  const follower = new LogFollower(test.ctx.files, "a.log");
  await follower.start();
  await Deno.writeTextFile(`${test.root}/a.log`, `${start}\nnew\n`);
  assert.deepEqual(await lines(follower), [["a.log", start, "new"]]);
});

Deno.test("poll() reads the end of a rotated log and the new one, without repeating", async () => {
  for (const moved of ["a.log.1", "a.1.log"]) {
    await using test = await testContext({ "logs/a.log": "started at 10:00\nold\n" });
    const follower = new LogFollower(test.ctx.files, "logs");
    await follower.start();
    await Deno.writeTextFile(`${test.root}/logs/a.log`, "last words\n", { append: true });
    await Deno.rename(`${test.root}/logs/a.log`, `${test.root}/logs/${moved}`);
    await writeFiles(test.root, { "logs/a.log": "started at 11:00\nnew\n" });
    const found = (await lines(follower)).flatMap(([, ...rest]) => rest);
    assert.deepEqual(found, ["last words", "started at 11:00", "new"], moved);
    assert.deepEqual(await lines(follower), []);
  }
});

Deno.test("poll() passes over what is too much, and survives a log that goes away", async () => {
  await using test = await testContext({ "logs/a.log": "" });
  const follower = new LogFollower(test.ctx.files, "logs", { maxBytes: 10 });
  await follower.start();
  await Deno.writeTextFile(`${test.root}/logs/a.log`, "x".repeat(50) + "\nlast\n");
  const [change] = await follower.poll();
  assert.equal(change?.skipped, 46);
  assert.deepEqual(change?.lines.at(-1), "last");
  await Deno.remove(`${test.root}/logs`, { recursive: true });
  assert.deepEqual(await lines(follower), []);
});

Deno.test("poll() gives each line once however the text is cut into writes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom("a", "\u00e9", "\u20ac", "\n", "z") }), {
        maxLength: 6,
      }),
      async (parts) => {
        await using test = await testContext({ "a.log": "" });
        const follower = new LogFollower(test.ctx.files, "a.log");
        await follower.start();
        const bytes = new TextEncoder().encode(parts.join("") + "\nend\n");
        const found: string[] = [];
        for (let at = 0; at < bytes.length; at += 3) {
          await Deno.writeFile(`${test.root}/a.log`, bytes.slice(at, at + 3), { append: true });
          found.push(...(await lines(follower)).flatMap(([, ...rest]) => rest));
        }
        assert.deepEqual(found, (parts.join("") + "\nend").split("\n"));
      },
    ),
    { numRuns: 20 },
  );
});
