import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "../errors.ts";
import { testStoreContract } from "./_test_contract.ts";
import { runJailed } from "./_test_jailed.ts";
import { SCHEMA_VERSION } from "./_schema.ts";
import { openStore } from "./open_store.ts";
import { openSqliteStore } from "./sqlite.ts";

const folder = await Deno.realPath(await Deno.makeTempDir());
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));
let files = 0;
const newPath = () => `${folder}/${++files}/store.db`;

testStoreContract("openSqliteStore()", () => openSqliteStore(newPath()));

function namesBeside(path: string): string[] {
  return [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].map(({ name }) => name).sort();
}

/** Words that give a program its own mounts; undefined, said aloud, where that is not allowed. */
async function ownMounts(mount: string): Promise<string[] | undefined> {
  const words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"];
  const under = [...words, `${mount} && exec "$@"`, "sh"];
  const [program, ...args] = [...under, "true"];
  const trial = await new Deno.Command(program!, { args }).output().catch(() => undefined);
  if (trial?.success) return under;
  // deno-lint-ignore no-console -- a skipped check is said aloud
  console.log(`SKIP ${mount}: no right to mount, or no unshare`);
  return undefined;
}

/** A store with something in it, closed. */
async function filled(values = 3): Promise<string> {
  const path = newPath();
  const store = await openSqliteStore(path);
  await store.append("s", Array.from({ length: values }, (_, i) => `${i} `.repeat(100)));
  await store.put("key", "kept");
  await store.close();
  return path;
}

Deno.test("openSqliteStore() works with rights on its folder alone, and keeps what it wrote", async () => {
  const path = newPath();
  const home = path.slice(0, path.lastIndexOf("/"));
  await Deno.mkdir(home);
  const { stdout, stderr } = await runJailed(
    home,
    `const store = await openSqliteStore(folder + "/.dspy/store.db");
     const notes = await store.collection("notes", ["text"]);
     await notes.put([{ id: "a", data: 1, text: { text: "word" } }]);
     await store.put("key", "value");
     await store.close();
     await openSqliteStore(folder + "/../elsewhere.db").catch((error) => console.log(error.line));`,
  );
  assert.equal(stderr, "");
  assert.match(stdout, /elsewhere.db: the store cannot be opened: check that its folder/);
  const store = await openSqliteStore(`${home}/.dspy/store.db`);
  assert.equal(await store.get("key"), "value");
  assert.equal((await (await store.collection("notes", ["text"])).search("word")).length, 1);
  await store.close();
});

Deno.test("openSqliteStore() keeps its files to the user", async () => {
  const path = newPath();
  const store = await openSqliteStore(path);
  await store.put("a", 1);
  assert.deepEqual(namesBeside(path), ["store.db", "store.db-shm", "store.db-wal"]);
  for (const name of ["", "/store.db", "/store.db-shm", "/store.db-wal"]) {
    const { mode } = await Deno.stat(path.replace("/store.db", name));
    assert.equal(mode! & 0o777, name === "" ? 0o700 : 0o600, name);
  }
  await store.close();
});

Deno.test("openSqliteStore() refuses links in place of its files", async () => {
  for (const side of ["-wal", "-shm", "-journal"]) {
    const path = await filled();
    await Deno.writeTextFile(`${folder}/victim`, "precious");
    await Deno.symlink(`${folder}/victim`, path + side);
    await assert.rejects(
      openSqliteStore(path),
      (error: UserError) => error.kind === "refused" && error.line.includes(`store.db${side}`),
    );
    assert.equal(await Deno.readTextFile(`${folder}/victim`), "precious");
  }
});

Deno.test("openSqliteStore() keeps a file that is no database aside", async () => {
  const path = await filled();
  await Deno.writeTextFile(path, "not a database ".repeat(1000));
  const warnings: string[] = [];
  const store = await openSqliteStore(path, { onWarning: (text) => warnings.push(text) });
  assert.equal(await store.get("key"), undefined);
  await store.put("key", "new");
  await store.close();
  const [kept, ...others] = namesBeside(path).filter((name) => name.includes("corrupt"));
  assert.match(kept!, /^store\.db\.corrupt-\d+$/);
  assert.deepEqual(others, []);
  assert.equal(warnings.length, 1);
  assert.ok(warnings[0]!.includes(kept!), warnings[0]);
  assert.match(await Deno.readTextFile(path.replace("store.db", kept!)), /^not a database/);
});

Deno.test("openSqliteStore() checks a file that showed damage, and keeps it aside", async () => {
  const path = await filled(2000);
  const bytes = await Deno.readFile(path);
  bytes.fill(0xa5, 4096 * 12);
  await Deno.writeFile(path, bytes);
  const damaged = await openSqliteStore(path);
  await assert.rejects(
    damaged.read("s", { limit: 1e6 }),
    (error: UserError) =>
      error instanceof UserError && /store is damaged: start again/.test(error.line),
  );
  await damaged.close();
  const warnings: string[] = [];
  const store = await openSqliteStore(path, { onWarning: (text) => warnings.push(text) });
  assert.equal(warnings.length, 1);
  assert.equal(await store.head("s"), 0);
  await store.close();
  const again = await openSqliteStore(path, { onWarning: (text) => warnings.push(text) });
  await again.close();
  assert.equal(warnings.length, 1);
  assert.equal(namesBeside(path).filter((name) => /corrupt-\d+$/.test(name)).length, 1);
});

