import assert from "node:assert/strict";
import { lazyStore } from "./lazy.ts";
import { openMemoryStore } from "./memory.ts";

Deno.test("lazyStore() opens at the first use, once, and passes everything on", async () => {
  let opened = 0;
  const store = lazyStore(() => {
    opened++;
    return Promise.resolve(openMemoryStore());
  });
  assert.equal(opened, 0);
  await Promise.all([store.put("a", 1), store.put("b", 2)]);
  assert.equal(opened, 1);
  assert.equal(await store.get("a"), 1);
  await store.append("s", [1, 2]);
  assert.equal((await Array.fromAsync(await store.list("a"))).length, 1);
  await store.delete("a");
  assert.equal(await store.get("a"), undefined);
  await store.close();
  assert.equal(opened, 1);
});

Deno.test("lazyStore() that was never used opens nothing when it is closed", async () => {
  const store = lazyStore(() => Promise.reject(new Error("opened")));
  await store.close();
});

Deno.test("lazyStore() gives the error of opening to who uses it", async () => {
  const store = lazyStore(() => Promise.reject(new Error("no disk")));
  await assert.rejects(store.get("a"), /no disk/);
});
