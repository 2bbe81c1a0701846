import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { parseStreamConfig } from "../config/parse_stream_config.ts";
import { loadSignatures } from "./load_signatures.ts";
import { SignatureStreamManager } from "./signature_stream_manager.ts";

const { signature_streams } = parseStreamConfig(JSON.stringify({
  signature_streams: [{
    name: "s",
    sources: ["in"],
    verifiers: [{ name: "a", module: "one.ts" }, { name: "b", module: "two.ts", weight: 0 }],
  }],
}));

Deno.test("loadSignatures() asks for each verifier by module and name", async () => {
  const asked: string[] = [];
  const signatures = await loadSignatures(signature_streams, (module, name) => {
    asked.push(`${module}#${name}`);
    return Promise.resolve(() => name === "a" ? 1 : 0);
  });
  assert.deepEqual(asked, ["one.ts#a", "two.ts#b"]);
  assert.deepEqual(signatures[0]!.verifiers.map(({ name, weight }) => [name, weight]), [["a", 1], [
    "b",
    0,
  ]]);
  assert.deepEqual(Object.keys(new SignatureStreamManager(signatures).metrics()), ["s"]);
});

Deno.test("loadSignatures() names the module that lacks a verifier", async () => {
  await assert.rejects(
    loadSignatures(
      signature_streams,
      (_, name) => Promise.resolve(name === "a" ? () => 1 : undefined),
    ),
    (error) => error instanceof UserError && /"two\.ts" has no verifier "b".*"s"/.test(error.line),
  );
});
