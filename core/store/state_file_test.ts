import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { jailFlags, STATE_PATHS } from "../safety/jail.ts";
import { runAndKill } from "./_test_jailed.ts";
import { appendJsonLine, readJsonLines } from "./json_lines.ts";
import { readStateFile, writeStateFile } from "./state_file.ts";

const folder = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));
const any = z.unknown();
let files = 0;
const newPath = () => `${folder}/${++files}/state.json`;

function namesBeside(path: string): string[] {
  return [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].map(({ name }) => name).sort();
}

Deno.test("readStateFile() gives back what writeStateFile() wrote, for any JSON", async () => {
  const path = newPath();
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      await writeStateFile(path, value);
      assert.deepEqual(
        await readStateFile(path, { schema: any, version: Infinity }),
        JSON.parse(JSON.stringify(value)),
      );
    }),
    { numRuns: 50 },
  );
  assert.deepEqual(namesBeside(path), ["state.json"]);
});

Deno.test("readStateFile() gives undefined for a file that is not there", async () => {
  assert.equal(await readStateFile(newPath(), { schema: any }), undefined);
});

Deno.test("readStateFile() keeps a file aside that is broken or does not fit", async () => {
  const schema = z.object({ count: z.number() });
  for (const text of ["", '{"count": 1', '{"count": "one"}', "\0\0\0"]) {
    const path = newPath();
    await writeStateFile(path, { count: 1 });
    await Deno.writeTextFile(path, text);
    const warnings: string[] = [];
    const read = () => readStateFile(path, { schema, onWarning: (line) => warnings.push(line) });
    assert.equal(await read(), undefined);
    const [aside, ...others] = namesBeside(path);
    assert.match(aside!, /^state\.json\.corrupt-\d+$/);
    assert.deepEqual(others, []);
    assert.match(
      warnings.join("\n"),
      /^\S+state\.json is unreadable \(.*\): kept as state\.json\.corrupt-\d+, started anew$/,
    );
    assert.equal(await Deno.readTextFile(path.replace("state.json", aside!)), text);
    assert.equal(await read(), undefined);
    assert.equal(warnings.length, 1);
  }
});

Deno.test("readStateFile() refuses a newer version and leaves the file", async () => {
  const path = newPath();
  await writeStateFile(path, { version: 3 });
  await assert.rejects(
    readStateFile(path, { schema: any, version: 2 }),
    (error: UserError) =>
      /has version 3, written by a newer dspy-code; this one knows 2/.test(error.line),
  );
  assert.deepEqual(namesBeside(path), ["state.json"]);
  assert.deepEqual(await readStateFile(path, { schema: any, version: 3 }), { version: 3 });
});

Deno.test("writeStateFile() keeps a new file to the user and an old one's mode", async () => {
  const path = newPath();
  await writeStateFile(path, 1);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  await Deno.chmod(path, 0o644);
  await writeStateFile(path, 2);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o644);
});

Deno.test("state files are never written through a link", async () => {
  const path = newPath();
  await writeStateFile(path, 1);
  await Deno.remove(path);
  await Deno.writeTextFile(`${folder}/victim`, "precious\n");
  await Deno.symlink(`${folder}/victim`, path);
  for (const write of [writeStateFile, appendJsonLine]) {
    await assert.rejects(write(path, 2), (error: UserError) => error.kind === "refused");
  }
  await assert.rejects(readStateFile(path, { schema: any }), UserError);
  assert.equal(await Deno.readTextFile(`${folder}/victim`), "precious\n");
});

Deno.test("writeStateFile() says why it cannot write", async () => {
  await Deno.writeTextFile(`${folder}/file`, "");
  await assert.rejects(
    writeStateFile(`${folder}/file/state.json`, 1),
    (error: UserError) => /^cannot write .*state\.json: .*: check that its folder/.test(error.line),
  );
});

