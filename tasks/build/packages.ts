import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "rolldown";

/** Packages that become part of the program. With literal imports, or Deno knows no place of them. */
const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  "@stricli/core": () => import("@stricli/core"),
  "openai/core/streaming": () => import("openai/core/streaming"),
};

/**
 * Leaves packages to Deno, which finds them by the checkout's `deno.json`, but for those that every
 * command waits for: to look one up takes 5 ms.
 */
export function packages(root: string): Plugin {
  return {
    name: "packages",
    resolveId(path, importer) {
      if (importer === undefined || /^[./]/.test(path)) return null;
      if (path === "zod") return join(root, "core/zod.js");
      const isPart = Object.hasOwn(PARTS, path);
      return isPart ? fileURLToPath(import.meta.resolve(path)) : { id: path, external: true };
    },
  };
}
