import { resolvePath } from "../workspace/resolve_path.ts";
import { UserError } from "../errors.ts";
import type { Access, GuardedPath } from "../workspace/files.ts";
import { byteString, compileIgnore } from "../workspace/gitignore.ts";
import { findDeniedLinks } from "./_denied_links.ts";
import { checkSpelling } from "./_spelling.ts";
import { classifyPath, foldPath, isSecretPath, type PathClass } from "./path_class.ts";

/** Options of {@linkcode createPathGuard}. */
export interface PathGuardOptions {
  /** Further files that are never read or written, as globs (gitignore syntax). */
  readonly denied?: readonly string[];
  /** Further files and folders that tools never write: real absolute paths. */
  readonly own?: readonly string[];
}

/** A path that passed the guard, with what was there. */
export interface CheckedPath extends GuardedPath {
  /** Of the file or folder itself; undefined when nothing is there. */
  readonly info: Deno.FileInfo | undefined;
}

/** Decides which paths of a workspace may be touched. All routes to a file pass through it. */
export interface PathGuard {
  /** Real path of the workspace's root. */
  readonly root: string;
  /**
   * Checks a path and finds the real one, which is what must be opened.
   *
   * @param path relative to the root, or absolute inside it.
   * @throws {UserError} `refused` with the rule's id, or `failed` when there is nothing to read.
   */
  check(path: string, access: Access): CheckedPath;
  /** The same, for callers that wait anyway. */
  resolve(path: string, access: Access): Promise<CheckedPath>;
  /** Whether a file or folder may not even be looked into; `path` is relative to the root. */
  denied(path: string, isFolder: boolean): boolean;
  /** How a path is treated by its name; `path` is relative to the root. */
  classify(path: string): PathClass;
}

/**
 * Makes the guard of one workspace. A path must be spelled plainly, lead to a place inside the
 * root after all links are followed, have a name that is not denied (nor, for writes, our own or
 * the repository's), and be a regular file or a folder.
 *
 * The check and the use of a path are two moments: a program that runs beside can swap a folder
 * for a link in between. `openGuarded` closes that for reads as far as the system lets it.
 *
 * @param root an existing folder.
 */
export function createPathGuard(
  root: string,
  { denied: globs = [], own = [] }: PathGuardOptions = {},
): PathGuard {
  const real = Deno.realPathSync(root).replaceAll("\\", "/");
  const prefix = real.endsWith("/") ? real : `${real}/`;
  const inside = (path: string) => path === real || path.startsWith(prefix);
  const relative = (path: string) => path === real ? "." : path.slice(prefix.length);

  const deniedByUser = compileDenied(globs);
  const denied = (path: string, isFolder: boolean) =>
    isSecretPath(path) || deniedByUser(path, isFolder);
  const isLinkToDenied = findDeniedLinks(prefix, denied);
  const isOwn = (path: string) =>
    own.some((folder) => prefix + path === folder || `${prefix}${path}/`.startsWith(`${folder}/`));
  const isDeniedByUser = (path: string) => deniedByUser(path, false) || deniedByUser(path, true);
  const classify = (path: string): PathClass => {
    if (isDeniedByUser(path)) return "denied";
    return isOwn(path) ? "own" : classifyPath(path);
  };

  function check(path: string, access: Access): CheckedPath {
    const target = resolvePath(prefix, checkSpelling(path));
    if (!inside(target)) throw outside(path);
    checkName(path, relative(target), access);
    const found = follow(path, target);
    if (!inside(found.real)) throw outside(path);
    if (found.real !== target) checkName(path, relative(found.real), access);
    checkKind(path, found, access);
    if (access === "read" && found.info && isLinkToDenied(found.info)) {
      throw refused("path.denied", `${JSON.stringify(path)} is a hard link to a denied file`);
    }
    return { ...found, path: relative(found.real), exists: found.info !== undefined };
  }

  function checkName(given: string, path: string, access: Access): void {
    const isSecret = isSecretPath(path);
    if (isSecret || isDeniedByUser(path)) {
      const why = isSecret ? "may hold secrets" : "is denied by the policy file";
      throw refused("path.denied", `${JSON.stringify(given)} ${why} and is never opened`);
    }
    // A read that is not denied runs, whatever else its name means.
    if (access === "write" && classify(path) === "own") {
      throw refused("path.protected", `${JSON.stringify(given)} is not written by tools`);
    }
  }

  return {
    root: real,
    check,
    resolve: (path, access) => Promise.try(check, path, access),
    denied,
    classify,
  };
}

