import type { CatalogEntry, Registry } from "../core/registry.ts";
import { PROGRAM } from "./flags/program.ts";
import { shownName } from "./flags/shown_name.ts";

/** Commands of the launcher, for the table. */
const OWN: readonly (readonly [string, string])[] = [
  ["start", "Open a session here (also without any command)"],
  ["run, chat", "Work on a request in plain language: up to four tools, then a summary"],
  ["acp", "Let an editor drive the agent: the Agent Client Protocol over standard input"],
  ["mcp", "list: MCP servers and their tools; serve: offer our tools to another agent"],
  ["permissions", "explain [command]: the exact rights; audit, shrink: by the receipts; trust"],
  ["config", "show: each setting and its origin; init: write commented files"],
  [
    "rl",
    "What was learned: status, evaluate, report, reset, replay, export, import; train, background",
  ],
  ["up", "Watch the logs here: contexts, summaries, plans, and a status page"],
  ["serve", "The status page and its API alone"],
  ["worker", "Answer the contexts of one container, beside others of its group"],
  ["tail", "Entries of a stream, one JSON object per line"],
  ["stream-init", "Write .dspy_stream.json: containers, topics, checkpoints"],
  ["stream-topics-create", "Create the topics on a broker"],
  ["queue", "submit, status, list, cancel, redrive: jobs of this workspace; run: work on them"],
  ["doctor", "Say what works here, what is missing and how to get it"],
  ["completions", "Print completions for bash, zsh or fish"],
  ["help", "List the commands, or explain one"],
];

/** All tools, grouped by what they act on, one line each. */
export function helpTable(registry: Registry): string[] {
  const groups = Map.groupBy(registry.entries, (entry) => entry.group);
  const width = Math.max(...registry.entries.map((entry) => label(entry).length));
  const row = (name: string, summary: string) => `  ${name.padEnd(width)}  ${summary}`;
  const lines = [...groups].flatMap(([group, entries]) => [
    group,
    ...entries.map((entry) => row(label(entry), entry.summary)),
    "",
  ]);
  return [
    `${PROGRAM} [command] [flags]`,
    "",
    ...lines,
    "program",
    ...OWN.map(([name, summary]) => row(name, summary)),
    "",
    "Anything else is taken as a request in plain words: why does the build fail?",
    `help <command> explains one; ${PROGRAM} permissions explain shows what a session may touch.`,
    "Exit codes: 0 done, 1 failed, refused or nothing found, 2 not understood, 127 a program is",
    "missing, 130 interrupted. Lines from standard input end with the code of the last.",
  ];
}

function label({ name, aliases }: CatalogEntry): string {
  return [name, ...aliases].map(shownName).join(", ");
}
