import assert from "node:assert/strict";
import { basename, dirname, relative } from "node:path/posix";
import fc from "fast-check";
import { folderOf, nameOf, wayTo } from "./path_parts.ts";

const segment = fc.stringMatching(/^[\w .-]{1,6}$/);

Deno.test("nameOf() and folderOf() part a path as node:path does", () => {
  fc.assert(fc.property(fc.boolean(), fc.array(segment, { minLength: 1 }), (absolute, segments) => {
    const path = (absolute ? "/" : "") + segments.join("/");
    assert.equal(nameOf(path), basename(path));
    assert.equal(folderOf(path), dirname(path));
  }));
});

Deno.test("wayTo() gives what node's relative() does for folded paths, and `.` for none", () => {
  const paths = fc.array(fc.constantFrom("a", "b", "c.ts"), { maxLength: 4 }).map((names) =>
    names.join("/")
  );
  fc.assert(
    fc.property(paths, paths, (folder, path) => {
      const expected = relative(`/${folder}`, `/${path}`) || ".";
      assert.equal(wayTo(folder, path), expected);
      assert.equal(wayTo(`/${folder}/`, `/${path}`), expected);
    }),
  );
});
