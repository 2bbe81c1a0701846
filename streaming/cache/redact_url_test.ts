import assert from "node:assert/strict";
import { redactUrl } from "./redact_url.ts";

Deno.test("redactUrl() shows where, never the password", () => {
  const cases = {
    "redis://localhost": "redis://localhost",
    "rediss://:p%40ss@host:7/1": "rediss://:[redacted]@host:7/1",
    "redis://me:secret@[::1]:6379": "redis://me:[redacted]@[::1]:6379",
    "redis://me@host": "redis://me@host",
    "http://a:secret@h/x?token=secret#secret": "http://a:[redacted]@h/x",
    "redis://me:sec ret@host:notaport": "[redacted]@host:notaport",
    "me:secret@host": "[redacted]@host",
    "": "",
  };
  for (const [url, shown] of Object.entries(cases)) {
    assert.equal(redactUrl(url), shown);
  }
});
