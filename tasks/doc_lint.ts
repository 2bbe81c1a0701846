// deno-lint-ignore-file no-console -- a script for the command line
/** `deno doc --lint` over all entry points at once, so that a type exported by one is known to all. */
const root = new URL("..", import.meta.url);
const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...Object.values<string>(exports)],
  cwd: root,
}).output();
const text = new TextDecoder();
if (code !== 0) console.error(text.decode(stdout) + text.decode(stderr));
Deno.exit(code);
