// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Learns what a new workspace's policy starts from, `rl/chooser/prior.json`, from the wordings in
 * `tasks/prior/`: each says which tools answer it. They were written apart from the
 * benchmark's requests, and those that it has word for word are left out, so that what
 * `bench/rl/helps.ts` measures is not what was learned from.
 *
 * `deno task prior`, after a corpus, the features or a tool's `propose` was changed.
 */
import { parseRequest } from "../core/agent/request.ts";
import { FEATURES_VERSION, requestFeatures } from "../core/agent/request_features.ts";
import { createRegistry } from "../core/registry.ts";
import { baseOf, featuresOf } from "../rl/chooser/judge_tools.ts";
import { withKnownWords } from "../rl/chooser/known_words.ts";
import {
  type Beliefs,
  createSparseModel,
  type SparseFeatures,
} from "../rl/chooser/sparse_model.ts";
import { createRng } from "../rl/rng.ts";
import { loadRequests, wordingOf } from "../bench/rl/_requests.ts";
import { catalog } from "../skills/catalog.ts";

/** What a right tool and a wrong one bring. */
const RIGHT = 1;
const WRONG = 0.2;
const NOISE = 0.2;
const SEED = 5;
/** A word is told apart if it stands in so many wordings. */
const LEAST = 2;
/** Weights smaller than this, and those of what only one wording has, are left out. */
const SMALL = 0.09;
/** Variance of each weight: small, since many wordings stand behind it. */
const VARIANCE = 0.005;

/** What stands for a placeholder, in turn. */
const FILLED: Readonly<Record<string, readonly string[]>> = {
  name: ["parseHeader", "HttpClient", "retry_count", "Session.close", "load_rules", "renderTable"],
  word: ["colour output", "retries", "config loading", "timeouts", "caching", "plugins"],
  path: ["src/http/client.py", "lib/router.js", "pkg/store/store.go", "README.md", "main.rs"],
  folder: ["src", "lib/util", "docs", "tests"],
  num: ["12", "40", "3", "100"],
  text: ['"not found"', "'TODO('", "console.log", "FIXME"],
  person: ["alice", "Bob", "Jin Park"],
  version: ["2.1", "v1.4.0", "3"],
};

/** A wording with the tools that answer it. */
interface Wording {
  /** With its placeholders. */
  readonly wording: string;
  readonly request: string;
  readonly tools: readonly string[];
}

const all = await readWordings(new URL("prior/", import.meta.url));
const wordings = await withoutBenchmark(all);
const tools = (await Promise.all(createRegistry(catalog).entries.map((entry) => entry.load())))
  .filter((tool) =>
    // Of a tool that no wording is for nothing can be learned, least that it is always wrong.
    tool.propose !== undefined && wordings.some(({ tools }) => tools.includes(tool.name))
  );
const named = new Set(tools.map(({ name }) => name));
const requests = wordings.map(({ request, tools }) => {
  const parsed = parseRequest(request);
  return { parsed, features: requestFeatures(parsed), right: tools.filter((it) => named.has(it)) };
});
const words = commonWords(requests.map(({ features }) => features));
const counts = new Map<string, number>();
for (const { features } of requests) {
  for (const [name] of withKnownWords(features, words)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}
// Once to see what matters, and once more with that alone.
const first = train((features) => features.filter(([name]) => counts.get(name) !== 1));
const matters = new Map(
  Object.entries(first).map(([arm, weights]) => [
    arm,
    new Set(Object.keys(weights).filter((name) => Math.abs(weights[name]![0]) >= SMALL)),
  ]),
);
const means = rounded(
  train((features, arm) => features.filter(([name]) => matters.get(arm)?.has(name))),
);
const bytes = new TextEncoder().encode(JSON.stringify([[...words].sort(), means]));
const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 12);
const prior = {
  v: 1,
  id: `${FEATURES_VERSION}-${digest}`,
  features: FEATURES_VERSION,
  words: [...words].sort(),
  variance: VARIANCE,
  means,
};
const text = JSON.stringify(prior);
await Deno.writeTextFile(new URL("../rl/chooser/prior.json", import.meta.url), text + "\n");
console.log(
  `rl/chooser/prior.json: ${wordings.length} wordings, ${words.size} words, ${text.length} characters`,
);

