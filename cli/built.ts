/**
 * The checkout that this program was built from by `deno task build`, which writes another module in
 * the place of this one; undefined where the modules run as they are written.
 */
export const BUILT_FROM: string | undefined = undefined;
