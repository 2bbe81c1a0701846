import { closest } from "../../core/closest.ts";
import type { PlainRequest } from "../../core/agent/request.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Proposal, type Tool } from "../../core/tool.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { type CodeGraph, summaryLine } from "./code_graph.ts";
import {
  findKnowledge,
  type Knowledge,
  type KnownDefinition,
  type KnownPath,
  questionWords,
} from "./find_knowledge.ts";
import { learnCode } from "./learn_code.ts";

const input = (z: Zod) =>
  z.object({
    query: z.array(z.string()).min(1).describe("a name, a path, or a question that has one")
      .meta({ short: "q" }),
  });

/** Input of the tool `knowledge`. */
export type KnowledgeInput = SchemaOutput<typeof input>;

const MAX_USERS = 20;

const ASKS =
  /\b(?:where|who|which|defined|definition|callers?|imports?|imported|importers|requires?|uses|used|usages?|references?)\b/i;
const USES = /\b(?:imports?|imported|importers|requires?|uses|used|depends? on)\b/i;
/** A longer subject is a description, for a search by words. */
const MOST_WORDS = 4;

/** The tool `knowledge`. */
const knowledge: Tool<KnowledgeInput, Knowledge> = defineTool({
  name: "knowledge",
  summary: "Says where something is defined and who imports and calls it",
  input,
  positional: ["query"],
  examples: [
    { line: "knowledge parseConfig", says: "where it is defined, and its callers" },
    { line: "knowledge who imports src/config.ts", says: "a file's facts and its importers" },
  ],
  effect: "read",
  parses: true,
  needs: () => ({ read: ["."] }),
  propose(request) {
    const { plain, identifiers, paths, subject, wantsChange } = request;
    if (wantsChange) return quiet(request);
    const asks = ASKS.test(plain);
    const words = subject.split(/\s+/).length;
    const file = USES.test(plain) ? paths : [];
    const rest = asks && subject !== "" && words <= MOST_WORDS && paths.length === 0;
    const query = identifiers.length > 0 ? identifiers : file.length > 0 ? file : [subject];
    if (query.length === 0 || !(identifiers.length > 0 || file.length > 0 || rest)) {
      return quiet(request);
    }
    // Who wrote something is for git to say, which must be told where it stands.
    const weight = /\bwho\b.*\bwrote\b|\b(?:who|when)\b.*\bchanged\b/i.test(plain) ? 0.75 : 0.87;
    return {
      input: { query: [...query] },
      weight: asks ? weight : 0.5,
      reason: `the request names ${query.join(", ")}`,
    };
  },
  async run({ query }, ctx) {
    const { graph } = await learnCode(ctx);
    const question = query.join(" ");
    const found = findKnowledge(graph, question, { phrase: query.some((part) => / /.test(part)) });
    const { definitions, files, modules } = found;
    const parts = [
      ...definitions.map(definitionText),
      ...modules.map(({ name, importers }) => `module ${name}\n  imported by ${few(importers)}`),
      ...files.map(fileText),
    ];
    if (parts.length > 0) return { ok: true, data: found, text: parts.join("\n") };
    const text = `nothing known about ${JSON.stringify(question)}${hint(graph, question)}`;
    return { ok: false, data: found, text };
  },
});

export default knowledge;

function quiet(request: PlainRequest): Proposal<KnowledgeInput> | undefined {
  const { paths, symbol } = namedIn(request);
  const { identifiers, subject } = request;
  const [names = []] = [identifiers, paths, symbol === undefined ? [] : [symbol]]
    .filter((some) => some.length > 0);
  if (names.length > 0) return quietOffer({ query: [...names] });
  const short = subject !== "" && subject.split(/\s+/).length <= MOST_WORDS;
  return short ? quietOffer({ query: [subject] }) : undefined;
}

function definitionText({ kind, name, path, start, end, callers }: KnownDefinition): string {
  const place = `${kind} ${name}  ${path}:${start}-${end}`;
  return callers.length === 0 ? place : `${place}\n  called by ${few(callers)}`;
}

function fileText({ path, lines, imports, importers, defines }: KnownPath): string {
  const names = defines.map(({ kind, name, start }) => `${kind} ${name}:${start}`);
  return [
    `file ${path}  ${lines} lines`,
    ...(names.length > 0 ? [`  defines ${few(names)}`] : []),
    ...(imports.length > 0 ? [`  imports ${few(imports)}`] : []),
    ...(importers.length > 0 ? [`  imported by ${few(importers)}`] : []),
  ].join("\n");
}

function few(items: readonly string[]): string {
  const rest = items.length - MAX_USERS;
  return items.slice(0, MAX_USERS).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}

function hint(graph: CodeGraph, question: string): string {
  const names = graph.files.flatMap(({ classes, functions }) => [...classes, ...functions]);
  const near = questionWords(question).flatMap((word) => closest(word, [...new Set(names)]));
  if (near.length > 0) return `: did you mean ${[...new Set(near)].slice(0, 3).join(", ")}?`;
  return ` (${summaryLine(graph.stats)})`;
}
