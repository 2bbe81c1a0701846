/**
 * Joins a path to a folder and folds `.` and `..` by text, as Deno's own permission check does.
 * Links are not followed. (`node:path` does the same, and costs ten milliseconds at first use.)
 *
 * @param folder absolute, with `/`.
 * @param path relative to it, or absolute.
 */
export function resolvePath(folder: string, path: string): string {
  const absolute = /^(?:\/|[a-z]:\/)/i.test(path);
  const segments: string[] = [];
  for (const segment of (absolute ? path : `${folder}/${path}`).split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return (Deno.build.os === "windows" ? "" : "/") + segments.join("/");
}

/** Whether a path is a folder or lies below it: compared by segments. Both absolute and folded. */
export function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
