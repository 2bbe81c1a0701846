import assert from "node:assert/strict";
import fc from "fast-check";
import { applyEdits, type Edit } from "./apply_edits.ts";
import { EDIT_CASES, EDIT_KINDS } from "./_test_edit_cases.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

for (const { kind, name, file, edits, becomes, tier, error } of EDIT_CASES) {
  Deno.test(`applyEdits(): ${kind}: ${name}`, () => {
    const bytes = typeof file === "string" ? encode(file) : file;
    const list = edits.map(([old, fresh, all]): Edit => ({
      old,
      new: fresh,
      ...(all && { replaceAll: true }),
    }));
    const before = bytes.slice();
    if (error) {
      assert.throws(() => applyEdits("f", bytes, list), (thrown: Error & { line?: string }) => {
        assert.equal(thrown.name, "UserError", thrown.stack);
        assert.match(thrown.line ?? "", error);
        return true;
      });
    } else {
      const edited = applyEdits("f", bytes, list);
      assert.equal(decode(edited.bytes), becomes);
      if (tier !== undefined) assert.equal(edited.proofs[0]?.tier, tier);
    }
    assert.deepEqual(bytes, before);
  });
}

Deno.test("applyEdits() is held to enough cases of each kind", () => {
  const applied = EDIT_CASES.filter(({ becomes }) => becomes !== undefined).length;
  assert.ok(applied >= 70, `${applied} to apply`);
  assert.ok(EDIT_CASES.length - applied >= 35, `${EDIT_CASES.length - applied} to refuse`);
  for (const kind of EDIT_KINDS) {
    const count = EDIT_CASES.filter((one) => one.kind === kind).length;
    assert.ok(count >= 3, `${kind}: ${count}`);
  }
});

Deno.test("applyEdits() proves each edit by tier, count and lines", () => {
  const file = encode("a\nb\nc\nd \ne\nb2\n");
  const { proofs } = applyEdits("f", file, [
    { old: "b\nc", new: "x\ny\nz" },
    { old: "d\ne", new: "q" },
    { old: "b2\n", new: "" },
  ]);
  assert.deepEqual(proofs, [
    { tier: 1, count: 1, before: [2, 3], after: [2, 4] },
    { tier: 2, count: 1, before: [4, 5], after: [5, 5] },
    { tier: 1, count: 1, before: [6, 6], after: [6, 6] },
  ]);
});

Deno.test("applyEdits() of a unique piece does what splicing does, whatever the text", () => {
  const line = fc.constantFrom("a", "b", "  a", "\tb", "", "a ", "\u201Ca\u201D", "e\u0301");
  const end = fc.constantFrom("\n", "\r\n");
  const text = fc.array(fc.tuple(line, end), { minLength: 1, maxLength: 12 })
    .map((lines) => lines.map(([text, end]) => text + end).join(""));
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), fc.string(), (raw, from, length, fresh) => {
      const lf = raw.replaceAll("\r\n", "\n");
      const start = from % lf.length;
      const old = lf.slice(start, start + 1 + length % (lf.length - start));
      const marked = `<${fresh.replace(/[\r\n]/g, "")}>`;
      const unique = lf.indexOf(old) === lf.lastIndexOf(old);
      let result: string | undefined;
      try {
        const { bytes } = applyEdits("f", encode(raw), [{ old, new: marked }]);
        result = decode(bytes).replaceAll("\r\n", "\n");
      } catch (error) {
        assert.equal((error as Error).name, "UserError");
      }
      if (!unique) return assert.equal(result, undefined);
      const spliced = lf.slice(0, start) + marked + lf.slice(start + old.length);
      assert.equal(result, spliced.endsWith("\n") ? spliced : `${spliced}\n`);
    }),
    { numRuns: 500 },
  );
});

Deno.test("applyEdits() keeps every line end outside the place", () => {
  const ends = fc.array(fc.constantFrom("\n", "\r\n"), { minLength: 4, maxLength: 9 });
  fc.assert(fc.property(ends, fc.nat(), (ends, at) => {
    const raw = ends.map((end, i) => `line ${i}${end}`).join("");
    const i = at % ends.length;
    const { bytes } = applyEdits("f", encode(raw), [{ old: `line ${i}\n`, new: `x\ny\n` }]);
    const above = ends[i]!;
    assert.equal(decode(bytes), raw.replace(`line ${i}${above}`, `x${above}y${above}`));
  }));
});

Deno.test("applyEdits() edits 10,000 lines in 20 places within the budget", () => {
  const file = encode(Array.from({ length: 10_000 }, (_, i) => `  const v${i} = ${i};\n`).join(""));
  const edits = Array.from({ length: 20 }, (_, i) => ({
    old: `const v${i * 500 + 7} = ${i * 500 + 7};`,
    new: `const v${i * 500 + 7} = f(${i});`,
  }));
  applyEdits("warm", file, edits);
  const start = performance.now();
  applyEdits("f", file, edits);
  const ms = performance.now() - start;
  assert.ok(ms < 250, `${ms} ms`);
});
