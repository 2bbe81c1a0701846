import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor, redactJson } from "./redact.ts";
import { secretValues } from "./secret_values.ts";

const VALUE = "hunter2-s3cret";

/** Made up here, so that no scanner takes this file for a leak. */
const TOKENS: Readonly<Record<string, string>> = {
  openai: "sk-" + "aB3".repeat(12),
  project: "sk-proj-" + "x9_-".repeat(8),
  github: "ghp_" + "a1B2".repeat(9),
  oauth: "gho_" + "a1B2".repeat(9),
  pat: "github_pat_" + "a1_B".repeat(8),
  aws: "AKIA" + "A1B2".repeat(4),
  slack: "xoxb-" + "12345-".repeat(4) + "abc",
  jwt: ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "abc_DEF-123"].join("."),
  value: VALUE,
  base64: btoa(VALUE),
  google: "AIza" + "a1B2c".repeat(7),
};

const KEY = [
  "-----BEGIN RSA PRIVATE KEY-----",
  ...Array(12).fill("MIIEpAIBAAKCAQEA" + "x0+/".repeat(12)),
  "Q0==",
  "-----END RSA PRIVATE KEY-----",
].join("\n");

const redactor = createRedactor([VALUE, "two words"]);

/** Text that holds something like a secret, and what must not be left of it. */
const SECRETS: readonly [text: string, secret: string][] = [
  ...Object.values(TOKENS).flatMap((token): [string, string][] => [
    [`key = "${token}";`, token],
    [`a ${token}\nb`, token],
    [token, token],
  ]),
  [`x\n${KEY}\ny`, "MIIEpAIBAAKC"],
  [JSON.stringify({ key: KEY }), "MIIEpAIBAAKC"],
  [KEY.split("\n").map((line) => `"${line}\\n"`).join(" +\n  "), "MIIEpAIBAAKC"],
  ["https://user:pa55word@example.com/x", "pa55word"],
  ["postgres://app:pa55word@db:5432/x", "pa55word"],
  ["Authorization: Bearer abcdefghijklmnop1234", "abcdefghijklmnop1234"],
  [`Basic ${btoa(`user:${VALUE}`)}`, btoa(`user:${VALUE}`).slice(8, -4)],
  [`?token=${encodeURIComponent("two words")}&x`, "two%20words"],
];

/** Ordinary code and prose. */
const HARMLESS = [
  ".sk-loading-indicator-with-long-name { color: red }",
  "const risk-assessment-of-the-whole-thing = 1",
  "postgres://${user}:${password}@host/db",
  "https://example.com:8080/path@2x.png",
  "git@github.com:owner/repo.git",
  "npm_config_registry=https://registry.example.com",
  'const BEGIN = "-----BEGIN RSA PRIVATE KEY-----";\nreturn BEGIN.length;',
  "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq\n-----END CERTIFICATE-----",
  'eyJ is how base64 of {" begins',
  "AKIA is the prefix of an AWS key id",
  "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "import { task_skeleton_builder_for_pages } from './x'",
];

Deno.test("text() masks every form of secret, and leaves the rest", () => {
  for (const [text, secret] of SECRETS) {
    const clean = redactor.text(`before ${text} after`);
    assert.ok(!clean.includes(secret), clean);
    assert.ok(clean.startsWith("before ") && clean.endsWith(" after"), clean);
    assert.ok(clean.includes("[redacted]"), clean);
  }
});

Deno.test("text() leaves ordinary code as it is", async () => {
  for (const text of HARMLESS) assert.equal(redactor.text(text), text);
  for (const file of ["paths.ts", "words.ts", "gate.ts", "redact.ts"]) {
    const code = await Deno.readTextFile(new URL(file, import.meta.url));
    assert.equal(
      createRedactor([]).text(code.replace(/https:\/\/me:\S+@/, "")),
      code.replace(/https:\/\/me:\S+@/, ""),
    );
  }
});

