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

/**
 * The way from one folder to a path: `../c` from `a/b` to `a/c`, `.` to itself. Both relative to the
 * same place, or both absolute, with `/`.
 */
export function wayTo(folder: string, path: string): string {
  const [from, to] = [folder, path].map((text) =>
    text.split("/").filter((name) => name !== "" && name !== ".")
  ) as [string[], string[]];
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/") || ".";
}

function lastSlash(path: string): number {
  const back = Deno.build.os === "windows" ? path.lastIndexOf("\\") : -1;
  return Math.max(path.lastIndexOf("/"), back);
}
