// Tries what a session must not be able to do; tells what went through, as JSON.
const [root, outside] = Deno.args as [string, string];

const attempts: Record<string, () => unknown> = {
  "read root": () => Deno.readTextFileSync(`${root}/a.txt`),
  "list root": () => [...Deno.readDirSync(root)],
  "read outside": () => Deno.readTextFileSync(`${outside}/secret`),
  "read outside by ..": () => Deno.readTextFileSync(`${root}/../out/secret`),
  "read passwd": () => Deno.readTextFileSync("/etc/passwd"),
  "read environ": () => Deno.readTextFileSync("/proc/self/environ"),
  "list home": () => [...Deno.readDirSync("/root")],
  "write root": () => Deno.writeTextFileSync(`${root}/new.txt`, "x"),
  "write state": () => {
    Deno.mkdirSync(`${root}/.dspy`, { recursive: true });
    Deno.writeTextFileSync(`${root}/.dspy/x`, "x");
  },
  "write memory": () => Deno.writeTextFileSync(`${root}/.dspy_session_memory.json`, "{}"),
  "write outside": () => Deno.writeTextFileSync(`${outside}/new`, "x"),
  "write outside by ..": () => Deno.writeTextFileSync(`${root}/../out/new2`, "x"),
  "remove outside": () => Deno.removeSync(`${outside}/secret`),
  "move in": () => Deno.renameSync(`${outside}/secret`, `${root}/moved`),
  "copy in": () => Deno.copyFileSync(`${outside}/secret`, `${root}/copied`),
  "link in": () => Deno.linkSync(`${outside}/secret`, `${root}/linked`),
  "symlink in": () => Deno.symlinkSync(`${outside}/secret`, `${root}/symlinked`),
  "write git config": () => Deno.writeTextFileSync(`${root}/.git/config`, "x"),
  "write git hook": () => Deno.writeTextFileSync(`${root}/.git/hooks/pre-commit`, "x"),
  "move git away": () => Deno.renameSync(`${root}/.git`, `${root}/git2`),
  "write policy": () => Deno.writeTextFileSync(`${root}/.dspy_policy.yaml`, "x"),
  "write json policy": () => Deno.writeTextFileSync(`${root}/.dspy_policy.json`, "{}"),
  "write config": () => Deno.writeTextFileSync(`${root}/.dspy/config.yaml`, "x"),
  "move over config": () => {
    Deno.writeTextFileSync(`${root}/.dspy/y`, "x");
    Deno.renameSync(`${root}/.dspy/y`, `${root}/.dspy/config.yaml`);
  },
  "write receipts": () => Deno.writeTextFileSync(`${root}/.state/receipts`, "x"),
  "run": () => new Deno.Command("/bin/true").outputSync(),
  "run deno": () => new Deno.Command(Deno.execPath()).outputSync(),
  "see env": () => Deno.env.toObject(),
  "see HOME": () => Deno.env.get("HOME"),
  "set env": () => Deno.env.set("X", "1"),
  "net": () => fetch("http://127.0.0.1:12345/"),
  "listen": () => Deno.listen({ port: 0 }),
  "dns": () => Deno.resolveDns("localhost", "A"),
  "unix socket": () => Deno.connect({ transport: "unix", path: "/tmp/none" }),
  "import from net": () => import("https://127.0.0.1:12345/x.ts"),
  "import from outside": () => import(`file://${outside}/module.ts`),
  "ffi": () => Deno.dlopen("libc.so.6", {}),
  "sys": () => Deno.hostname(),
  "exit by signal": () => Deno.kill(Deno.ppid, "SIGTERM"),
};

const passed: string[] = [];
const errors: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    passed.push(name);
  } catch (error) {
    errors[name] = String(error);
  }
}
await new Blob([JSON.stringify({ passed, errors }), "\n"]).stream().pipeTo(Deno.stdout.writable);
Deno.exit(0);