/** Some things everybody says: what the benchmark asks is not learned from, whoever wrote it. */
async function withoutBenchmark(all: readonly Wording[]): Promise<Wording[]> {
  const plain = (text: string, about: readonly string[] = []) =>
    wordingOf(text.replace(/\{\w+\}/g, "_"), about).replaceAll(/[_ ]+/g, " ").trim();
  const asked = new Set(
    (await loadRequests()).flatMap(({ request, about }) => [plain(request), plain(request, about)]),
  );
  const kept = all.filter(({ wording, request }) =>
    !asked.has(plain(wording)) && !asked.has(plain(request))
  );
  console.log(`${all.length - kept.length} wordings left out: the benchmark has them`);
  return kept;
}

async function readWordings(folder: URL): Promise<Wording[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".txt")) names.push(name);
  const turns = new Map<string, number>();
  const texts = await Promise.all(
    names.sort().map((name) => Deno.readTextFile(new URL(name, folder))),
  );
  return texts.flatMap((text) => text.split("\n")).filter((line) => line !== "").map((line) => {
    const [tools = "", request] = line.split("\t");
    if (request === undefined) throw new Error(`no tab in ${JSON.stringify(line)}`);
    const unknown = tools.split(",").find((tool) => !catalog.some(({ name }) => name === tool));
    if (unknown !== undefined) throw new Error(`no tool "${unknown}": ${JSON.stringify(line)}`);
    return {
      wording: request,
      tools: tools.split(","),
      request: request.replace(/\{(\w+)\}/g, (_, kind) => fill(kind, turns)),
    };
  });
}

function fill(kind: string, turns: Map<string, number>): string {
  const all = FILLED[kind];
  if (all === undefined) throw new Error(`nothing stands for {${kind}}`);
  const turn = turns.get(kind) ?? 0;
  turns.set(kind, turn + 1);
  return all[turn % all.length]!;
}

function commonWords(all: readonly Readonly<Record<string, number>>[]): Set<string> {
  const counts = new Map<string, number>();
  for (const features of all) {
    for (const name of Object.keys(features)) {
      if (/^w:[^<]/.test(name)) counts.set(name.slice(2), (counts.get(name.slice(2)) ?? 0) + 1);
    }
  }
  return new Set([...counts].filter(([, count]) => count >= LEAST).map(([word]) => word));
}

function shuffled<T>(items: readonly T[]): T[] {
  const rng = createRng(SEED);
  return items.map((item) => [rng.float(), item] as const).sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** Learns every wording once, each tool being right or wrong for it. */
function train(keep: (features: SparseFeatures, arm: string) => SparseFeatures): Beliefs {
  const model = createSparseModel({ noise: NOISE, variance: 1 });
  for (const { parsed, features, right } of shuffled(requests)) {
    const seen = withKnownWords(features, words);
    for (const tool of tools) {
      const proposal = tool.propose!(parsed, []);
      if (proposal === undefined || proposal.instead !== undefined) continue;
      const target = (right.includes(tool.name) ? RIGHT : WRONG) - baseOf(proposal.weight);
      model.update(tool.name, keep(featuresOf(proposal, seen), tool.name), target);
    }
  }
  return model.learned();
}

function rounded(beliefs: Beliefs): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(beliefs).sort(([a], [b]) => a < b ? -1 : 1).map(([arm, weights]) => [
      arm,
      Object.fromEntries(
        Object.entries(weights).map(([name, [mean]]) => [name, Math.round(mean * 1000) / 1000]),
      ),
    ]),
  );
}
