// DSPy's complaint of slow imports: what the room loads.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

Deno.test("the room loads zod and node:async_hooks, and nothing else from outside", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fileURLToPath(new URL("mod.ts", import.meta.url))],
  }).output();
  assert.equal(code, 0);
  const { modules, npmPackages } = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly modules: readonly { readonly specifier: string }[];
    readonly npmPackages: Readonly<Record<string, { readonly name: string }>>;
  };
  // The lock file may name packages that the room does not ask for.
  const asked = modules.map(({ specifier }) => specifier)
    .filter((specifier) => !specifier.startsWith("file:"));
  assert.deepEqual(asked.map((specifier) => specifier.replace(/@\d.*$/, "")).sort(), [
    "node:async_hooks",
    "npm:/zod",
  ]);
  assert.ok(Object.values(npmPackages).some(({ name }) => name === "zod"));
  const own = modules.filter(({ specifier }) => specifier.startsWith("file:"));
  assert.ok(own.length < 70, `${own.length} files`);
});
