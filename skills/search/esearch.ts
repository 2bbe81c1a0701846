import { UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { appendJsonLine } from "../../core/store/json_lines.ts";
import type { Hit } from "../../core/store/types.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { fileRole } from "../plan/file_role.ts";
import { bestLines, type ShownLine } from "./_best_lines.ts";
import { contentWords } from "./_content_words.ts";
import { definitionBoost } from "./_definition_boost.ts";
import { type ChunkPlace, indexedChunks, openCodeIndex, refreshIndex } from "./_code_index.ts";
import { rankByTfIdf } from "./_tf_idf.ts";

const input = (z: Zod) =>
  z.object({
    words: z.array(z.string()).default([]).describe("what to look for"),
    query: z.string().optional().describe("the same, as one flag").meta({ short: "q" }),
    k: z.int().min(1).max(100).default(5).describe("how many hits at most"),
    context: z.int().min(0).max(100).default(4).describe("lines above and below the best one"),
    ranker: z.enum(["bm25", "tfidf"]).default("bm25")
      .describe("how hits are ranked; tfidf compares whole chunks by the cosine of their weights"),
  });

/** Input of the tool `esearch`. */
export type EsearchInput = SchemaOutput<typeof input>;

/** A part of a file that answers a query. Lines count from 1, both ends included. */
export interface EsearchHit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /**
   * BM25, raised where the chunk defines what the query names; with `tfidf` the bare cosine. Higher is
   * better.
   */
  readonly score: number;
  /** Names of the functions and classes in it. */
  readonly symbols: readonly string[];
  /** The line with most words of the query. */
  readonly best: number;
  /** That line and those around it. */
  readonly lines: readonly ShownLine[];
}

/** Words in a path or in the name of a definition say more than words in a body. */
const WEIGHTS = { path: 2, symbols: 4, text: 1 };

/** Less would read 0.000, as BM25 gives for words that stand in most files of a small project. */
const LEAST_SHOWN = 0.0005;

/** A test of something mentions it more often than the code that does it. */
const TESTS_SHARE = 0.7;

const esearch: Tool<EsearchInput, { hits: readonly EsearchHit[] }> = defineTool({
  name: "esearch",
  summary: "Searches the code by words, best matches first",
  input,
  positional: ["words"],
  examples: [
    { line: "esearch retry failed upload", says: "the five best places" },
    { line: 'esearch -q "parse config" --k 10 --context 0', says: "ten, one line each" },
  ],
  effect: "read",
  needs: () => ({ read: ["."] }),
  cooldown: 3,
  propose(request) {
    const { targets, plain, subject, wantsChange } = request;
    if (targets.length === 0) {
      return subject === "" ? undefined : quietOffer({ words: [subject] });
    }
    const asks = /\b(?:how|explain|describe|why|where|find|search)\b/i.test(plain);
    return {
      input: { words: [subject === "" ? request.text : subject] },
      weight: wantsChange ? 0.4 : asks ? 0.82 : 0.55,
      reason: `ranks the code by the words ${targets.join(", ")}`,
    };
  },
  async run(given, ctx) {
    const query = (given.query ?? given.words.join(" ")).trim();
    if (query === "") {
      throw new UserError("usage", "esearch needs words to look for", {
        hint: "esearch retry failed upload",
      });
    }
    await refreshIndex(ctx);
    const ranked = given.ranker === "tfidf"
      ? await byTfIdf(query, ctx)
      : await byBm25(query, given.k, ctx);
    const words = contentWords(query);
    const shown = await Promise.all(
      ranked.slice(0, given.k).map((hit) => show(hit, words, given.context, ctx)),
    );
    const hits = shown.filter((hit) => hit !== undefined);
    await record(query, hits, ctx);
    if (hits.length === 0) return { ok: false, data: { hits }, text: "no matches" };
    return { ok: true, data: { hits }, text: hits.map(render).join("\n\n") };
  },
});

export default esearch;

type Ranked = Pick<Hit<ChunkPlace>, "data" | "score">;

async function byBm25(query: string, k: number, ctx: ToolContext): Promise<Ranked[]> {
  const index = await openCodeIndex(ctx);
  const words = contentWords(query);
  const found = await index.search(words, { limit: Math.max(50, 5 * k), weights: WEIGHTS });
  const best = found[0]?.score ?? 0;
  const asksTests = /tests?\b/i.test(query);
  return found
    .map(({ data, score }) => ({
      data,
      score: definitionBoost(words, score, data.symbols, best) *
        (!asksTests && fileRole(data.path) === "test" ? TESTS_SHARE : 1),
    }))
    .sort((a, b) => b.score - a.score || comparePlaces(a.data, b.data));
}

/** By the formula alone: nothing is raised or lowered. */
async function byTfIdf(query: string, ctx: ToolContext): Promise<Ranked[]> {
  const chunks = await Array.fromAsync(indexedChunks(ctx));
  return rankByTfIdf(query, chunks.map(({ text }) => text))
    .map(({ index, score }) => ({ data: chunks[index]!, score }));
}

function comparePlaces(a: ChunkPlace, b: ChunkPlace): number {
  return a.path === b.path ? a.start - b.start : a.path < b.path ? -1 : 1;
}

/** Undefined when the file went away since the index was refreshed. */
async function show(
  { data: { path, start, end, symbols }, score }: Ranked,
  query: string,
  context: number,
  ctx: ToolContext,
): Promise<EsearchHit | undefined> {
  const text = await ctx.files.readText(path).catch(() => undefined);
  if (text === undefined) return undefined;
  return { path, start, end, score, symbols, ...bestLines(text, { start, end }, query, context) };
}

function render({ path, start, end, score, best, lines }: EsearchHit): string {
  const width = String(lines.at(-1)?.line ?? 0).length;
  return [
    `${path}:${start}-${end} ${score < LEAST_SHOWN ? "" : score.toFixed(3)}`.trimEnd(),
    ...lines.map(({ line, text }) =>
      `${line === best ? ">" : " "} ${String(line).padStart(width)}: ${text}`.trimEnd()
    ),
  ].join("\n");
}

/** Keeps what was found for later learning. A disk that takes no writes must not stop a search. */
async function record(
  query: string,
  hits: readonly EsearchHit[],
  { workspace: { root } }: ToolContext,
): Promise<void> {
  await appendJsonLine(`${root}/.dspy_agentic/retrieval.jsonl`, {
    ts: Date.now(),
    workspace: root,
    query,
    hits: hits.map(({ path, score, start, end }) => ({
      path,
      score,
      start_line: start,
      end_line: end,
    })),
  }).catch(() => {});
}
