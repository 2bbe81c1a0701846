import { aliasName } from "./_alias.ts";
import type { Asked } from "./_protocol.ts";
import type { Expectation, Pattern, Scenario } from "./scenario.ts";

/** What a request is compared with an expectation by. */
export interface Arrived {
  readonly asked: Asked;
  /** Size of its body. */
  readonly bytes: number;
}

/**
 * Compares a request with what its turn expects.
 *
 * @returns what is not as expected, each as a clause.
 */
export function unmet(
  expected: Expectation | Pattern,
  { asked, bytes }: Arrived,
  scenario: Scenario,
  dialect: string,
): string[] {
  const want: Expectation = typeof expected === "string" ? { messages: expected } : expected;
  const { messages } = asked;
  const all = messages.map(({ text }) => text).join("\n");
  const problems: string[] = [];
  const need = (what: string, pattern: Pattern | undefined, text: string): void => {
    if (pattern === undefined || matches(pattern, text)) return;
    problems.push(`${what} should have ${pattern} but ${excerpt(text)}`);
  };
  need("the messages", want.messages, all);
  need("the user's last message", want.user, lastOf(asked, "user"));
  need("the last result", want.lastResult, lastResult(asked));
  if (want.absent !== undefined && matches(want.absent, all)) {
    problems.push(`the messages should not have ${want.absent}`);
  }
  const offered = `, offered are ${asked.tools.join(", ") || "none"}`;
  for (const tool of want.tools ?? []) {
    const name = aliasName(tool, scenario, dialect);
    if (!asked.tools.includes(name)) problems.push(`the tool ${name} should be offered${offered}`);
  }
  for (const tool of want.withoutTools ?? []) {
    const name = aliasName(tool, scenario, dialect);
    if (asked.tools.includes(name)) problems.push(`the tool ${name} should not be offered`);
  }
  if (want.format !== undefined && want.format !== asked.format) {
    problems.push(`a reply by a JSON Schema should ${want.format ? "" : "not "}be asked for`);
  }
  if (want.maxBytes !== undefined && bytes > want.maxBytes) {
    problems.push(`the request should have ${want.maxBytes} bytes at most but has ${bytes}`);
  }
  return problems;
}

/** Whether a text has a substring, or matches `/…/flags`. */
export function matches(pattern: Pattern, text: string): boolean {
  const regex = /^\/(.+)\/([a-z]*)$/s.exec(pattern);
  return regex ? new RegExp(regex[1]!, regex[2]).test(text) : text.includes(pattern);
}

function lastOf({ messages }: Asked, role: string): string {
  return messages.findLast((message) => message.role === role)?.text ?? "";
}

/** All results since the model spoke last. */
function lastResult({ messages }: Asked): string {
  const spoke = messages.findLastIndex(({ role }) => role === "assistant");
  return messages.slice(spoke + 1).filter(({ role }) => role === "tool")
    .map(({ text }) => text).join("\n");
}

function excerpt(text: string): string {
  const end = text.trim().slice(-300);
  return end === "" ? "is empty" : `ends with ${JSON.stringify(end)}`;
}
