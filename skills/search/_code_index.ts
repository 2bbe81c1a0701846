import { UserError } from "../../core/errors.ts";
import type { Collection, Document, Write } from "../../core/store/types.ts";
import type { ToolContext } from "../../core/tool.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { chunksOf } from "./_chunks.ts";

/** What goes into the index, and how. */
export interface IndexOptions {
  /** Only files that match one of these globs; empty: all. */
  readonly glob: readonly string[];
  readonly exclude: readonly string[];
  /** Lines of a chunk where no definition decides. */
  readonly chunkLines: number;
  /** Whether each function and class at the top level is a chunk. */
  readonly smart: boolean;
}

/** Where a chunk stands. Lines count from 1, both ends included. */
export interface ChunkPlace {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly symbols: readonly string[];
}

/** What a refresh found and did. */
export interface IndexReport {
  /** Chunks in the index now. */
  readonly chunks: number;
  /** Files in the index now. */
  readonly files: number;
  /** Files that were new or different. */
  readonly changed: number;
  /** Files that are gone. */
  readonly removed: number;
}

/** A file as it was indexed. */
interface FileRecord {
  readonly size: number;
  /** Milliseconds since the epoch; 0 when it was too fresh to be told from a later change. */
  readonly mtime: number;
  readonly hash: string;
  readonly chunks: number;
}

/** What the index was made with; another one is made anew. */
interface IndexMeta {
  readonly format: number;
  readonly options: IndexOptions;
}

/** Raised when chunks or terms change, so that old indexes are made anew. */
const FORMAT = 1;
const META = "index:meta";
const FILE = "index:file:";
const COLLECTION = "code";
/** Text per transaction, in UTF-16 units: others wait for it, so it should end within 0.3 s. */
const BATCH = 1_000_000;
/** A file changed twice within this time can keep its mtime. Milliseconds. */
const RACY_MS = 100;

/** The defaults of the tool `index`. */
export const DEFAULT_OPTIONS: IndexOptions = {
  glob: [],
  exclude: [],
  chunkLines: 200,
  smart: true,
};

/** Opens the index's collection: its documents are chunks. */
export function openCodeIndex(ctx: ToolContext): Promise<Collection<ChunkPlace>> {
  return ctx.store.collection<ChunkPlace>(COLLECTION, ["path", "symbols", "text"]);
}

/**
 * Brings the index up to date: files that are new or changed (by size and time, then by content)
 * are read, those that are gone leave. Killed or stopped, it goes on where it was.
 *
 * @param options default: those it was made with.
 * @throws {UserError} `aborted` when the call is stopped.
 */
export async function refreshIndex(
  ctx: ToolContext,
  options?: IndexOptions,
): Promise<IndexReport> {
  const collection = await openCodeIndex(ctx);
  const used = await prepare(ctx, options);
  const known = new Map(
    (await ctx.store.list<FileRecord>(FILE)).map((
      { key, value },
    ) => [key.slice(FILE.length), value]),
  );
  const { stale, gone } = await compare(ctx, used, known);
  await removeFiles(ctx, gone);
  await indexFiles(ctx, used, stale, known);
  return {
    chunks: await collection.count(),
    files: known.size - gone.length + stale.filter(({ path }) => !known.has(path)).length,
    changed: stale.length,
    removed: gone.length,
  };
}

/** A chunk of the index with its text. */
export interface TextChunk extends ChunkPlace {
  readonly text: string;
}

/** All chunks of the index as the files have them now, by path and line. */
export async function* indexedChunks(ctx: ToolContext): AsyncGenerator<TextChunk> {
  const { options } = await ctx.store.get<IndexMeta>(META) ?? { options: DEFAULT_OPTIONS };
  for (const { key } of await ctx.store.list<FileRecord>(FILE)) {
    if (ctx.signal.aborted) throw new UserError("aborted", "the search was stopped");
    const path = key.slice(FILE.length);
    const text = await ctx.files.readText(path).catch(() => "");
    const { chunkLines: lines, smart } = options;
    for (const chunk of chunksOf(path, text, { lines, smart })) yield { path, ...chunk };
  }
}

