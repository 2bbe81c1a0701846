import assert from "node:assert/strict";
import { createSharedInput } from "./_shared_input.ts";
import { keyboard, settled, textOf } from "./_test_keyboard.ts";

Deno.test("createSharedInput() gives bytes to who holds it when they arrive, with one read", async () => {
  const keys = keyboard();
  const shared = createSharedInput(keys);
  const owners = textOf(shared.owner);
  const borrower = shared.lend();
  const borrowed = textOf(borrower);
  await settled();
  assert.equal(keys.reads(), 1);
  await keys.type("y");
  assert.equal(await borrowed, "y");
  borrower[Symbol.dispose]();
  await keys.type("line");
  assert.equal(await owners, "line");
});

Deno.test("createSharedInput() drops what a borrower left, keeps what the owner has not taken", async () => {
  const keys = keyboard();
  const shared = createSharedInput(keys);
  const first = textOf(shared.owner, 2);
  await keys.type("abcd");
  assert.equal(await first, "ab");
  {
    using borrower = shared.lend();
    const one = textOf(borrower, 1);
    await keys.type("yn");
    assert.equal(await one, "y");
  }
  assert.equal(await textOf(shared.owner), "cd");
});

Deno.test("createSharedInput() tells both of the end", async () => {
  const keys = keyboard();
  const shared = createSharedInput(keys);
  const owners = textOf(shared.owner);
  using borrower = shared.lend();
  const borrowed = textOf(borrower);
  await keys.type(null);
  assert.deepEqual([await owners, await borrowed], [null, null]);
  assert.equal(await textOf(shared.owner), null);
});
