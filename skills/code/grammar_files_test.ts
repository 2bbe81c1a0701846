import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { grammarFiles } from "./grammar_files.ts";
import { languageOf } from "./grammars.ts";
import { SAMPLES } from "./_test_samples.ts";
import { writeFiles } from "./_test_context.ts";

Deno.test("languageOf() goes by the extension, in any case", () => {
  assert.equal(languageOf("a/b.MTS"), "typescript");
  assert.equal(languageOf("a.d.ts"), "typescript");
  assert.equal(languageOf("a.rb"), undefined);
  assert.equal(languageOf("py"), undefined);
  assert.equal(languageOf("a.constructor"), undefined);
  assert.equal(languageOf("a.py/b"), undefined);
});

Deno.test("grammarFiles() names eight wasm files that exist", async () => {
  const files = grammarFiles();
  assert.equal(files.length, 8);
  for (const file of files) {
    const bytes = await Deno.readFile(file);
    assert.deepEqual([...bytes.subarray(0, 4)], [0x00, 0x61, 0x73, 0x6d], file);
  }
});

Deno.test("parsing works in a jail that may read the workspace and grammarFiles()", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    const samples = Object.entries(SAMPLES);
    await writeFiles(root, Object.fromEntries(samples.map(([, { path, text }]) => [path, text])));
    const jailed = await inJail(root, [root, ...grammarFiles()]);
    assert.equal(jailed.stderr, "");
    assert.deepEqual(
      JSON.parse(jailed.stdout),
      Object.fromEntries(samples.map(([language, { symbols }]) => [language, symbols.length])),
    );
    const starved = await inJail(root, [root]);
    assert.match(starved.stderr, /cannot read the runtime grammar/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

async function inJail(
  root: string,
  readable: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--cached-only",
      "--no-check",
      "--config",
      fileURLToPath(new URL("../../deno.json", import.meta.url)),
      `--allow-read=${readable.join(",")}`,
      fileURLToPath(new URL("_test_parse_in_jail.ts", import.meta.url)),
      root,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
