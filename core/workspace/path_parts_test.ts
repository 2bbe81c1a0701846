import assert from "node:assert/strict";
import { basename, dirname } from "node:path/posix";
import fc from "fast-check";
import { folderOf, nameOf } from "./path_parts.ts";

const segment = fc.stringMatching(/^[\w .-]{1,6}$/);

Deno.test("nameOf() and folderOf() part a path as node:path does", () => {
  fc.assert(fc.property(fc.boolean(), fc.array(segment, { minLength: 1 }), (absolute, segments) => {
    const path = (absolute ? "/" : "") + segments.join("/");
    assert.equal(nameOf(path), basename(path));
    assert.equal(folderOf(path), dirname(path));
  }));
});
