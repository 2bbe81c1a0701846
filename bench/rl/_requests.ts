/**
 * The benchmark "does it help?": what people ask in three real repositories, and the tools that
 * rightly answer it first. How it was made, and by which rules it was labelled, is in
 * `requests/README.md`.
 */
import { load } from "js-yaml";
import { z } from "zod";
import type { Candidate, Choice, ChoiceContext } from "../../core/agent/chooser.ts";
import { parseRequest } from "../../core/agent/request.ts";
import { smallTalk } from "../../core/agent/small_talk.ts";
import { createRegistry } from "../../core/registry.ts";
import { catalog } from "../../skills/catalog.ts";
import { AUTHORS, openRepository, REPOSITORIES } from "./requests/_repositories.ts";

export { openRepository, REPOSITORIES } from "./requests/_repositories.ts";

/** Decides, with the wording of a request, on which side of the split it is. */
const SPLIT_SEED = 1;
/** Share of the wordings that are for training. */
const TRAIN = 0.6;

/** SHA-256 of all requests and labels as JSON: the set is frozen, so figures stay comparable. */
const FROZEN = "8c10cfc9ed517a7fa2e6401bf4ea57bbd398f43ecf2bfe6acb82f2779d81d38b";

const ROWS = z.array(z.strictObject({
  /** As it is typed. */
  request: z.string().min(1),
  /** The parts of it that are of the repository: files, symbols, topics, authors. */
  about: z.array(z.string().min(1)),
  /** What kind of work it is. */
  kind: z.string().min(1),
  /** The tools that rightly answer it first. */
  tools: z.array(z.string().min(1)).min(1),
  split: z.enum(["train", "test"]),
}));

/** A request with its label. */
export interface LabelledRequest extends z.infer<typeof ROWS.element> {
  readonly repository: typeof REPOSITORIES[number];
}

/** What a tool would do for a request. */
export interface Offer extends Candidate {
  readonly input: unknown;
  /** Whether the call alone would answer the request. */
  readonly completes: boolean;
  /** What is said in place of the call, where only the person knows what it needs. */
  readonly instead: string | undefined;
}

/**
 * Reads the requests, by repository, in the order of their files.
 *
 * @throws {Error} when one names an unknown tool, stands on the wrong side, or the set was changed.
 */
export async function loadRequests(): Promise<LabelledRequest[]> {
  const all: LabelledRequest[] = [];
  for (const repository of REPOSITORIES) {
    const file = new URL(`requests/${repository}.yaml`, import.meta.url);
    const rows = ROWS.parse(load(await Deno.readTextFile(file)));
    all.push(...rows.map((row) => ({ ...row, repository })));
  }
  const known = new Set(catalog.map(({ name }) => name));
  for (const { request, about, tools, split } of all) {
    const unknown = tools.find((tool) => !known.has(tool));
    if (unknown !== undefined) throw new Error(`"${request}": there is no tool "${unknown}"`);
    const strange = about.find((part) => !request.toLowerCase().includes(part.toLowerCase()));
    if (strange !== undefined) throw new Error(`"${request}" is not about "${strange}"`);
    const right = splitOf(request, about);
    if (split !== right) throw new Error(`"${request}" belongs to ${right}, not to ${split}`);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(all));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (digest !== FROZEN) {
    throw new Error(
      `the requests are not those the figures are of: ${digest}, expected ${FROZEN}; take changes ` +
        "back, or set FROZEN and measure all figures anew",
    );
  }
  return all;
}

/**
 * A request without its names and numbers, in lower case: "who calls _" is one wording in all
 * repositories.
 */
export function wordingOf(request: string, about: readonly string[]): string {
  const names = [...about].sort((a, b) => b.length - a.length).map((part) => part.toLowerCase());
  return names.reduce((text, name) => text.replaceAll(name, "_"), request.toLowerCase())
    .replace(/\d+/g, "_").replace(/[^\p{L}_]+/gu, " ").trim();
}

/** The side of a request: all of one wording are on the same. */
export function splitOf(request: string, about: readonly string[]): "train" | "test" {
  return hash(`${SPLIT_SEED}:${wordingOf(request, about)}`) / 2 ** 32 < TRAIN ? "train" : "test";
}

/** FNV-1a, 32 bits, with the last mix of MurmurHash3: texts that are alike come far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Loads the tools, as a session without a model does, and tells what each would do for a request as
 * its first step: nothing is run, no policy denies, nothing cools.
 *
 * @returns the offers in the order of the catalog; none for what is answered without a tool.
 */
export async function openOffers(): Promise<(request: string) => readonly Offer[]> {
  const tools = await Promise.all(createRegistry(catalog).entries.map((entry) => entry.load()));
  return (text) => {
    const request = parseRequest(text);
    if (smallTalk(request) !== undefined) return [];
    return tools.flatMap((tool) => {
      const proposal = tool.propose?.(request, []);
      if (proposal === undefined) return [];
      const { weight, reason, input, completes = false, instead } = proposal;
      return [{ tool: tool.name, weight, reason, input, completes, instead }];
    });
  };
}

/** What a chooser is told at the first step of a request in a new session. */
export function firstContext({ request }: LabelledRequest): ChoiceContext {
  return { request, step: 1, history: [], features: {} };
}

/** Whether a first choice is right. */
export function isRight({ tools }: LabelledRequest, choice: Choice | undefined): boolean {
  return choice !== undefined && tools.includes(choice.tool);
}

/**
 * Looks whether what the requests are about is to be found in their repositories, which are
 * downloaded at first use.
 *
 * @returns what is not, as `repository: part`.
 */
export async function missingNames(requests: readonly LabelledRequest[]): Promise<string[]> {
  const missing: string[] = [];
  for (const repository of REPOSITORIES) {
    const text = await textOf(await openRepository(repository));
    for (
      const part of new Set(requests.filter((r) => r.repository === repository).flatMap(about))
    ) {
      if (!text.includes(part.toLowerCase())) missing.push(`${repository}: ${part}`);
    }
  }
  return missing;
}

/** Of `Group.invoke`, the member is what stands in a file. */
function about(request: LabelledRequest): string[] {
  return request.about.map((part) => /^[\w.]+\.\w+$/.test(part) ? part.split(".").at(-1)! : part);
}

/** Authors, paths and files of a repository, in lower case. */
async function textOf(root: string): Promise<string> {
  const parts: string[] = [...AUTHORS];
  const walk = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (name === ".git") continue;
      parts.push(path.slice(root.length + 1));
      if (isDirectory) await walk(path);
      else parts.push(await Deno.readTextFile(path));
    }
  };
  await walk(root);
  return parts.join("\n").toLowerCase();
}
