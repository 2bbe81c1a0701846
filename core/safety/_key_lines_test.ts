import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor, redactJson } from "./redact.ts";

/** A private key as OpenSSL writes it, made here, so that no scanner takes this file for a leak. */
const PEM = await newKey();
const BODY = PEM.slice(1, -1);
const [BEGIN, END] = [PEM[0]!, PEM.at(-1)!];

const redactor = createRedactor([]);
const joined = (lines: readonly string[]) => lines.join("\n");
const numbered = (lines: readonly string[], from = 1) =>
  lines.map((line, i) => `${String(from + i).padStart(4)}\t${line}`);

async function newKey(width = 64): Promise<string[]> {
  const name = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const pair = await crypto.subtle.generateKey(
    { ...name, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const body = der.toBase64().match(new RegExp(`.{1,${width}}`, "g"))!;
  return ["-----BEGIN PRIVATE KEY-----", ...body, "-----END PRIVATE KEY-----"];
}

/** What tools show of a key. */
const PARTS: Readonly<Record<string, string>> = {
  "cat --start 3": joined(PEM.slice(2)),
  "cat --start 3 --end 5": joined(PEM.slice(2, 5)),
  "cat --end 4": joined(PEM.slice(0, 4)),
  "cat of the end": joined(PEM.slice(-3)),
  "CRLF": PEM.slice(2).join("\r\n"),
  "grep with context": joined([
    `a-b/key 1.txt:1: ${BEGIN}`,
    ...BODY.slice(0, 3).map((line, i) => `a-b/key 1.txt-${i + 2}- ${line}`),
    "--",
    ...BODY.slice(-2).map((line, i) => `a-b/key 1.txt-${i + 9}- ${line}`),
    `a-b/key 1.txt:11: ${END}`,
  ]),
  "one line of context": joined([
    `k:1:${BEGIN}`,
    `k-2-${BODY[0]}`,
    "--",
    `k-30-${BODY[4]}`,
    `k:31:${END}`,
  ]),
  "grep of every line": joined(PEM.map((line, i) => `key.txt:${i + 1}: ${line}`)),
  "esearch": joined([
    `> 2: ${BODY[0]}`,
    ...BODY.slice(1, 5).map((line, i) => `  ${i + 3}: ${line}`),
  ]),
  "cat -n": joined(numbered(BODY)),
  "a diff": joined([`+${BEGIN}`, ...BODY.map((line) => `+${line}`), `+${END}`]),
  "a diff that removes": joined(BODY.map((line) => `-${line}`)),
  "two lines, and a key's end further down": joined([...BODY.slice(0, 2), "x", "y", END]),
  "lines of 76": joined((await newKey(76)).slice(3)),
  "lines of 70": joined((await newKey(70)).slice(3)),
  "indented": joined(BODY.map((line) => `    ${line}`)),
};

/** Whether eight letters of a body line are left. */
function leaks(text: string): boolean {
  return text.split(/[^A-Za-z0-9+/=]+/).some((word) => word.length >= 24);
}

for (const [name, part] of Object.entries(PARTS)) {
  Deno.test(`text() masks the lines of a private key: ${name}`, () => {
    assert.ok(leaks(part));
    const clean = redactor.text(`before\n${part}\n(after)\n`);
    assert.ok(!leaks(clean), clean);
    assert.ok(clean.startsWith("before\n") && clean.endsWith("(after)\n"), clean);
  });
}

Deno.test("text() keeps what stands before the lines of a key", () => {
  assert.equal(
    redactor.text(joined([`k:1: ${BEGIN}`, `k-2- ${BODY[0]}`, `k-3- ${BODY[1]}`])),
    `k:1: ${BEGIN}\nk-2- [redacted]\nk-3- [redacted]`,
  );
});

const certificate = (name: string) => [`-----BEGIN ${name}-----`, ...BODY, `-----END ${name}-----`];
const hex = (count: number) => crypto.getRandomValues(new Uint8Array(count)).toHex();
const base64 = (count: number) => crypto.getRandomValues(new Uint8Array(count)).toBase64();
const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

/** What looks like a key, and is none. */
const HARMLESS: Readonly<Record<string, string>> = {
  certificate: joined(certificate("CERTIFICATE")),
  "several": joined([...certificate("CERTIFICATE"), ...certificate("CERTIFICATE")]),
  "the end of a certificate": joined(certificate("CERTIFICATE").slice(3)),
  "the beginning of one": joined(certificate("CERTIFICATE").slice(0, 6)),
  "one with numbers": joined(numbered(certificate("PUBLIC KEY"))),
  "grep in one": joined(certificate("CERTIFICATE").map((line, i) => `c.pem-${i}- ${line}`)),
  "a request": joined(certificate("CERTIFICATE REQUEST")),
  "PGP": joined(["-----BEGIN PGP PUBLIC KEY BLOCK-----", "Version: 1", "", ...BODY, "=abcd"]),
  "hashes": joined(times(9, () => hex(32))),
  "hashes with names": joined(times(9, () => `${hex(32)}  file.txt`)),
  "hashes beside a marker": joined([...times(9, () => hex(32)), `const end = "${END}";`]),
  "upper case hashes": joined(times(9, () => hex(32).toUpperCase())),
  "package-lock": joined(times(9, () => `      "integrity": "sha512-${base64(64)}",`)),
  "yarn.lock": joined(times(9, () => `  integrity sha384-${base64(48)}`)),
  "pnpm": joined(times(9, () => `    resolution: {integrity: sha512-${base64(64)}}`)),
  "go.sum": joined(times(9, () => `example.com/a v1.0.0 h1:${base64(32)}`)),
  "a source map": JSON.stringify({ version: 3, mappings: "AAAA,SAAS;".repeat(200) }),
  "a source map below code": `x();\n//# sourceMappingURL=data:application/json;base64,${
    base64(900)
  }`,
  "two lines of base64": joined(times(2, () => base64(48))),
  "joined strings": joined(times(9, () => `  "${base64(48)}" +`)),
  "rules": joined(times(9, () => "=".repeat(64) + "\n" + "-".repeat(64) + "\n" + "A".repeat(64))),
  "long names": joined(
    times(9, () => "aVeryLongNameOfAFunctionThatReads2FilesAndWrites1".padEnd(64, "x")),
  ),
  "ssh": joined(times(3, () => `ssh-rsa ${base64(279)} me@host`)),
};

for (const [name, text] of Object.entries(HARMLESS)) {
  Deno.test(`text() and stream() leave what is no private key: ${name}`, () => {
    assert.equal(redactor.text(`a\n${text}\nb\n`), `a\n${text}\nb\n`);
    const stream = redactor.stream();
    const shown = text.split("\n").map((line) => stream.push(`${line}\n`)).join("");
    assert.equal(shown + stream.flush(), `${text}\n`);
  });
}

Deno.test("text() leaves our own code and its lock file as they are", async () => {
  const root = new URL("../../", import.meta.url);
  for (
    const path of ["deno.lock", "core/safety/_secret_patterns.ts", "core/safety/_key_lines.ts"]
  ) {
    const code = await Deno.readTextFile(new URL(path, root));
    assert.equal(redactor.text(code), code, path);
  }
});

Deno.test("stream() masks the lines of a key like text(), wherever it is cut", () => {
  const whole = Object.values(PARTS).concat(Object.values(HARMLESS)).join("\nbetween them\n");
  const marked = `${END}\n${whole}\n`;
  const expected = redactor.text(marked);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes) => {
      const stream = redactor.stream();
      let shown = "";
      for (let at = 0, i = 0; at < marked.length; i++) {
        const size = sizes[i % sizes.length]!;
        shown += stream.push(marked.slice(at, at + size));
        at += size;
      }
      assert.equal(shown + stream.flush(), expected);
    }),
    { numRuns: 30 },
  );
});

