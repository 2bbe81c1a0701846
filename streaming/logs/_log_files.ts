import type { Clock } from "./clock.ts";
import type { FilePosition, TailPosition } from "./file_position.ts";
import { hashBytes } from "./_hash_bytes.ts";
import { type OpenCandidate, openCandidates, type Surroundings } from "./_open_candidates.ts";
import { planSources, type SourcePlan } from "./_plan_sources.ts";
import { Source } from "./_source.ts";

/** Files that are remembered, besides those that are open. */
const MOST_KNOWN = 8;
/** Looks before a file counts as gone. */
const MOST_LOOKS = 3;

/** A file of the log: open, or remembered so that it is not read again. */
export class LogFile {
  /** Undefined once it is closed. */
  source: Source | undefined;
  #last: FilePosition;

  constructor(position: FilePosition, source?: Source) {
    this.#last = position;
    this.source = source;
  }

  /** How far it is given. */
  get position(): FilePosition {
    return this.source?.position ?? this.#last;
  }

  /** Closes it; it stays known. */
  close(): void {
    this.#last = this.position;
    this.source?.close();
    this.source = undefined;
  }
}

/** What a new look at the folder found out. */
export interface Turn {
  /** Files that were cut or written over: they are no longer known. */
  readonly cut: readonly {
    readonly source: Source;
    /** Another file, a copy, goes on where it ends. */
    readonly goesOn: boolean;
  }[];
  /** Files that began to be read. */
  readonly begun: number;
  /** A file that was not read to its end, as far as one can know, and is gone. */
  readonly lost: FilePosition | undefined;
  /** Names of rotated files that are packed. */
  readonly packed: readonly string[];
}

/** How {@linkcode LogFiles} works. */
export interface LogFilesOptions {
  readonly path: string;
  readonly root: string | undefined;
  readonly maxLine: number;
  readonly clock: Clock;
}

/** The files of one log: the one under its path, and those that are or were rotated away. */
export class LogFiles {
  /** The one under the path, if it is open. */
  current: LogFile | undefined;
  #all: readonly LogFile[] = [];
  #generation = 0;
  readonly #options: LogFilesOptions;

  constructor(options: LogFilesOptions) {
    this.#options = options;
  }

  /** Files that are open, the oldest first. */
  get open(): LogFile[] {
    return this.#all.filter(({ source }) => source !== undefined);
  }

  /** How far all is given, or will be once `file` is given up to `position`. */
  position(file?: LogFile, position?: FilePosition): TailPosition {
    const files = this.#all.map((one) => one === file ? position! : one.position);
    return { v: 1, generation: this.#generation, files };
  }

  /** The first start: what lies beside the log is not read; the log from its start, or its end. */
  start(fromStart: boolean): void {
    const { path, root } = this.#options;
    const limit = MOST_KNOWN - 1;
    const { files } = openCandidates({ path, root, limit, wanted: () => true });
    const beside = files.filter(({ kind }) => kind === "suffix").sort((a, b) => a.mtime - b.mtime);
    this.#all = beside.map((one) =>
      new LogFile({ ...positionOf(one), offset: one.size, skip: true })
    );
    for (const { kind, handle } of files) if (kind !== "path") handle.close();
    const own = files.find(({ kind }) => kind === "path");
    if (own === undefined) return;
    this.current = this.#open(own, fromStart ? undefined : atEnd(own));
    this.#all = [...this.#all, this.current];
  }

  /** Takes up saved positions; {@linkcode turn} then finds their files. */
  restore({ files, generation }: TailPosition): void {
    this.close();
    this.#all = files.map((position) => new LogFile(position));
    this.#generation = generation;
  }

