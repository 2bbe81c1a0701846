import assert from "node:assert/strict";
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Tool } from "../../core/tool.ts";
import { type Bench, openBench } from "../_testing.ts";
import gitAdd from "./git_add.ts";
import gitCommit from "./git_commit.ts";
import gitDiff from "./git_diff.ts";
import gitLog from "./git_log.ts";
import gitStatus from "./git_status.ts";
import { git } from "./_git_testing.ts";

/** A script outside the repository that leaves a mark. */
async function plant(bench: Bench, canaries: Bench): Promise<string> {
  const path = join(canaries.root, "canary.sh");
  await canaries.write({ "canary.sh": `#!/bin/sh\ntouch "${canaries.root}/FIRED"\n` });
  await chmod(path, 0o755);
  await git(bench.root, "init", "-q", "-b", "main");
  await git(bench.root, "config", "user.name", "Ann");
  await git(bench.root, "config", "user.email", "ann@example.com");
  return path;
}

async function fired(canaries: Bench): Promise<boolean> {
  const marks = (await readdir(canaries.root)).filter((name) => name !== "canary.sh");
  for (const mark of marks) await rm(join(canaries.root, mark));
  return marks.length > 0;
}

/** Runs every git tool; what they say does not matter here. */
async function everything(bench: Bench): Promise<void> {
  const calls: [Tool, unknown][] = [
    [gitStatus, {}],
    [gitDiff, {}],
    [gitDiff, { staged: true }],
    [gitDiff, { revision: "HEAD" }],
    [gitDiff, { paths: ["nofile"] }],
    [gitLog, {}],
    [gitLog, { paths: ["main"] }],
    [gitLog, { paths: ["a.txt"] }],
    [gitAdd, { paths: ["new.txt"] }],
    [gitAdd, { paths: ["a.txt"] }],
    [gitAdd, { paths: ["."] }],
    [gitCommit, { message: "canary" }],
    [gitStatus, {}],
  ];
  for (const [tool, input] of calls) await bench.run(tool, input).catch(() => {});
}

