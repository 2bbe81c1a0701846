import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openFileLines } from "./file_lines.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const read = (files: ReturnType<typeof openFileLines>, name: string) =>
  Array.fromAsync(files.lines(name));

Deno.test("append() makes folder and file, private, and gives the size", () =>
  inFolder(async (folder) => {
    const files = openFileLines(`${folder}/a/b`);
    assert.deepEqual(await read(files, "x.jsonl"), []);
    assert.equal(await files.append("x.jsonl", "é\n"), 3);
    assert.equal(await files.append("x.jsonl", "2\n"), 5);
    assert.deepEqual(await read(files, "x.jsonl"), ["é", "2"]);
    assert.equal((await Deno.stat(`${folder}/a/b/x.jsonl`)).mode! & 0o777, 0o600);
  }));

Deno.test("append() leaves a line that was cut off a line of its own", () =>
  inFolder(async (folder) => {
    const files = openFileLines(folder);
    await Deno.writeTextFile(`${folder}/x`, "whole\n{cut");
    await files.append("x", "next\n");
    assert.deepEqual(await read(files, "x"), ["whole", "{cut", "next"]);
  }));

Deno.test("lines() reads long lines and characters across its reads", () =>
  inFolder(async (folder) => {
    const files = openFileLines(folder);
    const lines = ["ü".repeat(300_000), "", "b", "\u{1f600}".repeat(100_000)];
    await files.append("x", lines.join("\n") + "\n");
    assert.deepEqual(await read(files, "x"), lines);
  }));

Deno.test("replace() puts a text in the place of another", () =>
  inFolder(async (folder) => {
    const files = openFileLines(folder);
    await files.replace("x", "1\n");
    await files.replace("x", "2\n");
    assert.deepEqual(await read(files, "x"), ["2"]);
  }));

Deno.test("rotate() moves a large file away, keeps so many, and leaves a small one", () =>
  inFolder(async (folder) => {
    const files = openFileLines(folder);
    await files.rotate("x", 0, 3);
    for (const text of ["1", "2", "3", "4"]) {
      await files.append("x", `${text}\n`);
      await files.rotate("x", 100, 3);
      assert.equal((await read(files, "x")).length, 1);
      await files.rotate("x", 1, 3);
    }
    assert.deepEqual(
      await Promise.all(["x", "x.1", "x.2", "x.3", "x.4"].map((name) => read(files, name))),
      [[], ["4"], ["3"], ["2"], []],
    );
  }));

Deno.test("rotate() moves a file away once, however many ask for it", () =>
  inFolder(async (folder) => {
    const files = openFileLines(folder);
    await files.append("x", "1\n");
    await Promise.all(Array.from({ length: 5 }, () => files.rotate("x", 1, 9)));
    assert.deepEqual(await read(files, "x.1"), ["1"]);
    assert.deepEqual(await read(files, "x.2"), []);
  }));

Deno.test("a link in the place of a file is refused", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/victim`, "");
    await Deno.symlink(`${folder}/victim`, `${folder}/x`);
    const files = openFileLines(folder);
    await assert.rejects(files.append("x", "1\n"), /not a plain file/);
    await assert.rejects(files.rotate("x", 0, 1), /not a plain file/);
    await assert.rejects(read(files, "x"), /not a plain file/);
    assert.equal(await Deno.readTextFile(`${folder}/victim`), "");
  }));

Deno.test("three processes append and rotate one file, two are killed: no line is lost or mixed", () =>
  inFolder(async (folder) => {
    const child = fileURLToPath(new URL("_file_lines_child.ts", import.meta.url));
    const start = (name: string, count: number) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", child, folder, name, String(count)],
        stdout: "piped",
      }).spawn();
    const children = [start("a", 1e9), start("b", 1e9), start("c", 300)];
    const said = children.map((child) => new Response(child.stdout).text());
    assert.equal((await children[2]!.status).code, 0);
    for (const child of children.slice(0, 2)) child.kill("SIGKILL");
    await Promise.all(children.map((child) => child.status));
    const files = openFileLines(folder);
    const kept = new Set<string>();
    for (let age = 200; age >= 0; age--) {
      for await (const line of files.lines(age === 0 ? "x" : `x.${age}`)) kept.add(line);
    }
    for (const text of await Promise.all(said)) {
      // Each line was said after it had been appended.
      const lines = text.split("\n").slice(0, -1);
      assert.ok(lines.length > 0);
      for (const line of lines) assert.ok(kept.has(line), `${line} is lost`);
    }
    assert.ok(await Deno.stat(`${folder}/x.1`), "nothing was moved away");
  }));
