import { sanitize } from "../../core/safety/terminal.ts";
import type { Files } from "../../core/workspace/files.ts";
import { findLogs } from "./find_logs.ts";

/** What a log gained since the last look. */
export interface LogChange {
  /** The log, relative to the root. */
  readonly path: string;
  /** New whole lines. */
  readonly lines: readonly string[];
  /** The file was replaced, or cut to nothing, and is read from its start. */
  readonly restarted: boolean;
  /** Bytes that were passed over because more came than one look reads. */
  readonly skipped: number;
}

/** Options of {@linkcode LogFollower}. */
export interface FollowerOptions {
  /** Most new bytes of one file read in one look. Default 512,000. */
  readonly maxBytes?: number;
}

interface Position {
  /** Bytes read so far. */
  offset: number;
  mtime: number;
  /** The file's first bytes: another file under the same name starts otherwise. */
  head: Uint8Array;
  decoder: TextDecoder;
  /** A line without its end. */
  rest: string;
}

const HEAD = 256;
const MAX_REST = 64 * 1024;

/** Names that log rotation gives to the file before. */
const ROTATED = [".1", ".0", ".old"];

/**
 * Follows the logs of a folder as they grow, reading only what is new. Rotation (another file under
 * the name) and truncation are noticed by size and by the first bytes; what a rotated file gained
 * before it was moved is still read when it lies beside.
 */
export class LogFollower {
  readonly #files: Files;
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #positions = new Map<string, Position>();

  /**
   * Opens nothing yet: `start` marks where to go on from.
   *
   * @param files where the logs are.
   * @param path log file or folder.
   */
  constructor(files: Files, path: string, { maxBytes = 512_000 }: FollowerOptions = {}) {
    this.#files = files;
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /**
   * Marks the present ends of all logs: what is there now is not new.
   *
   * @returns the paths of the logs.
   */
  async start(): Promise<string[]> {
    const logs = await findLogs(this.#files, this.#path);
    for (const { path, size, mtime } of logs) {
      const position = await this.#fresh(path);
      this.#positions.set(path, { ...position, offset: size, mtime });
    }
    return logs.map((log) => log.path);
  }

  /**
   * Reads what came since the last look.
   *
   * @returns a change for each log with new lines.
   */
  async poll(signal?: AbortSignal): Promise<LogChange[]> {
    const logs = await findLogs(this.#files, this.#path, signal).catch(() => []);
    const changes: LogChange[] = [];
    for (const { path, size, mtime } of logs) {
      const position = this.#positions.get(path);
      if (position?.offset === size && position.mtime === mtime) {
        // What has not grown for a whole look will hardly get its line end: show it now.
        if (position.rest !== "") changes.push(flush(path, position));
        continue;
      }
      // A log that goes away between two calls is none of this look's business.
      const change = await this.#read(path, size, mtime).catch(() => undefined);
      if (change && (change.lines.length > 0 || change.restarted)) changes.push(change);
    }
    return changes;
  }

  async #read(path: string, size: number, mtime: number): Promise<LogChange> {
    const old = this.#positions.get(path);
    const restarted = old !== undefined && (size < old.offset || !await this.#isSame(path, old));
    const before = restarted ? await this.#readRotated(path, old) : [];
    const position = old && !restarted
      ? old
      : old === undefined && await this.#moved(path, size) || await this.#fresh(path);
    const skipped = Math.max(0, size - position.offset - this.#maxBytes);
    if (skipped > 0) position.rest = "";
    const lines = await this.#readLines(path, position, position.offset + skipped, size);
    if (position.head.length < HEAD) position.head = await this.#head(path, position.offset);
    this.#positions.set(path, { ...position, mtime });
    return { path, lines: [...before, ...lines], restarted, skipped };
  }

  /** Reads from `start` to `end` and moves the position there. */
  async #readLines(path: string, at: Position, start: number, end: number): Promise<string[]> {
    const bytes = await this.#files.readBytes(path, { range: [start, Math.max(0, end - start)] });
    at.offset = start + bytes.length;
    const lines = (at.rest + at.decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    at.rest = lines.pop() ?? "";
    if (at.rest.length > MAX_REST) lines.push(at.rest.slice(0, MAX_REST));
    if (at.rest.length > MAX_REST) at.rest = "";
    return lines.map(sanitize);
  }

  /** The last lines of a log that was moved aside after the last look. */
  async #readRotated(path: string, old: Position): Promise<string[]> {
    for (const ending of ROTATED) {
      const moved = path + ending;
      const info = await this.#files.info(moved).catch(() => undefined);
      if (info === undefined || info.size <= old.offset || !await this.#isSame(moved, old)) {
        continue;
      }
      const end = Math.min(info.size, old.offset + this.#maxBytes);
      const lines = await this.#readLines(moved, old, old.offset, end);
      return old.rest === "" ? lines : [...lines, sanitize(old.rest)];
    }
    return [];
  }

  /** Where to go on in a log that was moved here from a name that was followed. */
  async #moved(path: string, size: number): Promise<Position | undefined> {
    for (const [from, position] of this.#positions) {
      if (position.head.length === 0 || size < position.offset) continue;
      const stays = await this.#isSame(from, position).catch(() => false);
      if (stays || !await this.#isSame(path, position)) continue;
      return { ...position, decoder: new TextDecoder() };
    }
    return undefined;
  }

  async #isSame(path: string, { head }: Position): Promise<boolean> {
    const now = await this.#head(path, head.length);
    return now.length === head.length && now.every((byte, i) => byte === head[i]);
  }

  #head(path: string, size: number): Promise<Uint8Array> {
    return this.#files.readBytes(path, { range: [0, Math.min(HEAD, size)] });
  }

  async #fresh(path: string): Promise<Position> {
    const head = await this.#head(path, HEAD);
    return { offset: 0, mtime: 0, head, decoder: new TextDecoder(), rest: "" };
  }
}

function flush(path: string, position: Position): LogChange {
  const lines = [sanitize(position.rest)];
  position.rest = "";
  return { path, lines, restarted: false, skipped: 0 };
}
