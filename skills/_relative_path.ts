import type { z } from "zod";
import type { Zod } from "../core/schema.ts";

/** Field of a command: a path below the workspace's root, by its text. */
export function relativePath(z: Zod): z.ZodString {
  return z.string().min(1).max(4_096).refine(
    (path) => !path.startsWith("/") && !path.includes("\0") && !path.split("/").includes(".."),
    "expected a path relative to the workspace, without `..`",
  );
}
