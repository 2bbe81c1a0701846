import { UserError } from "../../errors.ts";
import { addUsage, NO_USAGE } from "../../lm/usage.ts";
import { createRedactor, redactJson } from "../../safety/redact.ts";
import type { Store } from "../../store/types.ts";
import { ENTRY, HEADER } from "./_entry_schema.ts";
import { wayTo } from "./_way_to.ts";
import { type ConversationInfo, entriesOf, infoKey, usageOf } from "./conversation.ts";
import type { Entry } from "./entry.ts";
import { allEntries, findConversation } from "./manage.ts";

/** Largest file that is read, in characters. */
const MAX_TEXT = 64 * 1024 * 1024;

/** A conversation as JSON lines: one that says what it is, then the entries in the order of writing. */
export async function exportConversation(store: Store, id: string): Promise<string> {
  const { title, leaf } = await findConversation(store, id);
  const header = { format: "dspy-code/session", v: 1, title, leaf };
  const entries = await allEntries(store, id);
  return [header, ...entries].map((line) => JSON.stringify(line)).join("\n") + "\n";
}

/**
 * Takes in what {@linkcode exportConversation} wrote. Nothing in it is run. A last line that was cut
 * off is left out, and so are secrets, as far as their form tells them.
 *
 * @param id of the new conversation.
 * @returns whether a last line was left out.
 * @throws {UserError} `usage` for a file of another kind or version, a forged entry, or one too large.
 */
export async function importConversation(
  store: Store,
  text: string,
  id: string,
): Promise<{ readonly info: ConversationInfo; readonly cut: boolean }> {
  if (text.length > MAX_TEXT) {
    throw refusal(`it has more than ${MAX_TEXT} characters`, "a session is never as large");
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const header = HEADER.safeParse(parsed(lines[0] ?? ""));
  if (!header.success) {
    throw refusal("its first line is not that of a session of this version", "export it again");
  }
  const redactor = createRedactor([]);
  const entries: Entry[] = [];
  let cut = false;
  for (const [i, line] of lines.slice(1).entries()) {
    const value = parsed(line);
    if (value === undefined && i === lines.length - 2) {
      cut = true;
      break;
    }
    const entry = ENTRY.safeParse(value);
    if (!entry.success) {
      const issue = entry.error.issues[0];
      throw refusal(
        `line ${i + 2}: ${issue?.path.join(".")}: ${issue?.message}`,
        "export it again",
      );
    }
    entries.push(redactJson(entry.data as Entry, redactor));
  }
  const known = new Map(entries.map((entry) => [entry.id, entry]));
  if (known.size !== entries.length) {
    throw refusal("two entries have the same id", "export it again");
  }
  const leaf = known.has(header.data.leaf ?? "") ? header.data.leaf : entries.at(-1)?.id ?? null;
  const info: ConversationInfo = {
    v: 1,
    id,
    title: redactor.text(header.data.title),
    created: entries[0]?.ts ?? Date.now(),
    updated: Date.now(),
    leaf,
    turns: wayTo(leaf, known).filter(({ body }) => body.kind === "user").length,
    usage: entries.reduce((sum, { body }) => addUsage(sum, usageOf(body) ?? NO_USAGE), NO_USAGE),
    from: "import",
  };
  await store.commit([
    { op: "append", stream: entriesOf(id), values: entries },
    { op: "put", key: infoKey(id), value: info },
  ]);
  return { info, cut };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function refusal(what: string, hint: string): UserError {
  return new UserError("usage", `not taken in: ${what}`, { hint });
}
