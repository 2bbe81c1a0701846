import assert from "node:assert/strict";
import { isLoopback } from "./is_loopback.ts";

Deno.test("isLoopback() knows this machine by all its names, and no other by one alike", () => {
  for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) {
    assert.ok(isLoopback(host), host);
  }
  assert.ok(isLoopback("::ffff:127.0.0.1"));
  const others = [
    "0.0.0.0",
    "localhost.evil",
    "127.0.0.1.evil",
    "1127.0.0.1",
    "10.0.0.1",
    "::",
    "",
  ];
  for (const host of others) assert.ok(!isLoopback(host), host);
});
