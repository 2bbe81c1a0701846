import { decide, extendChain, IGNORE_FILES, type IgnoreChain } from "./_ignore_chain.ts";
import { byteString, compileIgnore, type IgnoreRules } from "./gitignore.ts";
import type { WalkEntry, WalkOptions } from "./walk.ts";

/** Folders that no search is meant for. */
const STANDING_FOLDERS: ReadonlySet<string> = new Set([
  ...[".git", ".venv", "venv", "node_modules", "dist", "build", "target", "vendor", "coverage"],
  ...[".mypy_cache", ".pytest_cache", "__pycache__"],
]);

/** Our own state, files and folders. */
const STANDING_NAMES = /^\.(?:dspy|gepa|grpo)/;

/** The path guard: whether a path relative to the root is never to be seen. */
export type Denied = (path: string, isFolder: boolean) => boolean;

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** The name, with `/` behind a folder's: sorting by it sorts by whole paths. */
  readonly key: string;
}

/** A folder that is being walked. */
interface Frame {
  /** Path relative to the root with a final `/`; empty for the root. */
  readonly path: string;
  /** The same as a byte string. */
  readonly bytes: string;
  readonly entries: readonly Entry[];
  readonly rules: IgnoreChain | undefined;
  /** Whether a glob of `include` holds for the folder, and so for all in it. */
  readonly included: boolean;
  next: number;
}

/** Walks a tree step by step, with a stack of its own: no tree is too deep. */
export class Walker {
  readonly #root: string;
  readonly #denied: Denied;
  readonly #options: WalkOptions;
  readonly #include: IgnoreRules | undefined;
  readonly #exclude: IgnoreRules | undefined;
  readonly #frames: Frame[] = [];
  #start: WalkEntry | undefined;

  constructor(root: string, denied: Denied, options: WalkOptions) {
    this.#root = root;
    this.#denied = denied;
    this.#options = options;
    this.#include = compileGlobs(options.include);
    this.#exclude = compileGlobs(options.exclude);
    this.#begin();
  }

  get done(): boolean {
    return this.#frames.length === 0 && this.#start === undefined;
  }

  /** Looks at the next entries and returns those that pass. */
  take(count: number): WalkEntry[] {
    const found: WalkEntry[] = this.#start === undefined ? [] : [this.#start];
    this.#start = undefined;
    for (let looked = 0; looked < count; looked++) {
      const frame = this.#frames.at(-1);
      if (frame === undefined) break;
      const entry = frame.entries[frame.next++];
      if (entry === undefined) this.#frames.pop();
      else this.#visit(frame, entry, found);
    }
    return found;
  }

  /** Goes down to the start, which is walked even when it is itself ignored. */
  #begin(): void {
    const parts = (this.#options.path ?? ".").split("/").filter((part) => !/^\.?$/.test(part));
    // Globs that only leave out let all others in.
    let included = !(this.#options.include?.some((glob) => !glob.startsWith("!")) ?? false);
    let rules: IgnoreChain | undefined;
    let path = "";
    for (const part of parts) {
      rules = this.#extend(rules, path, this.#present(path));
      path += part;
      const isFile = isRegularFile(`${this.#root}/${path}`);
      if (this.#denied(path, !isFile)) return;
      const selected = this.#select(byteString(path), !isFile, included);
      if (selected === undefined) return;
      if (isFile) {
        this.#start = { path };
        return;
      }
      included = selected;
      path += "/";
    }
    this.#enter(path, byteString(path), rules, included);
  }

  #visit(frame: Frame, { name, isFolder }: Entry, found: WalkEntry[]): void {
    const path = frame.path + name;
    const bytes = frame.bytes + byteString(name);
    if (!this.#passes(frame, name, bytes, isFolder)) return;
    const included = this.#select(bytes, isFolder, frame.included);
    if (included === undefined || this.#denied(path, isFolder)) return;
    if (!isFolder) {
      found.push({ path });
      return;
    }
    if (this.#options.folders === true) found.push({ path: `${path}/` });
    this.#enter(`${path}/`, `${bytes}/`, frame.rules, included);
  }

  /** Whether ignore files, standing excludes and hiding let a path through. */
  #passes(frame: Frame, name: string, bytes: string, isFolder: boolean): boolean {
    const shown = this.#options.hidden === true || !name.startsWith(".");
    if (this.#options.ignore === false) return shown;
    if (STANDING_NAMES.test(name) || (isFolder && STANDING_FOLDERS.has(name))) return false;
    // An explicit `!.name` shows a hidden file, as in ripgrep.
    const ignored = decide(frame.rules, bytes, isFolder);
    return ignored === undefined ? shown : !ignored;
  }

  /**
   * Applies the globs of the call.
   *
   * @returns undefined when the path is left out; for a folder, whether all in it is selected.
   */
  #select(bytes: string, isFolder: boolean, inherited: boolean): boolean | undefined {
    if (this.#exclude?.decide(bytes, isFolder) === true) return undefined;
    const decision = this.#include?.decide(bytes, isFolder);
    const selected = decision ?? inherited;
    return decision === false || (!isFolder && !selected) ? undefined : selected;
  }

  #enter(path: string, bytes: string, rules: IgnoreChain | undefined, included: boolean): void {
    if (this.#frames.length >= (this.#options.depth ?? Infinity)) return;
    const entries: Entry[] = [];
    const ignoreFiles = new Set<string>();
    try {
      for (const { name, isFile, isDirectory } of Deno.readDirSync(this.#root + "/" + path)) {
        if (IGNORE_FILES.has(name)) ignoreFiles.add(name);
        if (isDirectory) entries.push({ name, isFolder: true, key: `${name}/` });
        else if (isFile) entries.push({ name, isFolder: false, key: name });
      }
    } catch (error) {
      this.#options.onSkip?.(path === "" ? "." : path, error);
      return;
    }
    entries.sort((a, b) => a.key < b.key ? -1 : 1);
    const own = this.#extend(rules, path, ignoreFiles);
    this.#frames.push({ path, bytes, entries, rules: own, included, next: 0 });
  }

  #extend(
    rules: IgnoreChain | undefined,
    path: string,
    names: ReadonlySet<string>,
  ): IgnoreChain | undefined {
    if (this.#options.ignore === false || names.size === 0) return rules;
    return extendChain(rules, {
      root: this.#root,
      folder: path,
      names,
      onSkip: (file, error) => this.#options.onSkip?.(file, error),
    });
  }

  #present(path: string): Set<string> {
    return new Set([...IGNORE_FILES].filter((name) => exists(`${this.#root}/${path}${name}`)));
  }
}

function compileGlobs(globs: readonly string[] = []): IgnoreRules | undefined {
  return globs.length === 0 ? undefined : compileIgnore(byteString(globs.join("\n")));
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function isRegularFile(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}
