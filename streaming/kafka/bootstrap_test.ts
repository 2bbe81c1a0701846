import assert from "node:assert/strict";
import { formatBroker, parseBootstrap } from "./bootstrap.ts";

Deno.test("parseBootstrap() reads lists, schemes, IPv6 and ports that are left out", () => {
  const read = (text: string | string[]) => parseBootstrap(text).map(formatBroker);
  assert.deepEqual(read("kafka"), ["kafka:9092"]);
  assert.deepEqual(read("a:1,b:2 c:3\n, ,d"), ["a:1", "b:2", "c:3", "d:9092"]);
  assert.deepEqual(read("PLAINTEXT_HOST://localhost:29092/"), ["localhost:29092"]);
  assert.deepEqual(read("[::1], sasl_ssl://[fe80::1%eth0]:7"), ["[::1]:9092", "[fe80::1%eth0]:7"]);
  assert.deepEqual(read(["a:1,b:1", "a:1"]), ["a:1", "b:1"]);
  assert.deepEqual(read(" "), []);
});

Deno.test("parseBootstrap() refuses what is no broker, and shows no password", () => {
  for (const bad of ["a:0", "a:65536", "a:x", "::1", "a b:c", "http://a/b", "[x]", "a!:1"]) {
    assert.throws(() => parseBootstrap(bad), { name: "UserError" }, bad);
  }
  assert.throws(() => parseBootstrap("https://ann:secret@a:1"), (error: Error) => {
    return error.message.includes("***@a:1") && !error.message.includes("secret");
  });
});
