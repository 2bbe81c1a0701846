/** Version of this package: the same as in `deno.json`, checked by a test. */
export const VERSION = "0.1.0";
