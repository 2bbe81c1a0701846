import assert from "node:assert/strict";
import { type ConfigSources, mergeConfig } from "../core/config_merge.ts";
import type { UserError } from "../core/errors.ts";
import { modelAddress } from "./model_address.ts";

const KEY = "made-up-key";

/** The host that is asked, or the sentence of what is refused. */
function hostOf(
  baseUrl: string,
  env: Record<string, string> = { OPENAI_API_KEY: KEY },
  more: Omit<ConfigSources, "env"> = {},
): string | undefined {
  const given = { OPENAI_BASE_URL: baseUrl, ...env };
  try {
    return modelAddress(mergeConfig({ ...more, env: given }).config, given)?.host;
  } catch (error) {
    assert.equal((error as UserError).kind, "usage");
    return (error as UserError).line;
  }
}

const REFUSED =
  /^the key would go to \S+ over plain http, where others can read it: use https, or /;

Deno.test("modelAddress() sends a key over plain http to this machine only", () => {
  for (
    const url of [
      "http://10.0.0.5:8080/v1",
      "http://example.test/v1",
      "http://localhost.example.test/v1",
      "http://127.0.0.1.example.test/v1",
      "http://[2001:db8::1]:8080/v1",
      "HTTP://EXAMPLE.TEST/v1",
    ]
  ) {
    assert.match(hostOf(url)!, REFUSED, url);
    assert.ok(!hostOf(url)!.includes(KEY));
  }
  assert.equal(hostOf("http://localhost:8080/v1"), "localhost:8080");
  assert.equal(hostOf("http://127.0.0.1/v1"), "127.0.0.1:80");
  assert.equal(hostOf("http://127.1:1234/v1"), "127.0.0.1:1234");
  assert.equal(hostOf("http://[::1]:8080/v1"), "[::1]:8080");
  assert.equal(hostOf("https://example.test/v1"), "example.test:443");
});

Deno.test("modelAddress() goes by the key of the provider: without one plain http is no matter", () => {
  const far = { OLLAMA_HOST: "10.0.0.5:11434" };
  const ollama = (env: Record<string, string>) => {
    const given = { ...far, ...env };
    return () => modelAddress(mergeConfig({ env: given }).config, given)?.host;
  };
  assert.equal(ollama({})(), "10.0.0.5:11434");
  assert.throws(ollama({ OLLAMA_API_KEY: KEY }), /over plain http/);
  assert.equal(hostOf("http://10.0.0.5/v1", {}), "10.0.0.5:80");
});

Deno.test("modelAddress() lets the user allow plain http, and the workspace not", () => {
  const url = "http://10.0.0.5:8080/v1";
  const env = { OPENAI_API_KEY: KEY };
  const values = { allow_http: true };
  const allowed = "10.0.0.5:8080";
  assert.equal(hostOf(url, env, { flags: { allowHttp: true } }), allowed);
  assert.equal(hostOf(url, { ...env, ALLOW_HTTP: "1" }), allowed);
  assert.equal(hostOf(url, env, { userFile: { path: "user.yaml", values } }), allowed);
  assert.match(
    hostOf(url, env, { workspaceFile: { path: ".dspy/config.yaml", values } })!,
    REFUSED,
  );
});
