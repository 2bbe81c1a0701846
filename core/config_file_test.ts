import assert from "node:assert/strict";
import { parseConfigFile } from "./config_file.ts";
import type { UserError } from "./errors.ts";

Deno.test("parseConfigFile() reads settings, comments and an empty file", async () => {
  const { values } = await parseConfigFile("c.yaml", "# note\nplain: yes\ntimeout_sec: 60\n");
  assert.deepEqual({ ...values }, { plain: "yes", timeout_sec: 60 });
  for (const text of ["", "\n", "# only a note\n", "---\n"]) {
    assert.deepEqual((await parseConfigFile("c.yaml", text)).values, {}, JSON.stringify(text));
  }
});

Deno.test("parseConfigFile() names file and line of broken YAML and exits 2", async () => {
  await assert.rejects(parseConfigFile("c.yaml", "plain: yes\nlogs: [1,\nx: 2\n"), (error) => {
    const { exitCode, line } = error as UserError;
    assert.equal(exitCode, 2);
    assert.match(line, /^c\.yaml:3: not valid YAML: .*nothing was changed$/);
    assert.ok(!line.includes("\n"));
    return true;
  });
});

Deno.test("parseConfigFile() refuses a list or a bare word", async () => {
  for (const text of ["- a\n- b\n", "hello\n", "3\n"]) {
    await assert.rejects(parseConfigFile("c.yaml", text), /expected settings/);
  }
});
