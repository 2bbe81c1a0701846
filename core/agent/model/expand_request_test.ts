import assert from "node:assert/strict";
import type { UserError } from "../../errors.ts";
import { openFiles } from "../../workspace/open_files.ts";
import { expandRequest } from "./expand_request.ts";

async function withFiles(
  act: (expand: (text: string) => Promise<string>, root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/a.ts`, "one");
    await Deno.writeTextFile(`${root}/.env`, "TOKEN=1");
    const files = openFiles(root);
    await act((text) => expandRequest(text, files), root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("expandRequest() brings a mentioned file along", async () => {
  await withFiles(async (expand) => {
    assert.equal(await expand("look at @a.ts."), "look at @a.ts.\n\nFile a.ts:\none");
  });
});

Deno.test("expandRequest() leaves what names no file of the workspace as it is", async () => {
  await withFiles(async (expand) => {
    for (
      const text of [
        "import Button from @/components/Button",
        "what is in @/etc/hosts?",
        "see @../other/file.ts",
        "as @someone said in @scope/package",
        "mail me@example.org",
      ]
    ) assert.equal(await expand(text), text);
  });
});

Deno.test("expandRequest() refuses a mention of a file that may hold secrets", async () => {
  await withFiles(async (expand, root) => {
    for (const path of [".env", `${root}/.env`]) {
      await assert.rejects(
        expand(`what is in @${path}`),
        (error: UserError) => error.rule === "path.denied",
      );
    }
  });
});
