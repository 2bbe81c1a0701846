import { UserError } from "../../core/errors.ts";
import type { Write } from "../../core/store/types.ts";
import type { ToolContext } from "../../core/tool.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { readGraph, writeGraph } from "./_graph_file.ts";
import { buildCodeGraph, type CodeGraph, summaryLine } from "./code_graph.ts";
import { type FileFacts, fileFacts, isSourceFile } from "./file_facts.ts";

/** Changes whenever the facts of an unchanged file would come out differently. */
const FACTS_VERSION = 3;

/** Files between two writes to the store. */
const BATCH = 200;

const PREFIX = "code:file:";
const SEEN = "code:seen";

/** Size in bytes and time of the last change of each source file. */
type Stamps = Readonly<Record<string, readonly [size: number, mtime: number]>>;

/** What the whole graph was made of. */
interface Seen {
  readonly version: number;
  readonly stamps: Stamps;
  readonly skipped: readonly string[];
}

/** What the store keeps of a file, under `code:file:<path with | for />:facts`. */
interface KnownFile {
  readonly path: string;
  readonly version: number;
  readonly stamp: Stamps[string];
  /** SHA-256 of the text. */
  readonly hash: string;
  readonly facts: FileFacts;
}

/** What {@linkcode learnCode} did. */
export interface Learned {
  /** The graph of the code as it is now. */
  readonly graph: CodeGraph;
  /** Files whose facts were still known. */
  readonly reused: number;
  /** Files that could not be read: binary, too large, not permitted. */
  readonly skipped: readonly string[];
  /** Files that have left since the last time. */
  readonly removed: number;
  /** Why the graph could not be kept, if so. */
  readonly unsaved?: string;
}

/**
 * Reads all source files of the workspace that are new or changed, builds the code graph and keeps
 * it in `.dspy_index/knowledge.json` and in the store. Without a change it costs a look at each
 * file's size and time. Stopped half-way, the next time goes on there.
 *
 * @throws {UserError} `aborted` when the context's signal fires.
 */
export async function learnCode(ctx: ToolContext): Promise<Learned> {
  ctx.progress({ text: "looking for source files" });
  const stamps = await stampFiles(ctx);
  const seen = await ctx.store.get<Seen>(SEEN);
  if (seen?.version === FACTS_VERSION && sameStamps(seen.stamps, stamps)) {
    const kept = await keptGraph(ctx);
    const { skipped } = seen;
    if (kept) return { ...kept, reused: kept.graph.stats.files, skipped, removed: 0 };
  }
  const stored = await ctx.store.list<KnownFile>(PREFIX);
  const known = new Map(stored.map(({ value }) => [value.path, value]));
  const { facts, skipped, reused } = await learnFiles(ctx, stamps, known);
  const gone = [...known.keys()].filter((path) => !facts.has(path));
  const graph = buildCodeGraph(facts);
  const { stats, top_by_defs } = graph;
  await ctx.store.commit([
    ...gone.map((path): Write => ({ op: "delete", key: keyOf(path) })),
    { op: "put", key: "code:graph", value: graph },
    { op: "put", key: "code:summary", value: { text: summaryLine(stats), stats, top_by_defs } },
    { op: "put", key: SEEN, value: { version: FACTS_VERSION, stamps, skipped } satisfies Seen },
  ]);
  const unsaved = await writeGraph(ctx, graph);
  const learned = { graph, reused, skipped, removed: gone.length };
  return unsaved === undefined ? learned : { ...learned, unsaved };
}

/** The graph of the file, or of the store when the file is lost or cannot be written. */
async function keptGraph(
  ctx: ToolContext,
): Promise<Pick<Learned, "graph" | "unsaved"> | undefined> {
  const inFile = await readGraph(ctx);
  if (inFile !== undefined) return { graph: inFile };
  const graph = await ctx.store.get<CodeGraph>("code:graph");
  if (graph === undefined) return undefined;
  const unsaved = await writeGraph(ctx, graph);
  return unsaved === undefined ? { graph } : { graph, unsaved };
}

async function stampFiles(ctx: ToolContext): Promise<Stamps> {
  const stamps: Record<string, Stamps[string]> = Object.create(null);
  for await (const batch of ctx.files.walk({ signal: ctx.signal })) {
    for (const { path } of batch) {
      if (!isSourceFile(path)) continue;
      const info = await ctx.files.info(path).catch(onlyUserErrors);
      stamps[path] = [info?.size ?? -1, info?.mtime ?? -1];
    }
  }
  return stamps;
}

async function learnFiles(
  ctx: ToolContext,
  stamps: Stamps,
  known: ReadonlyMap<string, KnownFile>,
): Promise<{ facts: Map<string, FileFacts>; skipped: string[]; reused: number }> {
  const facts = new Map<string, FileFacts>();
  const skipped: string[] = [];
  let reused = 0;
  let writes: Write[] = [];
  const entries = Object.entries(stamps);
  for (const [done, [path, stamp]] of entries.entries()) {
    if (ctx.signal.aborted) {
      await ctx.store.commit(writes);
      throw new UserError("aborted", `learning stopped after ${done} of ${entries.length} files`, {
        hint: "run it again to go on from there",
      });
    }
    ctx.progress({ text: `learning ${path}`, done, total: entries.length });
    const old = known.get(path);
    const file = await learnFile(ctx, path, stamp, old).catch(onlyUserErrors);
    if (file === undefined) {
      skipped.push(path);
      continue;
    }
    facts.set(path, file.facts);
    if (file.facts === old?.facts) reused++;
    if (file !== old) writes.push({ op: "put", key: keyOf(path), value: file });
    if (writes.length < BATCH) continue;
    await ctx.store.commit(writes);
    writes = [];
  }
  await ctx.store.commit(writes);
  return { facts, skipped, reused };
}

/** The facts of a file, anew only when its text has changed. */
async function learnFile(
  ctx: ToolContext,
  path: string,
  stamp: Stamps[string],
  old: KnownFile | undefined,
): Promise<KnownFile> {
  const usable = old?.version === FACTS_VERSION ? old : undefined;
  if (usable !== undefined && sameStamp(usable.stamp, stamp)) return usable;
  const text = await ctx.files.readText(path, { maxBytes: ctx.config.maxFileBytes });
  const hash = await sha256(new TextEncoder().encode(text));
  const facts = usable?.hash === hash ? usable.facts : await fileFacts(path, text);
  return { path, version: FACTS_VERSION, stamp, hash, facts };
}

function sameStamps(a: Stamps, b: Stamps): boolean {
  const paths = Object.keys(b);
  return Object.keys(a).length === paths.length &&
    paths.every((path) => Object.hasOwn(a, path) && sameStamp(a[path]!, b[path]!));
}

function sameStamp(a: Stamps[string], b: Stamps[string]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** A file that cannot be read is left out; a missing grammar or a defect is not the file's fault. */
function onlyUserErrors(error: unknown): undefined {
  if (!(error instanceof UserError) || error.kind === "missing") throw error;
}

function keyOf(path: string): string {
  return `${PREFIX}${path.replaceAll("/", "|")}:facts`;
}
