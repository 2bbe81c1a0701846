import assert from "node:assert/strict";
import type { UserError } from "../../errors.ts";
import { openFiles } from "../../workspace/open_files.ts";
import { expandRequest } from "./expand_request.ts";

const whole = (_path: string, text: string) => Promise.resolve(text);

async function withFiles(
  act: (expand: (text: string) => Promise<string>, root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/a.ts`, "one");
    await Deno.writeTextFile(`${root}/.env`, "TOKEN=1");
    const files = openFiles(root);
    await act((text) => expandRequest(text, files, whole), root);
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

Deno.test("expandRequest() has each file that comes along cut to size, once", async () => {
  await withFiles(async (_expand, root) => {
    const seen: string[] = [];
    const fit = (path: string, text: string) => {
      seen.push(path);
      return Promise.resolve(`${text.length} letters`);
    };
    const files = openFiles(root);
    assert.equal(
      await expandRequest("@a.ts or @a.ts?", files, fit),
      "@a.ts or @a.ts?\n\nFile a.ts:\n3 letters",
    );
    assert.deepEqual(seen, ["a.ts"]);
    await Deno.writeTextFile(`${root}/big.txt`, "x".repeat(2 * 1024 * 1024));
    assert.match(
      await expandRequest("@big.txt", files, fit),
      /File big\.txt \(the first 1048576 of 2097152 bytes\):\n1048576 letters$/,
    );
  });
});
