// What `node:path` does too, which costs ten milliseconds at its first use.

/** The last segment of a path: `b.ts` of `a/b.ts`. */
export function nameOf(path: string): string {
  return path.slice(lastSlash(path) + 1);
}

/** All of a path before its last segment: `a` of `a/b.ts`, `.` of `b.ts`, `/` of `/b.ts`. */
export function folderOf(path: string): string {
  const at = lastSlash(path);
  return at < 0 ? "." : path.slice(0, at) || "/";
}

function lastSlash(path: string): number {
  const back = Deno.build.os === "windows" ? path.lastIndexOf("\\") : -1;
  return Math.max(path.lastIndexOf("/"), back);
}
