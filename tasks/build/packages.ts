import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "npm:rolldown@1.3.3";

/** Packages that become part of the program. Literal, or Deno would not know where they lie. */
const PARTS: readonly (() => Promise<unknown>)[] = [
  () => import("@stricli/core"),
  () => import("openai/core/streaming"),
];

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
      const isPart = PARTS.some((load) => String(load).includes(`"${path}"`));
      return isPart ? fileURLToPath(import.meta.resolve(path)) : { id: path, external: true };
    },
  };
}