Deno.test("stream() gives the same as text(), wherever it is cut, and leaks nothing on the way", () => {
  const whole = SECRETS.map(([text]) => text).join("\nline \u00e9\n") + "\nend two wor";
  const expected = redactor.text(whole);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
      for (const eager of [false, true]) {
        const stream = redactor.stream({ eager });
        let shown = "";
        for (let at = 0, i = 0; at < whole.length; i++) {
          const size = sizes[i % sizes.length]!;
          shown += stream.push(whole.slice(at, at + size));
          at += size;
        }
        assert.equal(shown + stream.flush(), expected);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("stream() shows words as they come when it is eager, and holds what may begin a secret", () => {
  const stream = createRedactor([]).stream({ eager: true });
  const pieces = [
    "Hello",
    " there, ",
    "ask",
    " for: ",
    "g",
    "h",
    "osts",
    ", or ",
    "-",
    " gh",
    "p_",
  ];
  const shown = ["Hello", " there, ", "ask", " for: ", "", "", "ghosts", ", or ", "", "- ", ""];
  assert.deepEqual(pieces.map((piece) => stream.push(piece)), shown);
});

Deno.test("stream() splits no secret of a line that is too long to hold", () => {
  const token = TOKENS.openai!;
  for (let shift = 0; shift < token.length + 4; shift++) {
    const text = "ab ".repeat(22_000) + token + " x".repeat(2030) + "y".repeat(shift);
    const stream = redactor.stream();
    const first = stream.push(text);
    assert.ok(first.length > 50_000);
    assert.equal(first + stream.flush(), redactor.text(text));
  }
});

Deno.test("stream() shows a line as soon as it has ended", () => {
  const stream = redactor.stream();
  assert.equal(stream.push("test 1 ok\ntest 2"), "test 1 ok\n");
  assert.equal(stream.push(" ok\r"), "test 2 ok\r");
  assert.equal(stream.flush(), "");
});

Deno.test("text() and stream() take linear time on hostile text", () => {
  const hostile = [
    "sk-",
    "eyJ-",
    "://a:",
    "-----BEGIN PRIVATE KEY-----\n",
    "Authorization: Bearer ",
    "a",
    "hunter2-",
  ];
  for (const part of hostile) {
    const text = part.repeat(Math.ceil(1e6 / part.length));
    const started = performance.now();
    redactor.text(text);
    const stream = redactor.stream();
    for (let at = 0; at < text.length; at += 16_384) stream.push(text.slice(at, at + 16_384));
    stream.flush();
    assert.ok(performance.now() - started < 3000, part);
  }
});

Deno.test("createRedactor() passes over values too short to be secrets", () => {
  assert.equal(createRedactor(["", "a", "12345"]).text("a 12345 b"), "a 12345 b");
});

Deno.test("redactJson() reaches every text and keeps the shape", () => {
  const value = { a: [VALUE, 1, null, { [VALUE]: `x ${VALUE}` }], b: true };
  assert.deepEqual(redactJson(value, redactor), {
    a: ["[redacted]", 1, null, { "[redacted]": "x [redacted]" }],
    b: true,
  });
});

Deno.test("secretValues() finds values of variables named like keys, and passwords in URLs", () => {
  const env = {
    OPENAI_API_KEY: "k1",
    MY_PAT: "k2",
    DB_DSN: "k3",
    GITHUB_TOKEN: "k4",
    HTTPS_PROXY: "http://u:k5@proxy:3128",
    PGPASSWORD: "k6",
    SSH_AUTH_SOCK: "/tmp/x",
    KEYBOARD: "de",
    MONKEY: "x",
    PATH: "/bin",
    AWS_SECRET_ACCESS_KEY: "k7",
  };
  assert.deepEqual(secretValues(env).sort(), ["k1", "k2", "k3", "k4", "k5", "k6", "k7"]);
});
