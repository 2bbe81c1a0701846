import assert from "node:assert/strict";
import { commandSources } from "./command_sources.ts";

Deno.test("commandSources() names the files of a command with their hashes, and its settings", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/tools`);
    await Deno.writeTextFile(`${root}/tools/check.sh`, "exit 0\n");
    await Deno.writeTextFile(`${root}/rules.json`, "{}");
    await Deno.writeTextFile(`${root}/package.json`, '{"scripts": {"x": "y"}}');
    assert.deepEqual(await commandSources(root, ["git", "status", "tools"]), []);
    const [file, ...none] = await commandSources(root, ["./tools/check.sh"]);
    assert.match(file!, /^\.\/tools\/check\.sh\nsha256 [0-9a-f]{64}$/);
    assert.deepEqual(none, []);
    const [rules] = await commandSources(root, ["lint", "--rules=rules.json"]);
    assert.match(rules!, /^rules\.json\nsha256 /);
    const [scripts] = await commandSources(root, ["npm", "run", "x"]);
    assert.match(scripts!, /^package\.json\n.*"x":"y"/);
    await Deno.writeTextFile(`${root}/tools/check.sh`, "exit 1\n");
    assert.notEqual((await commandSources(root, ["./tools/check.sh"]))[0], file);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("commandSources() says of a file that may not be read why", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.symlink("/bin/sh", `${root}/check`);
    const [outside] = await commandSources(root, ["./check"]);
    assert.equal(outside, "./check\npath.outside");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
