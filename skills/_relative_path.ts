import { z } from "zod";

/** Field of a command: a path below the workspace's root, by its text. */
export const relativePath: z.ZodType<string, string> = z.string().min(1).max(4_096).refine(
  (path) => !path.startsWith("/") && !path.includes("\0") && !path.split("/").includes(".."),
  "expected a path relative to the workspace, without `..`",
);
