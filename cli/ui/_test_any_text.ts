import fc from "fast-check";

/**
 * Any text, rich in controls, for tests. The `binary` strings of fast-check would do, but take
 * seconds to set up.
 */
export const anyText: fc.Arbitrary<string> = fc.array(fc.oneof(
  fc.nat(0x9f),
  fc.integer({ min: 0x2000, max: 0x2070 }),
  fc.nat(0x10ffff),
)).map((codes) => String.fromCodePoint(...codes));