/** Globs hold for a path and all below it; case makes no difference, as on some file systems. */
function compileDenied(globs: readonly string[]): (path: string, isFolder: boolean) => boolean {
  if (globs.length === 0) return () => false;
  const rules = compileIgnore(byteString(globs.join("\n").normalize("NFC").toLowerCase()));
  return (path, isFolder) => {
    const folded = byteString(foldPath(path));
    for (let end = folded.indexOf("/"); end >= 0; end = folded.indexOf("/", end + 1)) {
      if (rules.decide(folded.slice(0, end), true)) return true;
    }
    return rules.decide(folded, isFolder) ?? false;
  };
}

interface Found {
  readonly real: string;
  readonly info: Deno.FileInfo | undefined;
}

/** Follows the links of the deepest part that exists; the rest is appended as it is. */
function follow(given: string, target: string): Found {
  const missing: string[] = [];
  for (let head = target;; head = head.slice(0, head.lastIndexOf("/")) || "/") {
    const real = attempt(given, () => Deno.realPathSync(head))?.replaceAll("\\", "/");
    if (real === undefined) {
      if (attempt(given, () => Deno.lstatSync(head))?.isSymlink) {
        throw refused("path.link", `${JSON.stringify(given)} is a link that leads nowhere`);
      }
      missing.unshift(head.slice(head.lastIndexOf("/") + 1));
      continue;
    }
    const info = attempt(given, () => Deno.lstatSync(real));
    if (missing.length === 0) return { real, info };
    if (info !== undefined && !info.isDirectory) {
      throw new UserError("failed", `${JSON.stringify(given)} goes through a file`);
    }
    return { real: [real === "/" ? "" : real, ...missing].join("/"), info: undefined };
  }
}

function checkKind(given: string, { real, info }: Found, access: Access): void {
  const name = JSON.stringify(given);
  if (/^\/(?:proc|sys|dev)(?:\/|$)/.test(real)) {
    throw refused("path.special", `${name} belongs to the system`);
  }
  if (info === undefined) {
    if (access === "write") return;
    throw new UserError("failed", `no such file or folder: ${name}`);
  }
  if (!info.isFile && !info.isDirectory) {
    throw refused("path.special", `${name} is no regular file`);
  }
  if (access === "write" && info.isFile && (info.nlink ?? 1) > 1) {
    throw refused("path.hardlink", `${name} has ${info.nlink} hard links`, "copy the file first");
  }
}

/** Undefined for what does not exist; everything else that fails becomes one sentence. */
function attempt<T>(given: string, find: () => T): T | undefined {
  try {
    return find();
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (cause instanceof Deno.errors.NotADirectory) return undefined;
    if (cause instanceof Deno.errors.NotCapable) throw outside(given);
    if (cause instanceof Deno.errors.FilesystemLoop) {
      throw refused("path.link", `${JSON.stringify(given)} is a loop of links`);
    }
    const why = cause instanceof Deno.errors.PermissionDenied
      ? "permission denied by the system"
      : cause instanceof Error
      ? cause.message.replace(/ \(os error.*/, "").toLowerCase()
      : String(cause);
    throw new UserError("failed", `cannot open ${JSON.stringify(given)}`, { hint: why, cause });
  }
}

function outside(given: string): UserError {
  return refused(
    "path.outside",
    `outside workspace: ${JSON.stringify(given)}`,
    "name a path inside it, or start with --workspace",
  );
}

function refused(rule: string, message: string, hint?: string): UserError {
  return new UserError("refused", message, hint === undefined ? { rule } : { rule, hint });
}