Deno.test("state files at the root can be written by a session that may write nothing else", async () => {
  const root = `${await Deno.realPath(folder)}/workspace`;
  await Deno.mkdir(root);
  const names = STATE_PATHS.filter((name) => name.includes("."));
  const [json, lines] = [".json", ".jsonl"].map((end) => names.filter((it) => it.endsWith(end)));
  assert.ok(json!.length > 0 && lines!.length > 0);
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const main = `${folder}/session.ts`;
  await Deno.writeTextFile(
    main,
    `import { appendJsonLine } from ${module("./json_lines.ts")};
     import { updateStateFile } from ${module("./update_state_file.ts")};
     const schema = { parse: (value) => value };
     const say = { schema, onWarning: (text) => console.log(text) };
     for (const path of ${JSON.stringify(json!.map((name) => `${root}/${name}`))}) {
       await updateStateFile(path, (old) => (old ?? 0) + 1, say);
       await updateStateFile(path, (old) => (old ?? 0) + 1, say);
       console.log(await Deno.readTextFile(path));
       await Deno.writeTextFile(path, "{");
       await updateStateFile(path, (old) => (old ?? 0) + 1, say);
     }
     for (const path of ${JSON.stringify(lines!.map((name) => `${root}/${name}`))}) {
       await appendJsonLine(path, 1);
       await appendJsonLine(path, 2);
     }`,
  );
  const flags = jailFlags({ main, root, writes: "state" }).map(({ flag }) => flag);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: flags,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(code, 0);
  const said = new TextDecoder().decode(stdout).replaceAll(/corrupt-\d+/g, "corrupt-0");
  for (const name of json!) {
    assert.ok(said.includes(`kept as .dspy/${name}.corrupt-0, started anew`), said);
    assert.equal(await Deno.readTextFile(`${root}/${name}`), "1\n");
  }
  assert.equal(said.split("\n").filter((line) => line === "2").length, json!.length);
  for (const name of lines!) assert.equal(await Deno.readTextFile(`${root}/${name}`), "1\n2\n");
  const left = namesBeside(`${root}/.dspy/x`).filter((name) => name.endsWith(".tmp"));
  assert.deepEqual(left, []);
});

Deno.test("readJsonLines() gives back what was appended, without a line that was cut off", async () => {
  const path = newPath();
  assert.deepEqual(await readJsonLines(path, { schema: any }), []);
  await appendJsonLine(path, { text: "a\nb" });
  await Deno.writeTextFile(path, '{"text": "cut', { append: true });
  assert.deepEqual(await readJsonLines(path, { schema: any }), [{ text: "a\nb" }]);
  await appendJsonLine(path, { text: "c" });
  await appendJsonLine(path, 7);
  assert.deepEqual(await readJsonLines(path, { schema: any }), [
    { text: "a\nb" },
    { text: "c" },
    7,
  ]);
  const texts = z.object({ text: z.string() });
  assert.deepEqual(await readJsonLines(path, { schema: texts }), [{ text: "a\nb" }, { text: "c" }]);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("state files are whole after any of 40 kill -9", async () => {
  const home = `${folder}/killed`;
  const [state, lines] = [`${home}/state.json`, `${home}/lines.jsonl`];
  const module = (name: string) => new URL(name, import.meta.url).href;
  await Deno.mkdir(home);
  await Deno.writeTextFile(
    `${folder}/child.ts`,
    `import { appendJsonLine } from ${JSON.stringify(module("./json_lines.ts"))};
     import { writeStateFile } from ${JSON.stringify(module("./state_file.ts"))};
     for (let n = Number(Deno.args[0]);; n++) {
       await writeStateFile(${JSON.stringify(state)}, { n, filler: Array(2000).fill(n) });
       await appendJsonLine(${JSON.stringify(lines)}, n);
       await Deno.stdout.write(new TextEncoder().encode(n + "\\n"));
     }`,
  );
  let next = 1;
  for (let round = 0; round < 40; round++) {
    const acknowledged = await runAndKill(home, `${folder}/child.ts`, Math.random() * 15, {
      args: [String(next)],
    });
    const value = await readStateFile(state, {
      schema: z.object({ n: z.number(), filler: z.array(z.number()).length(2000) }),
      onWarning: (text) => assert.fail(text),
    });
    assert.ok(value!.n >= acknowledged! && value!.filler.every((n) => n === value!.n));
    const numbers = await readJsonLines(lines, { schema: z.number() });
    for (let n = next; n <= acknowledged!; n++) assert.ok(numbers.includes(n), `line ${n} is lost`);
    next = value!.n + 1;
  }
});
