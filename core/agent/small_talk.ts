import type { PlainRequest } from "./request.ts";

const THANKS = /^(?:thanks|thank you|thx|cheers|great|nice|cool|ok|okay|bye|goodbye)\b/i;
const HELLO = /^(?:hello|hi|hey|good (?:morning|day|evening|afternoon))\b/i;
const ABILITY =
  /^(?:(?:please )?help(?: me)?|what (?:can|do) you do|what are you|who are you|how do(?:es)? (?:i use )?(?:you|this|it)(?: work)?|what (?:can|should) i (?:do|ask|type|say)(?: here)?)[\s?!.]*$/i;

/** More words than these, and the greeting is the start of a request. */
const MOST_WORDS = 4;

const ABILITIES = [
  "I search, explain and check this repository, and plan and make changes: what writes or runs asks " +
  "first.",
  'Ask in plain words, or type a tool\'s own command ("help" lists them):',
  "  where is parseConfig defined?",
  "  what did I change",
  "  why is test_login failing",
].join("\n");

/**
 * The answer to a greeting, to thanks and to "what can you do?": no tool is needed for them.
 *
 * @returns undefined for any other request.
 *
 * @example
 * ```ts
 * import { parseRequest, smallTalk } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * assert.match(smallTalk(parseRequest("hello"))!, /^Hello/);
 * assert.equal(smallTalk(parseRequest("where is hello defined?")), undefined);
 * ```
 */
export function smallTalk({ plain }: PlainRequest): string | undefined {
  const text = plain.trim();
  if (ABILITY.test(text)) return ABILITIES;
  if (text.split(/\s+/).length > MOST_WORDS || /[/_.:(]\w/.test(text)) return undefined;
  if (THANKS.test(text)) return "You are welcome.";
  return HELLO.test(text) ? `Hello.\n${ABILITIES}` : undefined;
}
