/**
 * A module that is loaded at its first use. Deno analyses the target of every literal `import()` at
 * start, about a quarter of a millisecond a module; a computed one costs nothing until it is called.
 *
 * @param path the module, relative to `base`.
 * @param base the `import.meta.url` of the file that asks.
 * @returns gives the module; the type is the caller's claim.
 */
export function lazy<M>(path: string, base: string): () => Promise<M> {
  return () => import(new URL(path, base).href);
}
