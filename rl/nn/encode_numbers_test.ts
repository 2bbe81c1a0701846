import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeNumbers } from "./decode_numbers.ts";
import { type Encodable, encodeNumbers } from "./encode_numbers.ts";

const finite = { noNaN: true, noDefaultInfinity: true } as const;
const arrays: fc.Arbitrary<Encodable> = fc.oneof(
  fc.float32Array(finite),
  fc.float64Array(finite),
  fc.int32Array(),
  fc.uint8Array(),
);

Deno.test("decodeNumbers() gives what encodeNumbers() was given, bit for bit, over JSON", () => {
  fc.assert(fc.property(arrays, (array) => {
    const copy = decodeNumbers(JSON.parse(JSON.stringify(encodeNumbers(array))), array.length);
    assert.equal(copy.constructor, array.constructor);
    assert.ok(array.every((value, i) => Object.is(value, copy[i])));
  }));
});

Deno.test("encodeNumbers() encodes arrays of many thousands", () => {
  const array = Float32Array.from({ length: 50_000 }, (_, i) => i / 7);
  assert.deepEqual(decodeNumbers(encodeNumbers(array)), array);
});

Deno.test("decodeNumbers() refuses damage, other lengths and numbers that are not finite", () => {
  const good = encodeNumbers(new Float32Array([1, 2]));
  assert.throws(() => decodeNumbers(good, 3), /2 numbers, expected 3/);
  assert.throws(() => decodeNumbers({ ...good, base64: good.base64.slice(4) }), RangeError);
  assert.throws(() => decodeNumbers({ ...good, base64: "**" }), /no base64/);
  assert.throws(() => decodeNumbers({ ...good, type: "toString" as never }), /not an encoded/);
  assert.throws(() => decodeNumbers(undefined as never), /not an encoded/);
  assert.throws(() => decodeNumbers(encodeNumbers(new Float64Array([NaN]))), /number 0 is NaN/);
});