Deno.test("stream() goes on masking a run of lines that is too long to hold", () => {
  const stream = redactor.stream();
  const lines = Array(40).fill(BODY.slice(0, -1)).flat();
  assert.ok(joined(lines).length > 60_000);
  let shown = "";
  for (const line of lines) shown += stream.push(`${line}\n`);
  assert.ok(!leaks(shown + stream.flush()));
});

Deno.test("redactJson() looks at the lines of a list together", () => {
  const lines = PEM.slice(0, 4).map((text, i) => ({ line: i + 1, text }));
  const clean = redactJson({ lines, plain: BODY.slice(0, 3), one: BODY[0] }, redactor);
  assert.deepEqual(clean, {
    lines: lines.map((line, i) => i === 0 ? line : { ...line, text: "[redacted]" }),
    plain: ["[redacted]", "[redacted]", "[redacted]"],
    one: BODY[0],
  });
  const cert = certificate("CERTIFICATE");
  assert.deepEqual(redactJson(cert, redactor), cert);
});

Deno.test("text() and stream() take linear time on what looks like lines of keys", () => {
  const full = `${BODY[1]}\n`;
  const hostile = [
    full,
    `-1-${" ".repeat(500)}x\n`,
    "-1-1:1".repeat(90) + "\n",
    `a\n${full}`,
    "AAAA\n",
    "a:1:AA  ",
  ];
  for (const part of [...hostile, "-----BEGIN PRIVATE KEY-----\nx", "aB3/".repeat(16)]) {
    const text = part.repeat(Math.ceil(1e6 / part.length));
    const started = performance.now();
    redactor.text(text);
    const stream = redactor.stream();
    for (let at = 0; at < text.length; at += 16_384) stream.push(text.slice(at, at + 16_384));
    stream.flush();
    assert.ok(performance.now() - started < 3000, part.slice(0, 80));
  }
});