/** Empties an index that was made otherwise. */
async function prepare(ctx: ToolContext, options?: IndexOptions): Promise<IndexOptions> {
  const meta = await ctx.store.get<IndexMeta>(META);
  const wanted: IndexMeta = {
    format: FORMAT,
    options: options ?? meta?.options ?? DEFAULT_OPTIONS,
  };
  if (JSON.stringify(meta) === JSON.stringify(wanted)) return wanted.options;
  const old = await ctx.store.list(FILE);
  await ctx.store.commit([
    { op: "unindex", collection: COLLECTION, prefix: "" },
    ...old.map(({ key }): Write => ({ op: "delete", key })),
    { op: "put", key: META, value: wanted },
  ]);
  return wanted.options;
}

interface SeenFile {
  readonly path: string;
  readonly size: number;
  readonly mtime: number;
}

async function compare(
  ctx: ToolContext,
  { glob, exclude }: IndexOptions,
  known: ReadonlyMap<string, FileRecord>,
): Promise<{ stale: SeenFile[]; gone: string[] }> {
  const stale: SeenFile[] = [];
  const gone = new Set(known.keys());
  const { signal } = ctx;
  for await (const batch of ctx.files.walk({ include: glob, exclude, signal })) {
    for (const { path } of batch) {
      // It may have gone since the walk saw it.
      const info = await ctx.files.info(path).catch(() => undefined);
      if (info === undefined || info.size > ctx.config.maxFileBytes) continue;
      gone.delete(path);
      const record = known.get(path);
      if (record?.size === info.size && record.mtime === info.mtime) continue;
      stale.push({ path, size: info.size, mtime: info.mtime });
    }
  }
  return { stale, gone: [...gone] };
}

async function removeFiles(ctx: ToolContext, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await ctx.store.commit(paths.flatMap((path): Write[] => [
    { op: "unindex", collection: COLLECTION, prefix: `${path}//` },
    { op: "delete", key: FILE + path },
  ]));
}

async function indexFiles(
  ctx: ToolContext,
  options: IndexOptions,
  stale: readonly SeenFile[],
  known: ReadonlyMap<string, FileRecord>,
): Promise<void> {
  let writes: Write[] = [];
  let size = 0;
  for (const [done, file] of stale.entries()) {
    if (ctx.signal.aborted) throw new UserError("aborted", "the index is not complete");
    const text = await ctx.files.readText(file.path).catch(() => "");
    writes.push(...await writesFor(file, text, options, known.get(file.path)));
    size += text.length;
    if (size < BATCH && done < stale.length - 1) continue;
    await ctx.store.commit(writes);
    ctx.progress({ text: "indexing", done: done + 1, total: stale.length });
    writes = [];
    size = 0;
  }
}

/** A binary or unreadable file counts as empty: its record keeps it from being read each time. */
async function writesFor(
  { path, size, mtime }: SeenFile,
  text: string,
  options: IndexOptions,
  old: FileRecord | undefined,
): Promise<Write[]> {
  const hash = await sha256(new TextEncoder().encode(text));
  const settled = Math.abs(Date.now() - mtime) < RACY_MS ? 0 : mtime;
  const record = (chunks: number): Write => ({
    op: "put",
    key: FILE + path,
    value: { size, mtime: settled, hash, chunks } satisfies FileRecord,
  });
  if (old?.hash === hash) return [record(old.chunks)];
  const chunks = chunksOf(path, text, { lines: options.chunkLines, smart: options.smart });
  const documents = chunks.map(({ start, end, text, symbols }, i): Document<ChunkPlace> => ({
    // No path has "//" in it, so no file's chunks are taken for another's.
    id: `${path}//${String(i).padStart(6, "0")}`,
    data: { path, start, end, symbols },
    text: { path, symbols: symbols.join(" "), text },
  }));
  return [
    { op: "unindex", collection: COLLECTION, prefix: `${path}//` },
    { op: "index", collection: COLLECTION, documents },
    record(chunks.length),
  ];
}