/** Each way in: what it takes, and a plain git command that shows that it works at all. */
const WAYS: Record<string, {
  arm(bench: Bench, canary: string): Promise<unknown>;
  control: string[];
}> = {
  "filter.clean": {
    async arm(bench, canary) {
      await bench.write({ ".gitattributes": "*.txt filter=evil\n" });
      await git(bench.root, "config", "filter.evil.clean", canary);
      await git(bench.root, "config", "filter.evil.required", "true");
    },
    control: ["diff"],
  },
  "filter with = in its name": {
    async arm(bench, canary) {
      await bench.write({ ".gitattributes": "*.txt filter=a=b\n" });
      await git(bench.root, "config", "filter.a=b.clean", canary);
    },
    control: ["diff"],
  },
  "filter.process": {
    async arm(bench, canary) {
      await bench.write({ ".gitattributes": "*.txt filter=evil\n" });
      await git(bench.root, "config", "filter.evil.process", canary);
    },
    control: ["diff"],
  },
  "filter from an included file": {
    async arm(bench, canary) {
      await bench.write({
        ".gitattributes": "*.txt filter=evil\n",
        "evil.cfg": `[filter "evil"]\n\tclean = ${canary}\n`,
      });
      await git(bench.root, "config", "include.path", "../evil.cfg");
    },
    control: ["diff"],
  },
  "core.fsmonitor": {
    arm: (bench, canary) => git(bench.root, "config", "core.fsmonitor", canary),
    control: ["status"],
  },
  "diff.external": {
    arm: (bench, canary) => git(bench.root, "config", "diff.external", canary),
    control: ["diff"],
  },
  "diff driver": {
    async arm(bench, canary) {
      await bench.write({ ".gitattributes": "*.txt diff=evil\n" });
      await git(bench.root, "config", "diff.evil.command", canary);
    },
    control: ["diff"],
  },
  "textconv": {
    async arm(bench, canary) {
      await bench.write({ ".gitattributes": "*.txt diff=evil\n" });
      await git(bench.root, "config", "diff.evil.textconv", canary);
    },
    control: ["diff"],
  },
  "hooks": {
    async arm(bench, canary) {
      const names = ["pre-commit", "commit-msg", "post-commit", "post-index-change"];
      for (const name of names) {
        await bench.write({ [`.git/hooks/${name}`]: `#!/bin/sh\nexec ${canary} </dev/null\n` });
        await chmod(join(bench.root, ".git/hooks", name), 0o755);
      }
    },
    control: ["commit", "-q", "--allow-empty", "-m", "x"],
  },
  "core.hooksPath": {
    async arm(bench, canary) {
      await bench.write({ "hooks/pre-commit": `#!/bin/sh\nexec ${canary} </dev/null\n` });
      await chmod(join(bench.root, "hooks/pre-commit"), 0o755);
      await git(bench.root, "config", "core.hooksPath", "hooks");
    },
    control: ["commit", "-q", "--allow-empty", "-m", "x"],
  },
  "signing program": {
    async arm(bench, canary) {
      await git(bench.root, "config", "gpg.program", canary);
      await git(bench.root, "config", "commit.gpgSign", "true");
      await git(bench.root, "config", "log.showSignature", "true");
    },
    control: ["commit", "-q", "--allow-empty", "-m", "x"],
  },
  "fsmonitor of a submodule": {
    async arm(bench, canary) {
      await git(join(bench.root, "sub"), "config", "core.fsmonitor", canary);
    },
    control: ["status"],
  },
  "filter of a submodule": {
    async arm(bench, canary) {
      await bench.write({ "sub/.gitattributes": "*.txt filter=inner\n" });
      await git(join(bench.root, "sub"), "config", "filter.inner.clean", canary);
    },
    control: ["status"],
  },
  "transport of a partial clone": {
    async arm(bench, canary) {
      await git(bench.root, "config", "core.repositoryFormatVersion", "1");
      await git(bench.root, "config", "extensions.partialClone", "origin");
      await git(bench.root, "config", "remote.origin.url", `ext::${canary}`);
      await git(bench.root, "config", "remote.origin.promisor", "true");
      await git(bench.root, "config", "protocol.ext.allow", "always");
      // The old version of the changed file is gone: a diff must fetch it.
      const blob = (await git(bench.root, "rev-parse", "HEAD:a.txt")).trim();
      await rm(join(bench.root, ".git/objects", blob.slice(0, 2), blob.slice(2)), { force: true });
    },
    control: ["log", "-p"],
  },
};

for (const [way, { arm, control }] of Object.entries(WAYS)) {
  Deno.test(`git tools start nothing of the repository: ${way}`, async () => {
    await using canaries = await openBench();
    await using bench = await openBench({ "a.txt": "one\n", "sub/x.txt": "x\n" });
    const canary = await plant(bench, canaries);
    await git(join(bench.root, "sub"), "init", "-q");
    await git(join(bench.root, "sub"), "add", ".");
    await git(
      join(bench.root, "sub"),
      "-c",
      "user.name=A",
      "-c",
      "user.email=a@b",
      "commit",
      "-qm",
      "s",
    );
    await git(bench.root, "-c", "advice.addEmbeddedRepo=false", "add", ".");
    await git(bench.root, "commit", "-qm", "first");
    await bench.write({ "a.txt": "two\n", "new.txt": "new\n", "sub/x.txt": "y\n" });
    await arm(bench, canary);
    await everything(bench);
    assert.equal(await fired(canaries), false, "a program of the repository was started");
    await bench.write({ "a.txt": "three\n" });
    await git(bench.root, ...control).catch(() => {});
    assert.equal(await fired(canaries), true, "the canary is dead: this test proves nothing");
  });
}
