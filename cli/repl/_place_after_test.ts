import assert from "node:assert/strict";
import { placeAfter } from "./_place_after.ts";

Deno.test("placeAfter() follows a terminal: wide characters, tabs, colours, full rows", () => {
  const cases: [text: string, columns: number, place: [number, number, number]][] = [
    ["", 10, [0, 0, 0]],
    ["abc", 10, [0, 3, 0]],
    ["0123456789", 10, [0, 10, 0]],
    ["0123456789a", 10, [1, 1, 10]],
    // A wide character that does not fit leaves the last column empty.
    ["012345678\u6f22", 10, [1, 2, 9]],
    ["\u6f22\u5b57", 10, [0, 4, 0]],
    ["e\u0301", 10, [0, 1, 0]],
    ["a\tb", 20, [0, 9, 0]],
    ["12345678\t", 10, [0, 9, 0]],
    ["\x1b[36mab\x1b[39m", 10, [0, 2, 0]],
    ["\x1b[36m0123456789\x1b[39mx", 10, [1, 1, 20]],
  ];
  for (const [text, columns, [row, column, start]] of cases) {
    assert.deepEqual(placeAfter(text, columns), { row, column, start }, JSON.stringify(text));
  }
});
