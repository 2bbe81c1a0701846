import assert from "node:assert/strict";
import { delimiter } from "node:path";
import { findProgram } from "./find_program.ts";

/** A workspace with a planted program beside the place where the real one is. */
async function withPrograms(test: (base: string, root: string) => Promise<void>): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const root = `${base}/ws`;
  try {
    for (const folder of ["ws/bin", "real", "mixed"]) {
      await Deno.mkdir(`${base}/${folder}`, { recursive: true });
    }
    for (const path of ["ws/bin/tool", "ws/tool", "real/tool"]) {
      await Deno.writeTextFile(`${base}/${path}`, "#!/bin/sh\n", { mode: 0o755 });
    }
    await test(base, root);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("findProgram() passes over programs planted in the workspace", () =>
  withPrograms(async (base, root) => {
    await Deno.symlink(`${root}/bin/tool`, `${base}/mixed/tool`);
    await Deno.symlink(`${root}/bin`, `${base}/link`);
    const planted = [".", "bin", `${root}/bin`, root, `${base}/mixed`, `${base}/link`];
    for (const folder of planted) {
      const path = [folder, `${base}/real`].join(delimiter);
      assert.equal(await findProgram("tool", path, root), `${base}/real/tool`, folder);
      await assert.rejects(findProgram("tool", folder, root), { kind: "missing" }, folder);
    }
  }));

Deno.test("findProgram() passes over folders, plain files and links that lead nowhere", () =>
  withPrograms(async (base, root) => {
    await Deno.mkdir(`${base}/mixed/tool`);
    await Deno.mkdir(`${base}/plain`);
    await Deno.writeTextFile(`${base}/plain/tool`, "", { mode: 0o644 });
    await Deno.mkdir(`${base}/dangling`);
    await Deno.symlink("nowhere", `${base}/dangling/tool`);
    const path = ["mixed", "plain", "dangling", "missing", "real"].map((name) => `${base}/${name}`);
    assert.equal(await findProgram("tool", path.join(delimiter), root), `${base}/real/tool`);
  }));

Deno.test("findProgram() refuses names that are paths or options", async () => {
  for (const name of ["", "./git", "/bin/sh", "a/b", "..", ".", "-x", "--", "git/"]) {
    await assert.rejects(findProgram(name, "/usr/bin:/bin", "/w"), (error: Error) => {
      const { kind, rule } = error as { kind?: string; rule?: string };
      assert.ok(
        kind === "refused" && rule === "command.name" || kind === "missing",
        `${name}: ${kind}`,
      );
      return true;
    });
  }
});

Deno.test("findProgram() says how to get what is missing", async () => {
  await assert.rejects(findProgram("git", "/nonexistent", "/w"), {
    kind: "missing",
    message: "git not found",
    hint: "install git from your system's packages",
  });
  await assert.rejects(findProgram("nope", "", "/w"), { kind: "missing", exitCode: 127 });
});
