/** Where Deno keeps its cache: `DENO_DIR`, or its default on this system. */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { DENO_DIR, XDG_CACHE_HOME, HOME, LOCALAPPDATA } = env;
  if (DENO_DIR) return DENO_DIR;
  if (Deno.build.os === "windows") return LOCALAPPDATA && `${LOCALAPPDATA}/deno`;
  if (Deno.build.os === "darwin") return HOME && `${HOME}/Library/Caches/deno`;
  if (XDG_CACHE_HOME) return `${XDG_CACHE_HOME}/deno`;
  return HOME && `${HOME}/.cache/deno`;
}
