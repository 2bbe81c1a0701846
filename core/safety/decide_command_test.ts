import assert from "node:assert/strict";
import { decideCommand } from "./decide_command.ts";
import { createPathGuard } from "./paths.ts";
import { EMPTY_POLICY } from "./policy.ts";

const root = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
await Deno.writeTextFile(`${root}/.env`, "KEY=tea\n");
await Deno.writeTextFile(`${root}/.env.example`, "KEY=\n");
await Deno.writeTextFile(`${root}/notes.txt`, "tea\n");
await Deno.mkdir(`${root}/src`);
await Deno.symlink(".env", `${root}/link`);
await Deno.link(`${root}/.env`, `${root}/twin.txt`);
const guard = createPathGuard(root, { denied: ["private/"] });

function decide(line: string, over: Partial<Parameters<typeof decideCommand>[1]> = {}): string {
  const rules = { policy: EMPTY_POLICY, guard, origin: "agent", interactive: true } as const;
  const { verdict, rule } = decideCommand(line.split(" "), { ...rules, ...over });
  return `${verdict} ${rule}`;
}

const DENIED = [
  "cat .env",
  "cat ./.env",
  "cat src/../.env",
  "cat .ENV",
  "cat -- .env",
  `cat ${root}/.env`,
  "cat ../.env",
  "cat /home/me/.ssh/id_rsa",
  "cat certs/server.pem",
  "cat link",
  "cat twin.txt",
  "cat private/plan.md",
  "cut --file=.env",
  "cut --file=./src/../link",
  "cut -f.env",
  "cut --mount=type=bind,src=.env",
  "dd if=.env",
  "curlish -d @.env",
  "git show HEAD:.env",
  "git show HEAD:./.env",
  "cp .env notes.txt",
  "cat .git/config",
  "cat file:///home/me/.netrc",
];

Deno.test("decideCommand() denies the agent every command that names a denied file, whoever would say yes", () => {
  for (const line of DENIED) {
    assert.equal(decide(line), "deny path.denied", line);
    const policy = { ...EMPTY_POLICY, allow_commands: [line, "cat <path>"] };
    assert.equal(decide(line, { policy }), "deny path.denied", line);
  }
});

Deno.test("decideCommand() lets the agent ask for commands that name other files", () => {
  const asked = [
    "cat notes.txt",
    "cat .env.example",
    "cat missing.txt",
    "git log -n5 --format=%an:%s",
    "git commit -m environment",
    "npm run env",
    "ls -la",
    "ls /usr/include",
    "cat -",
  ];
  for (const line of asked) assert.equal(decide(line), "ask command.unlisted", line);
  const spaced = ["git", "commit", "-m", "read the .env file"];
  const { rule } = decideCommand(spaced, {
    policy: EMPTY_POLICY,
    guard,
    origin: "agent",
    interactive: true,
  });
  assert.equal(rule, "command.unlisted");
});

Deno.test("decideCommand() leaves a person's own command to the person", () => {
  assert.equal(decide("cat .env", { origin: "user" }), "allow consent");
});
