import type { Files } from "../../core/workspace/files.ts";
import type { Store } from "../../core/store/types.ts";
import type { EventStream } from "../../streaming/bus/types.ts";
import type { LineFiles } from "../../streaming/bus/line_files.ts";
import {
  createFeaturePipeline,
  type FeaturePipeline,
} from "../../streaming/features/feature_pipeline.ts";
import type { OnlineBanditState } from "../../streaming/features/online_bandit_updater.ts";
import { createTfIdfIndex, type TextChunk } from "../../streaming/features/tf_idf_index.ts";

/** What {@linkcode openFeatures} works with. */
export interface FeaturesWanted {
  readonly bus: EventStream;
  readonly store: Store;
  /** Of the workspace: what messages are compared with. */
  readonly files: Files;
  /** The workspace's root, where the state of this family of programs is. */
  readonly state: LineFiles;
}

const BANDIT = ".dspy_online_bandit.json";
const METRICS = ".dspy_stream_metrics.json";

/** Lines of a chunk, and chunks at most: some megabytes of memory. */
const CHUNK_LINES = 80;
const MOST_CHUNKS = 5_000;
const MOST_BYTES = 200_000;

const CODE = /\.(?:[cm]?[jt]sx?|pyi?|go|rs|java|kts?|rb|php|cs|c|h|cc|cpp|hpp|swift|sh|sql|md)$/;

/** Starts vectors, their figures and the online bandit, which goes on from where it was. */
export async function openFeatures(
  { bus, store, files, state }: FeaturesWanted,
): Promise<FeaturePipeline> {
  const from = await readBandit(state);
  return createFeaturePipeline(bus, {
    topics: ["logs.ctx.*", "agent.results.*", "agent.metrics"],
    vectorizer: { loadIndex: async () => createTfIdfIndex(await chunksOf(files)) },
    bandit: {
      save: (state_) => state.replace(BANDIT, `${JSON.stringify(state_)}\n`),
      ...from && { from },
    },
    async writeRecord(record) {
      await state.replace(METRICS, `${JSON.stringify(record)}\n`);
      await store.append("streaming_rl_metrics", [record]);
    },
  });
}

/** A file that cannot be read is no reason not to begin. */
async function readBandit(state: LineFiles): Promise<OnlineBanditState | undefined> {
  try {
    const lines = await Array.fromAsync(state.lines(BANDIT));
    const value = JSON.parse(lines.join("\n")) as Partial<OnlineBanditState>;
    return typeof value?.tools === "object" ? value as OnlineBanditState : undefined;
  } catch {
    return undefined;
  }
}

async function chunksOf(files: Files): Promise<TextChunk[]> {
  const chunks: TextChunk[] = [];
  for await (const batch of files.walk({})) {
    for (const { path } of batch) {
      if (!CODE.test(path)) continue;
      if (chunks.length >= MOST_CHUNKS) return chunks;
      const text = await files.readText(path, { maxBytes: MOST_BYTES }).catch(() => "");
      const lines = text.split("\n");
      for (let at = 0; at < lines.length && chunks.length < MOST_CHUNKS; at += CHUNK_LINES) {
        const part = lines.slice(at, at + CHUNK_LINES);
        chunks.push({
          path,
          start_line: at + 1,
          end_line: at + part.length,
          text: part.join("\n"),
        });
      }
    }
  }
  return chunks;
}
