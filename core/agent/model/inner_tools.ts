import type { LMTool, LMUsage } from "../../lm/types.ts";
import type { Registry } from "../../registry.ts";
import type { Store } from "../../store/types.ts";
import { outputKey, todoKey } from "../conversation/conversation.ts";
import { toolSpec } from "./tool_specs.ts";

/** What came of an inner tool. */
export interface InnerResult {
  readonly ok: boolean;
  readonly text: string;
  /** What it took, when it asked a model itself. */
  readonly usage?: LMUsage;
}

/** A tool of the mind itself: it touches nothing outside the conversation, so no gate is asked. */
export interface InnerTool {
  /** As the model sees it. */
  readonly spec: LMTool;
  /** Does it; what it throws becomes a result. */
  run(input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<InnerResult>;
}

function spec(
  name: string,
  description: string,
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): LMTool {
  return { name, description, parameters: { type: "object", properties, required } };
}

/** What a model may look for. */
const MORE = "todo list, helper agent, git, lint, build, undo";

/** Most tools that one search names. */
const MOST = 5;

/**
 * Finds tools by words and offers them from then on.
 *
 * @param inner tools of the mind itself that can be found too.
 * @param allowed which of them may be offered.
 * @param offer told each tool that was found.
 */
export function findTool(
  registry: Registry,
  inner: readonly InnerTool[],
  allowed: (tool: string) => boolean,
  offer: (spec: LMTool) => void,
): InnerTool {
  return {
    spec: spec("find_tool", `Finds more tools: ${[MORE, ...foreignGroups(registry)].join(", ")}`, {
      query: { type: "string" },
    }, ["query"]),
    run({ query }) {
      const words = String(query).toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "");
      const all = [
        ...inner.map(({ spec }) => ({ spec, text: spec.description })),
        ...registry.entries.filter(({ name }) => allowed(name))
          .map((entry) => ({ spec: toolSpec(entry), text: `${entry.group} ${entry.summary}` })),
      ];
      const found = all.map((tool) => ({ ...tool, hits: hits(tool.spec.name, tool.text, words) }))
        .filter(({ hits }) => hits > 0)
        .sort((a, b) => b.hits - a.hits)
        .slice(0, MOST)
        .map(({ spec }) => spec);
      for (const tool of found) offer(tool);
      const lines = found.map(({ name, description }) => `${name}: ${description}`);
      const names = all.map(({ spec }) => spec.name).join(", ");
      return Promise.resolve({
        ok: found.length > 0,
        text: found.length > 0
          ? [...lines, "They can be called from now on."].join("\n")
          : `no tool for ${JSON.stringify(query)}; there are ${names}`,
      });
    },
  };
}

/** The servers whose tools a model could not guess at: `mcp github`. */
function foreignGroups({ entries }: Registry): string[] {
  return [
    ...new Set(entries.map(({ group }) => group).filter((group) => group.startsWith("mcp "))),
  ];
}

function hits(name: string, text: string, words: readonly string[]): number {
  const about = text.toLowerCase().split(/[^a-z0-9]+/);
  return words.reduce((n, word) => {
    if (name.split("_").includes(word)) return n + 2;
    return about.some((other) => isForm(word, other)) ? n + 1 : n;
  }, 0);
}

/** `test` and `tests`, `commit` and `committed`; little words are only themselves. */
function isForm(word: string, other: string): boolean {
  if (word === other) return word.length > 3 || word === "git";
  return word.length > 3 && other.length > 3 && (other.startsWith(word) || word.startsWith(other));
}

/** Lines of a result that was cut, given at once. */
const LINES = 200;

/** Characters around a text that was found, or behind a place, when a line is longer. */
const AROUND = 500;

/** Reads the whole text of results that were cut. */
export function outputTool(store: Store, conversation: () => string): InnerTool {
  return {
    spec: spec(
      "output",
      "Reads more of a result that was cut: from a line or character on, or what has a text",
      {
        call: { type: "string" },
        start: { type: "integer", description: "line" },
        char: { type: "integer" },
        grep: { type: "string" },
      },
      ["call"],
    ),
    async run({ call, start, char, grep }) {
      const text = await store.get<string>(outputKey(conversation(), String(call)));
      if (text === undefined) {
        return { ok: false, text: `nothing is kept for call ${String(call)}` };
      }
      const lines = text.split("\n").map((line, i) => `${i + 1}: ${line}`);
      if (typeof grep === "string") {
        const found = lines.filter((line) => line.includes(grep)).slice(0, LINES)
          .map((line) => around(line, grep));
        return { ok: found.length > 0, text: found.join("\n") || `no line has ${grep}` };
      }
      if (char !== undefined) {
        const at = Math.max(0, Number(char) || 0);
        return { ok: at < text.length, text: text.slice(at, at + 2 * AROUND) };
      }
      const from = Math.max(1, Number(start ?? 1) || 1);
      return { ok: from <= lines.length, text: lines.slice(from - 1, from - 1 + LINES).join("\n") };
    },
  };
}

/** Of a long line, what stands around the text. */
function around(line: string, text: string): string {
  if (line.length <= 2 * AROUND) return line;
  const at = line.indexOf(text);
  const from = Math.max(0, at - AROUND);
  return `character ${from}: …${line.slice(from, at + text.length + AROUND)}…`;
}

/** One thing to do. */
export interface TodoItem {
  readonly text: string;
  readonly done: boolean;
}

/** The list as text: `[x] done`, `[ ] open`. */
export function todoText(items: readonly TodoItem[]): string {
  return items.map(({ text, done }) => `[${done ? "x" : " "}] ${text}`).join("\n");
}

/** The list as it is copied, word for word, behind a summary; empty when there is none. */
export async function todoVerbatim(store: Store, conversation: string): Promise<string> {
  const items = await store.get<readonly TodoItem[]>(todoKey(conversation)) ?? [];
  return items.length === 0 ? "" : `Todo list:\n${todoText(items)}`;
}

/**
 * Keeps the list of what is to do; it is copied word for word when the conversation is summarized.
 *
 * @param clean takes secrets out of its texts.
 * @param changed told the list.
 */
export function todoTool(
  store: Store,
  conversation: () => string,
  clean: (text: string) => string,
  changed: (items: readonly TodoItem[]) => void,
): InnerTool {
  return {
    spec: spec(
      "todo",
      "Keeps your list of steps for work of three steps or more; give all of them",
      {
        items: {
          type: "array",
          items: {
            type: "object",
            properties: { text: { type: "string" }, done: { type: "boolean" } },
            required: ["text", "done"],
          },
        },
      },
      ["items"],
    ),
    async run({ items }) {
      if (!Array.isArray(items)) return { ok: false, text: "items is to be a list" };
      const list = items.slice(0, 50).map((item): TodoItem => ({
        text: clean(String((item as TodoItem | null)?.text ?? item)).slice(0, 300),
        done: (item as TodoItem | null)?.done === true,
      }));
      await store.put(todoKey(conversation()), list);
      changed(list);
      return { ok: true, text: todoText(list) || "the list is empty" };
    },
  };
}
