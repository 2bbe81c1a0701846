// What belongs to a program that is run, on the command line and in a session.
import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";

const FILES = {
  "say.js": "console.log(JSON.stringify(process.argv.slice(2)));\n",
  "package.json": '{"scripts": {"build": "node say.js built"}}\n',
};

Deno.test("exec gives a program all words behind its name, on the command line", async () => {
  await using box = await sandbox(FILES);
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await box.cli(args);
    assert.equal(code, 0, `${args.join(" ")}\n${stdout}${stderr}`);
    return stdout.trim();
  };
  const words = ["--silent", "--json", "-x", "--", "--help"];
  assert.equal(await said("--yes", "exec", "node", "say.js", ...words), JSON.stringify(words));
  assert.equal(await said("exec", "--yes", "--", "node", "say.js", "--json"), '["--json"]');
  assert.equal(await said("--yes", "exec", "node say.js --plain"), '["--plain"]');
  assert.equal(await said("--yes", "exec", "npm", "run", "build", "--silent"), '["built"]');
  assert.match(await said("exec", "--help"), /^ {2}dspy-code exec \[flags\] <command>\.\.\.$/m);
});

Deno.test("exec gives a program all words behind its name, in a session", async () => {
  await using box = await sandbox(FILES);
  const { stdout } = await box.cli(["--yes"], {
    stdin: "exec node say.js --silent --help -h\nexec node say.js 'a b' -- -c\nexec --help\n",
  });
  assert.match(stdout, /^\["--silent","--help","-h"\]\n\["a b","--","-c"\]\n/);
  assert.match(stdout, /^ {2}exec \[flags\] <command>\.\.\.$/m);
});
