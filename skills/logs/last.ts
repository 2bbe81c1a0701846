import { UserError } from "../../core/errors.ts";
import { closest } from "../../core/closest.ts";
import { defineTool } from "../../core/tool.ts";
import type { Store } from "../../core/store/types.ts";
import { LAST_FIELDS } from "../../core/logs/last_findings.ts";

export default defineTool({
  name: "last",
  summary: "What was last found out about a container",
  input: (z) =>
    z.object({
      container: z.string().min(1).optional()
        .describe("name of the container; default the one with the newest data"),
      what: z.enum([...LAST_FIELDS, "all"]).default("all").describe("which part"),
    }),
  effect: "read",
  examples: [
    { line: "last", says: "all that is known of the newest container" },
    { line: "last --container api --what plan", says: "one part" },
  ],
  needs: () => ({}),
  async run({ container, what }, { store }) {
    const known = await readAll(store);
    if (container !== undefined && known.size > 0 && !known.has(container)) {
      const near = closest(container, [...known.keys()], { limit: 1 })[0];
      throw new UserError("failed", `no data of container ${JSON.stringify(container)}`, {
        hint: near ? `did you mean ${near}?` : `known are ${[...known.keys()].join(", ")}`,
      });
    }
    const name = container ?? newest(known);
    const values = name === undefined ? undefined : known.get(name);
    const data = what === "all" ? values && { container: name, ...values } : values?.[what];
    if (data === undefined) return { ok: false, data: null, text: "no data" };
    return { ok: true, data, text: what === "all" ? overview(name!, values!) : shown(data) };
  },
});

/** What each field says, above it. */
const TITLES = { summary: "what happened", key_points: "key points", plan: "what to do" };

function overview(name: string, values: Values): string {
  const time = typeof values.ts === "number" ? `  ${new Date(values.ts).toISOString()}` : "";
  const parts = Object.entries(TITLES).flatMap(([field, title]) => {
    const text = shown(values[field] ?? "").trimEnd();
    return text === "" ? [] : [title, text.replace(/^/gm, "  ")];
  });
  return [`${name}${time}`, ...parts].join("\n");
}

/** A text as it is, a list with a line for each. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return value.join("\n");
  }
  return JSON.stringify(value, null, 2);
}

type Values = Record<string, unknown>;

/** Values by container. A name may itself hold colons; the part after the last one is the field. */
async function readAll(store: Store): Promise<Map<string, Values>> {
  const known = new Map<string, Values>();
  for (const { key, value } of await store.list("last:")) {
    const end = key.lastIndexOf(":");
    const field = key.slice(end + 1);
    if (end <= "last:".length || !(LAST_FIELDS as readonly string[]).includes(field)) continue;
    const name = key.slice("last:".length, end);
    known.set(name, { ...known.get(name), [field]: value });
  }
  return known;
}

function newest(known: ReadonlyMap<string, Values>): string | undefined {
  const time = ([, values]: [string, Values]) => typeof values.ts === "number" ? values.ts : 0;
  return [...known].sort((a, b) => time(b) - time(a))[0]?.[0];
}
