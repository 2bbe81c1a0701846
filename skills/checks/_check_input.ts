import { z } from "zod";

/** The input of lint and build. */
export const checkInput = z.strictObject({
  paths: z.array(z.string().min(1)).default([]).describe("files or folders to check; default all"),
  toolchain: z.string().min(1).optional().meta({ short: "t" })
    .describe(
      "which one, where several are found: deno, node, python, cargo, go, maven, make, ...",
    ),
});

/** The input of run_tests. */
export const testInput = checkInput.extend({
  filter: z.string().min(1).regex(/^[^-]/, "expected a name, not an option").optional()
    .meta({ short: "f" }).describe("only tests whose name contains this"),
});