Deno.test("openSqliteStore() brings a file of the first schema up to date", async () => {
  const path = await filled();
  const db = new DatabaseSync(path);
  db.exec("ALTER TABLE stream DROP COLUMN trimmed; PRAGMA user_version = 1");
  db.close();
  const store = await openSqliteStore(path);
  assert.deepEqual([await store.get("key"), await store.head("s")], ["kept", 3]);
  await store.commit([{ op: "trim", stream: "s", before: 9 }]);
  assert.equal(await store.append("s", [1]), 4);
  await store.close();
});

Deno.test("openSqliteStore() refuses a newer schema and leaves the file as it is", async () => {
  const path = await filled();
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 8}`);
  db.close();
  const before = await Deno.readFile(path);
  await assert.rejects(
    openSqliteStore(path),
    (error: UserError) =>
      error.line.includes(`has schema ${SCHEMA_VERSION + 8}, written by a newer`),
  );
  assert.deepEqual(await Deno.readFile(path), before);
  assert.deepEqual(namesBeside(path), ["store.db"]);

  const warnings: string[] = [];
  const store = await openStore(path, { onWarning: (text) => warnings.push(text) });
  await store.put("a", 1);
  assert.equal(await store.get("a"), 1);
  await store.close();
  assert.match(warnings.join(), /newer dspy-code.*nothing outlasts this session/);
  assert.deepEqual(await Deno.readFile(path), before);
});

Deno.test("openStore() falls back to memory where nothing can be written", async () => {
  await Deno.writeTextFile(`${folder}/file`, "");
  const warnings: string[] = [];
  const store = await openStore(`${folder}/file/store.db`, {
    onWarning: (text) => warnings.push(text),
  });
  await store.put("a", 1);
  assert.equal(await store.get("a"), 1);
  await store.close();
  assert.match(warnings.join(), /the store cannot be opened: check .*nothing outlasts/);
});

Deno.test("processes that write one store at once wait for each other and lose nothing", async () => {
  const path = newPath();
  const home = path.slice(0, path.lastIndexOf("/"));
  const script = `const store = await openSqliteStore(folder + "/store.db");
    for (let i = 0; i < 200; i++) {
      await store.update("counter", (n) => (n ?? 0) + 1);
      await store.append("s", [i]);
      await store.append("s", [i, i]);
    }
    await store.close();`;
  await Deno.mkdir(home);
  const ends = await Promise.all(Array.from({ length: 4 }, () => runJailed(home, script)));
  assert.deepEqual(ends.map(({ code, stderr }) => [code, stderr]), Array(4).fill([0, ""]));
  const store = await openSqliteStore(path);
  assert.equal(await store.get("counter"), 800);
  const entries = await store.read("s", { limit: 1e5 });
  assert.deepEqual(
    entries.map(({ offset }) => offset),
    Array.from({ length: 2400 }, (_, i) => i + 1),
  );
  await store.close();
});

Deno.test("a write that waits too long says so", async () => {
  const path = await filled();
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const store = await openSqliteStore(path, { busyTimeout: 20 });
  await assert.rejects(store.put("a", 1), /another session kept the store locked/);
  other.exec("ROLLBACK");
  await store.put("a", 1);
  other.close();
  await store.close();
});

Deno.test("a full disk fails the write with a sentence and leaves the store whole", async () => {
  const home = newPath().slice(0, -"/store.db".length);
  await Deno.mkdir(home);
  const under = await ownMounts(`mount -t tmpfs -o size=1m tmpfs ${home}`);
  if (under === undefined) return;
  const { stdout, stderr } = await runJailed(
    home,
    `const store = await openSqliteStore(folder + "/store.db");
     let kept = 0;
     const failure = await (async () => {
       for (;;) kept = await store.append("s", Array(20).fill("x".repeat(1000)));
     })().catch((error) => error);
     console.log(failure.line);
     console.log(kept > 0 && await store.head("s") === kept);
     await store.close();
     const again = await openSqliteStore(folder + "/store.db", { onWarning: console.log });
     console.log(await again.head("s") === kept);`,
    { under },
  );
  assert.equal(stderr, "");
  assert.match(
    stdout,
    /store\.db: no space left on the disk; this write was not kept: free some space\ntrue\ntrue\n$/,
  );
});

Deno.test("a read-only disk fails the opening with a sentence", async () => {
  const path = await filled();
  const home = path.slice(0, path.lastIndexOf("/"));
  const under = await ownMounts(
    `mount --bind ${home} ${home} && mount -o remount,ro,bind ${home}`,
  );
  if (under === undefined) return;
  const { stdout, stderr } = await runJailed(
    home,
    `await openSqliteStore(folder + "/store.db").catch((error) => console.log(error.line));`,
    { under },
  );
  assert.equal(stderr, "");
  assert.match(stdout, /the store cannot be opened: check that its folder exists and is writable/);
});
