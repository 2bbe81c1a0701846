import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../errors.ts";
import { testCommitContract } from "./_test_commit_contract.ts";
import { JsonText } from "./json_text.ts";
import type { Store } from "./types.ts";

const KEY = fc.string({ unit: "binary", minLength: 1 })
  .filter((key) => key.isWellFormed() && !key.includes("\0"));

/**
 * Registers the tests that every store must pass.
 *
 * @param name of the store, for the test names.
 * @param open gives an empty store.
 */
export function testStoreContract(name: string, open: () => Promise<Store>): void {
  function test(says: string, body: (store: Store) => Promise<void>): void {
    Deno.test(`${name}: ${says}`, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  }

  testCommitContract(test);

  test("a JsonText is kept as its text wherever a value is, and is no part of another", async (store) => {
    const text = new JsonText('{"a":[1,"é"]}');
    const value = { a: [1, "é"] };
    await store.put("k", text);
    assert.deepEqual(await store.get("k"), value);
    assert.equal(await store.commit([{ op: "expect", key: "k", value: text }]), true);
    assert.equal(await store.commit([{ op: "expect", key: "k", value }]), true);
    assert.equal(await store.append("s", [text]), 1);
    assert.equal(await store.append("s", Array.from({ length: 40 }, () => text)), 41);
    assert.ok((await store.read("s")).every((entry) => entry.ts > 0));
    assert.deepEqual((await store.read("s")).map((entry) => entry.value), Array(41).fill(value));
    await assert.rejects(store.put("k", [text]), /no part of another/);
    assert.throws(() => JsonText.of(undefined), TypeError);
  });

  test("get() gives back what put() put, for any key and JSON", async (store) => {
    await fc.assert(
      fc.asyncProperty(KEY, fc.jsonValue(), async (key, value) => {
        await store.put(key, value);
        assert.deepEqual(await store.get(key), JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  test("get() gives undefined for what is not there", async (store) => {
    assert.equal(await store.get("nothing"), undefined);
    assert.equal(await store.delete("nothing"), false);
    await store.put("null", null);
    assert.equal(await store.get("null"), null);
    assert.equal(await store.delete("null"), true);
    assert.equal(await store.get("null"), undefined);
  });

  test("put() refuses bad keys and what is no JSON", async (store) => {
    for (const key of ["", "a\0b", "\ud800"]) {
      await assert.rejects(store.put(key, 1), TypeError);
      await assert.rejects(store.append(key, [1]), TypeError);
    }
    for (const value of [undefined, () => 1, 1n]) {
      await assert.rejects(store.put("key", value), TypeError);
    }
    assert.deepEqual(await store.list(""), []);
  });

  test("list() gives what has the prefix, in order of code points", async (store) => {
    const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(KEY),
        fc.constantFrom("", "a", "\u{10ffff}", "\ud7ff"),
        async (keys, prefix) => {
          for (const { key } of await store.list("")) await store.delete(key);
          for (const key of keys) await store.put(prefix + key, key);
          await store.put("b-other", 0);
          const expected = keys.map((key) => prefix + key).concat(
            "b-other".startsWith(prefix) ? "b-other" : [],
          )
            .sort(byUtf8);
          const found = await store.list(prefix);
          assert.deepEqual(found.map(({ key }) => key), [...new Set(expected)]);
          assert.deepEqual(await store.list(prefix, 2), found.slice(0, 2));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("update() changes a value, and leaves it when the change throws", async (store) => {
    const bump = (old: number | undefined) => (old ?? 0) + 1;
    assert.equal(await store.update("n", bump), 1);
    assert.equal(await store.update("n", bump), 2);
    const fail = () => {
      throw new RangeError("no");
    };
    await assert.rejects(store.update("n", fail), RangeError);
    assert.equal(await store.get("n"), 2);
    assert.equal(await store.update("n", bump), 3);
  });

  test("append() numbers entries without gaps and read() pages through them", async (store) => {
    assert.equal(await store.head("s"), 0);
    assert.deepEqual(await store.read("s"), []);
    const before = Date.now();
    assert.equal(await store.append("s", ["a"]), 1);
    assert.equal(await store.append("s", ["b", { c: [1] }]), 3);
    assert.equal(await store.append("s", []), 3);
    assert.equal(await store.append("other", [0]), 1);
    assert.equal(await store.head("s"), 3);
    const all = await store.read<unknown>("s");
    assert.deepEqual(all.map(({ offset, value }) => [offset, value]), [[1, "a"], [2, "b"], [3, {
      c: [1],
    }]]);
    assert.ok(all.every(({ ts }) => ts >= before && ts <= Date.now()));
    assert.deepEqual(await store.read("s", { after: 1, limit: 1 }), all.slice(1, 2));
    assert.deepEqual(await store.read("s", { after: 3 }), []);
  });

  test("append() keeps nothing when one value is no JSON", async (store) => {
    await assert.rejects(store.append("s", [1, undefined, 3]), TypeError);
    assert.equal(await store.head("s"), 0);
    assert.equal(await store.append("s", [1]), 1);
  });

  test("commit() makes all writes or none", async (store) => {
    const notes = await store.collection("notes", ["text"]);
    await store.put("old", 1);
    await store.commit([
      { op: "put", key: "a", value: 1 },
      { op: "delete", key: "old" },
      { op: "append", stream: "s", values: [1, 2] },
      { op: "index", collection: "notes", documents: [doc("a/1"), doc("a/2"), doc("b/1")] },
      { op: "unindex", collection: "notes", prefix: "a/" },
      { op: "index", collection: "notes", documents: [doc("a/3")] },
    ]);
    assert.deepEqual(await store.list(""), [{ key: "a", value: 1 }]);
    assert.equal(await store.head("s"), 2);
    assert.deepEqual((await notes.search("word")).map(({ id }) => id), ["a/3", "b/1"]);
    await assert.rejects(
      store.commit([
        { op: "put", key: "a", value: 2 },
        { op: "append", stream: "s", values: [3] },
        { op: "append", stream: "new", values: [3] },
        { op: "unindex", collection: "notes", prefix: "" },
        { op: "put", key: "b", value: undefined },
      ]),
      TypeError,
    );
    assert.equal(await store.get("a"), 1);
    assert.equal(await store.head("s"), 2);
    assert.equal(await notes.count(), 2);
    assert.equal(await store.append("new", [1]), 1);
    await assert.rejects(
      store.commit([{ op: "unindex", collection: "unknown", prefix: "" }]),
      TypeError,
    );
  });

  test("collection() refuses other columns than it was made with", async (store) => {
    await store.collection("c", ["path", "text"]);
    await store.collection("c", ["path", "text"]);
    await assert.rejects(
      store.collection("c", ["text"]),
      (error: UserError) => error instanceof UserError && /path, text, not text/.test(error.line),
    );
    await assert.rejects(store.collection("d", []), TypeError);
    await assert.rejects(store.collection("d", ["a", "a"]), TypeError);
  });

  test("Collection holds documents by id", async (store) => {
    const notes = await store.collection<{ n: number }>("notes", ["text"]);
    await notes.put([{ id: "a", data: { n: 1 }, text: { text: "red" } }]);
    await notes.put([{ id: "a", data: { n: 2 }, text: { text: "blue" } }]);
    assert.equal(await notes.count(), 1);
    assert.deepEqual(await notes.get("a"), { n: 2 });
    assert.deepEqual(await notes.search("red"), []);
    assert.equal((await notes.search("blue"))[0]?.data.n, 2);
    assert.equal(await notes.delete(["a", "a", "zzz"]), 1);
    assert.equal(await notes.get("a"), undefined);
    assert.deepEqual(await notes.search("blue"), []);
  });

  test("search() finds identifiers whole and by parts, words in any inflection", async (store) => {
    const code = await store.collection("code", ["text"]);
    await code.put([
      text("camel", "function getUserName() {}"),
      text("snake", "def get_user_name(): pass"),
      text("acronym", "class HTTPServer2 {}"),
      text("prose", "parsing the queries"),
      text("unicode", "la gr\u00f6\u00dfe, r\u00e9sum\u00e9, \u043f\u0440\u0438\u0432\u0435\u0442"),
      text("other", "nothing of interest"),
    ]);
    const find = async (query: string) => (await code.search(query)).map(({ id }) => id);
    assert.deepEqual(await find("getUserName"), ["camel", "snake"]);
    assert.deepEqual(await find("get_user_name"), ["snake", "camel"]);
    assert.deepEqual(await find("user name"), ["camel", "snake"]);
    assert.deepEqual(await find("USER"), ["camel", "snake"]);
    assert.deepEqual(await find("http server2"), ["acronym"]);
    assert.deepEqual(await find("parse query"), ["prose"]);
    assert.deepEqual(await find("Gr\u00f6\u00dfe"), ["unicode"]);
    assert.deepEqual(await find("resume"), ["unicode"]);
    assert.deepEqual(await find("\u041f\u0440\u0438\u0432\u0435\u0442"), ["unicode"]);
    assert.deepEqual(await find("absent"), []);
    assert.deepEqual(await find(" ... "), []);
  });

  test("search() takes no character of a query as an operator", async (store) => {
    const notes = await store.collection("notes", ["text", "body"]);
    await notes.put([text("a", "alpha beta"), text("b", "gamma")]);
    for (
      const query of ['"', "alpha OR", "text:alpha", "NEAR(alpha", "alp*", "^alpha", "- + { }"]
    ) {
      await notes.search(query);
    }
    assert.deepEqual((await notes.search("alpha NOT beta")).map(({ id }) => id), ["a"]);
    assert.deepEqual(await notes.search("alp*"), []);
    await fc.assert(fc.asyncProperty(fc.string({ unit: "binary" }), async (query) => {
      await notes.search(query);
      await notes.search(query, { match: "all" });
    }));
  });

  test("search() honours match, limit and weights, and breaks ties by id", async (store) => {
    const notes = await store.collection("notes", ["title", "body"]);
    const filler = Array.from({ length: 20 }, (_, i) => text(`z${i}`, "filler"));
    await notes.put([
      { id: "title", data: 0, text: { title: "needle", body: "hay straw" } },
      { id: "body", data: 0, text: { title: "hay", body: "needle straw" } },
      ...filler,
    ]);
    const find = async (...args: Parameters<typeof notes.search>) =>
      (await notes.search(...args)).map(({ id }) => id);
    assert.deepEqual(await find("needle hay"), ["body", "title"]);
    assert.deepEqual(await find("needle", { weights: { title: 5 } }), ["title", "body"]);
    assert.deepEqual(await find("needle", { weights: { body: 5 } }), ["body", "title"]);
    assert.deepEqual(await find("needle filler", { match: "all" }), []);
    assert.deepEqual(await find("needle straw", { match: "all" }), ["body", "title"]);
    assert.equal((await find("filler")).length, 10);
    assert.deepEqual(await find("filler", { limit: 3 }), ["z0", "z1", "z2"]);
    assert.ok((await notes.search("needle"))[0]!.score > 0);
  });

  test("a closed store rejects, and closing twice is fine", async (store) => {
    await store.close();
    await store.close();
    await assert.rejects(store.get("a"));
    await assert.rejects(store.put("a", 1));
    await assert.rejects(store.append("a", [1, 2]));
  });
}

function text(id: string, words: string) {
  return { id, data: id, text: { text: words, body: words } };
}

function doc(id: string) {
  return text(id, `word ${id}`);
}
