import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import { sha256 } from "../../core/sha256.ts";
import { parseTokens } from "./parse_tokens.ts";
import { roleOf } from "./role_of.ts";

const HASH = sha256("secret");

Deno.test("parseTokens() reads lists and all forms of JSON, hashes in each", () => {
  const forms = [
    "plain:viewer,secret:admin",
    ` plain:viewer , sha256:${HASH.toUpperCase()}:admin ,`,
    JSON.stringify([{ token: "plain", role: "viewer" }, { sha256: HASH, role: "admin" }]),
    JSON.stringify({
      tokens: [{ token: "plain", role: "viewer" }, { token: "secret", role: "admin" }],
    }),
    JSON.stringify({ plain: "viewer", [`sha256:${HASH}`]: "admin" }),
  ];
  for (const form of forms) {
    const tokens = parseTokens(form);
    assert.deepEqual(tokens.map(({ role }) => role), ["viewer", "admin"], form);
    assert.equal(roleOf(tokens, "plain"), "viewer", form);
    assert.equal(roleOf(tokens, "secret"), "admin", form);
    assert.equal(roleOf(tokens, "Secret"), undefined, form);
    assert.equal(roleOf(tokens, HASH), undefined, form);
  }
  assert.deepEqual(parseTokens("  "), []);
  assert.equal(roleOf(parseTokens("a:b:c:viewer"), "a:b:c"), "viewer");
});

Deno.test("parseTokens() says which token is wrong and never shows one", () => {
  for (
    const [text, says] of [
      ["hush-hush", /token 1 has no role/],
      ["a:viewer,hush-hush:root", /token 2 has the role "root"/],
      [":admin", /token 1 is empty/],
      ["hush hush:admin", /token 1 is empty or holds/],
      ["sha256:hush:admin", /token 1 has a hash that is no SHA-256/],
      ['{"hush": ', /look like JSON/],
      ['[{"token": "hush"}]', /token 1 has no role/],
      ['[{"token": "hush", "role": 7}]', /token 1 has a role of another kind/],
      ['["hush"]', /token 1 has no role/],
      ['[{"token": 7, "role": "admin"}]', /token 1 is empty/],
      ['[{"sha256": 7, "role": "admin"}]', /token 1 has a hash/],
    ] as const
  ) {
    assert.throws(
      () => parseTokens(text),
      (error) =>
        error instanceof UserError && says.test(error.line) && !error.line.includes("hush"),
      text,
    );
  }
});

Deno.test("parseTokens() throws nothing but UserError, and roleOf() knows what it was given", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    try {
      parseTokens(text);
    } catch (error) {
      assert.ok(error instanceof UserError);
    }
  }));
  const word = fc.stringMatching(/^[\x21-\x2b\x2d-\x7e]{1,50}$/);
  fc.assert(fc.property(word, word, (token, other) => {
    const known = [{ sha256: sha256(token), role: "viewer" }] as const;
    assert.equal(roleOf(known, token), "viewer");
    assert.equal(roleOf(known, other), other === token ? "viewer" : undefined);
  }));
});