  /** Looks at what lies under the path and beside it, and opens what is to be read. */
  async turn(): Promise<Turn> {
    for (let look = 1;; look++) {
      const { files, packed } = this.#lookAround();
      const known = this.#all.map(({ position, source }) => ({ position, cursor: source?.cursor }));
      const plan = planSources(known, files);
      const last = this.#all.at(-1);
      const isLost = last !== undefined && last.source === undefined && !last.position.skip &&
        last.position.headBytes > 0 && !plan.found.has(last.position);
      if (!isLost || look === MOST_LOOKS) {
        return { ...this.#carryOut(plan, files), lost: isLost ? last.position : undefined, packed };
      }
      // It may be just being renamed.
      for (const { handle } of files) handle.close();
      await this.#options.clock.sleep(20);
    }
  }

  #lookAround(): Surroundings {
    const { path, root } = this.#options;
    const newest = this.#all.at(-1)?.position.mtime ?? -Infinity;
    const inodes = new Set(this.#all.map(({ position }) => position.ino));
    const wanted = ({ mtime, ino }: Deno.FileInfo) =>
      (mtime?.getTime() ?? 0) >= newest || inodes.has(ino ?? -1);
    return openCandidates({ path, root, wanted });
  }

  #carryOut(
    { reads, found }: SourcePlan<OpenCandidate>,
    files: readonly OpenCandidate[],
  ): Pick<Turn, "cut" | "begun"> {
    const cut = this.#all.filter(({ position, source }) => {
      const { dev, ino } = position;
      const same = files.find((one) => one.dev === dev && one.ino === ino);
      return source !== undefined && same !== undefined && found.get(position) !== same;
    });
    this.#all = this.#all.flatMap((file) => {
      const { position } = file;
      const now = found.get(position);
      const isCopy = now !== undefined && (now.ino !== position.ino || now.dev !== position.dev);
      // A copy that was read to its end under its other name must not be read again.
      if (isCopy && !reads.some(({ from }) => from === position)) {
        return [new LogFile({ ...positionOf(now), offset: position.offset })];
      }
      return cut.includes(file) ? [] : [file];
    });
    this.current = undefined;
    const unused = new Set(files);
    const ordered: LogFile[] = [];
    let begun = 0;
    for (const { candidate, from } of reads) {
      const known = this.#all.find(({ position }) => position === from);
      const file = known?.source ? known : this.#open(candidate, from);
      if (file !== known) {
        unused.delete(candidate);
        begun++;
        this.#all = this.#all.filter((one) => one !== known);
      }
      ordered.push(file);
      if (candidate.kind === "path") this.current = file;
    }
    for (const { handle } of unused) handle.close();
    this.#all = [...this.#all.filter((file) => !ordered.includes(file)), ...ordered];
    for (const file of this.#all) file.source?.trust(found.get(file.position)?.head);
    this.#forgetOld();
    const goesOn = (file: LogFile) => reads.some(({ from }) => from === file.position);
    return {
      cut: cut.map((file) => ({ source: file.source!, goesOn: goesOn(file) })),
      begun,
    };
  }

  /** Ends the reading of a file; it stays known. */
  end(file: LogFile): void {
    file.close();
    if (this.current === file) this.current = undefined;
    this.#forgetOld();
  }

  /** Ends all. */
  close(): void {
    for (const file of this.#all) file.close();
    this.current = undefined;
  }

  #open(candidate: OpenCandidate, from: FilePosition | undefined): LogFile {
    const { maxLine, clock } = this.#options;
    const generation = from?.generation || this.#generation + 1;
    this.#generation = Math.max(this.#generation, generation);
    const source = new Source({ candidate, from, generation, maxLine, clock });
    return new LogFile(source.position, source);
  }

  #forgetOld(): void {
    let spare = this.#all.length - MOST_KNOWN;
    this.#all = this.#all.filter(({ source }) => source !== undefined || spare-- <= 0);
  }
}

/** The end of a file as a place to begin: perhaps in the middle of a line. */
function atEnd(one: OpenCandidate): FilePosition | undefined {
  if (one.size === 0) return undefined;
  const last = new Uint8Array(1);
  one.handle.seekSync(one.size - 1, Deno.SeekMode.Start);
  const midLine = one.handle.readSync(last) === 1 && last[0] !== 0x0a;
  return { ...positionOf(one), offset: one.size, ...midLine && { continues: true } };
}

function positionOf({ dev, ino, born, mtime, head }: OpenCandidate): FilePosition {
  const known = { head: hashBytes(head), headBytes: head.length };
  return { dev, ino, born, mtime, ...known, generation: 0, offset: 0 };
}
