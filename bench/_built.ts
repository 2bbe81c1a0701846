/** The program as the README has people call it: built, for the time of one benchmark. */
import { join } from "node:path";
import { buildProgram, ROOT } from "../tasks/build/build_program.ts";

/** Its entry point; the folder goes with it. */
export interface Built extends AsyncDisposable {
  readonly main: string;
}

/** Builds it below `dist/`, from where Deno finds our `deno.json`. */
export async function built(): Promise<Built> {
  const folder = join(ROOT, "dist", `bench-${Deno.pid}`);
  await buildProgram(folder);
  return {
    main: join(folder, "main.js"),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
