const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/**
 * Decodes a path as git prints it with `core.quotePath`: plain, or in quotes with C escapes for
 * everything else, which survives any cleaning of the output.
 *
 * @returns the path; bytes that are no UTF-8 become U+FFFD.
 */
export function unquotePath(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  const bytes: number[] = [];
  for (const [, octal, escape, plain] of text.slice(1, -1).matchAll(UNIT)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8) & 0xff);
    else if (escape !== undefined) bytes.push(ESCAPES[escape] ?? escape.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(plain));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

const UNIT = /\\([0-7]{3})|\\(.)|([^\\]+)/gsu;
