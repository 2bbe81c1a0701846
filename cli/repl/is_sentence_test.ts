import assert from "node:assert/strict";
import { isSentence } from "./is_sentence.ts";

Deno.test("isSentence() takes two ordinary words for a request", () => {
  const requests = [
    "last commit",
    "undo my last edit please",
    "help me",
    "what changed?",
    "list functions in src/a.ts",
    "run the tests",
    "undo what I didn't want",
    "zeig mir die Änderungen",
  ];
  for (const line of requests) assert.ok(isSentence(line), line);
});

Deno.test("isSentence() leaves a slip its error: one word, a flag, quotes, an operator", () => {
  const slips = [
    "grep",
    "",
    "cat a.ts b.ts",
    "grep needle --colour",
    "grep some words -k",
    'grep "fn main" here there',
    "last 'open quote here",
    "cat some file | tee other",
  ];
  for (const line of slips) assert.ok(!isSentence(line), line);
});
