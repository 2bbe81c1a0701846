import type { PlainRequest } from "../../core/agent/request.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { type FileRole, fileRole } from "./file_role.ts";
import { type ProjectCommand, projectCommands } from "./project_commands.ts";
import { type Manifest, readManifests } from "./_read_manifests.ts";

const TOPICS = [
  "all",
  "version",
  "license",
  "runtime",
  "dependencies",
  "entry",
  "commands",
  "tests",
] as const;

const input = (z: Zod) =>
  z.object({
    topic: z.enum(TOPICS).default("all").describe(`what to tell: ${TOPICS.join(", ")}`),
  });

/** Input of the tool `project`. */
export type ProjectInput = SchemaOutput<typeof input>;

/** Result of the tool `project`. */
export interface ProjectData {
  /** What the manifests say. */
  readonly manifests: readonly Manifest[];
  /** How it is tested, linted and built; empty when that was not asked for. */
  readonly commands: readonly ProjectCommand[];
  /** Test files; empty when they were not asked for. */
  readonly tests: readonly string[];
}

const MOST_SHOWN = 60;

/** Topics by what asks for them. */
const ASKS: readonly (readonly [ProjectInput["topic"], RegExp])[] = [
  [
    "runtime",
    /\b(?:node|deno|python|rust|go|java|npm|bun)(?:\.js)? versions?\b|\bversions? of (?:node|deno|python|rust|go|java|npm|bun)\b/i,
  ],
  ["version", /\b(?:what|which|show|current|project)\b.*\bversion\b|^\s*version\s*\??$/i],
  ["dependencies", /\bdependenc(?:y|ies)\b|\bdepends? on\b|\bwhat (?:packages|libraries)\b/i],
  ["license", /\blicen[cs]ed?\b/i],
  ["entry", /\bentry ?points?\b|\bmain file\b|\bwhere does (?:it|this|the \w+) start\b/i],
  [
    "commands",
    /^\s*how (?:do|can|to|should|are)\b.*\b(?:run|build|start|install|lint|tests?|compile|format)\b|\b(?:what|which|list|show)\b.*\b(?:commands?|scripts|tasks)\b/i,
  ],
  ["tests", /\b(?:list|which|what|show|where)\b.*\btests?\b/i],
];

/** What may be left of such a request when the words that only ask are gone. */
const ONLY =
  /^(?:(?:versions?|node|deno|python|rust|go|java|npm|bun|node\.js|dependency|dependencies|depends|packages|libraries|licen[cs]ed?|entry|main|points?|entrypoints?|start|build|built|install|lint|linter|compile|format|commands?|scripts|tasks|app|server|program|under|runs?|there|whole|suite|unit|npm|test)(?: |$))*$/i;

/** The tool `project`. */
const project: Tool<ProjectInput, ProjectData> = defineTool({
  name: "project",
  summary: "Tells a project's version, licence, dependencies, entry points, commands and tests",
  input,
  positional: ["topic"],
  examples: [
    { line: "project", says: "all that its manifests say" },
    { line: "project commands", says: "how it is tested, linted and built" },
  ],
  effect: "read",
  needs: () => ({ read: ["."] }),
  propose(request) {
    const topic = topicOf(request);
    if (topic === undefined) return quietOffer({ topic: spokenOf(request) ?? "all" });
    return {
      input: { topic },
      weight: 0.93,
      reason: `it asks for the project's ${topic === "entry" ? "entry point" : topic}`,
      completes: true,
    };
  },
  async run({ topic }, ctx) {
    const asked = (...topics: ProjectInput["topic"][]) => topics.includes(topic) || topic === "all";
    const manifests = await readManifests(ctx.files, ctx.signal);
    const commands = asked("commands", "tests") ? await projectCommands(ctx) : [];
    const paths = asked("tests", "license", "runtime") ? await listFiles(ctx) : [];
    const tests = topic === "tests" ? ofRole(paths, "test") : [];
    const lines = [
      ...manifests.flatMap((manifest) => manifestLines(manifest, asked)),
      ...asked("license") ? await licenseFile(paths, ctx) : [],
      ...commands.filter(({ kind }) => topic !== "tests" || kind === "test").map(commandText),
      ...tests.slice(0, MOST_SHOWN),
      ...tests.length > MOST_SHOWN ? [`... and ${tests.length - MOST_SHOWN} more`] : [],
    ];
    const data = { manifests, commands, tests };
    if (lines.length > 0) return { ok: true, data, text: lines.join("\n") };
    const where = manifests.map(({ path }) => path).join(", ") || "no manifest";
    return { ok: false, data, text: `nothing about ${topic}: read ${where}` };
  },
});

export default project;

function topicOf(request: PlainRequest): ProjectInput["topic"] | undefined {
  const { subject, wantsChange, identifiers } = request;
  if (wantsChange || identifiers.some((name) => name !== "node.js") || !ONLY.test(subject)) return;
  return spokenOf(request);
}

/** The topic that a request speaks of, maybe among other things. */
function spokenOf({ plain }: PlainRequest): ProjectInput["topic"] | undefined {
  return ASKS.find(([, asks]) => asks.test(plain))?.[0];
}

function manifestLines(
  manifest: Manifest,
  asked: (...topics: ProjectInput["topic"][]) => boolean,
): string[] {
  const { path, name, version, license, runtime, dependencies, devDependencies, entry } = manifest;
  const facts: (readonly [boolean, string, string | undefined])[] = [
    [asked("version"), "version", version],
    [asked("license"), "license", license],
    [asked("runtime"), "runs on", runtime.join(", ")],
    [asked("entry"), "entry", entry.slice(0, MOST_SHOWN).join(", ")],
    [asked("dependencies"), "needs", dependencies.slice(0, MOST_SHOWN).join(", ") || "nothing"],
    [asked("dependencies"), "to develop", devDependencies.slice(0, MOST_SHOWN).join(", ")],
  ];
  const told = facts.filter(([wanted, , text]) => wanted && text !== undefined && text !== "");
  if (told.length === 0) return [];
  const head = name === undefined ? path : `${path}: ${name}`;
  return [head, ...told.map(([, topic, text]) => `  ${topic.padEnd(10)} ${text}`)];
}

function commandText({ kind, verb, runs, dir }: ProjectCommand): string {
  const where = dir === "." ? "" : ` in ${dir}`;
  return `${kind.padEnd(5)}  ${verb}${runs === undefined ? "" : `   runs ${runs}${where}`}`;
}

async function listFiles({ files, signal }: ToolContext): Promise<string[]> {
  const paths: string[] = [];
  for await (const batch of files.walk({ signal })) paths.push(...batch.map(({ path }) => path));
  return paths.sort();
}

function ofRole(paths: readonly string[], role: FileRole): string[] {
  return paths.filter((path) => fileRole(path) === role);
}

/** The file with the licence, and its first line. */
async function licenseFile(paths: readonly string[], { files }: ToolContext): Promise<string[]> {
  const path = paths.find((path) => /^(?:licen[cs]e|copying)(?:\.\w+)?$/i.test(path));
  if (path === undefined) return [];
  const text = await files.readText(path, { range: [0, 2_048] }).catch(() => "");
  return [`${path}: ${text.split("\n").find((line) => /\w/.test(line))?.trim() ?? ""}`];
}
