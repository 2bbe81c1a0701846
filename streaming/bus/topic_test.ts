import assert from "node:assert/strict";
import { fits } from "./topic.ts";

Deno.test("fits() takes * for one segment and a last > for one or more", () => {
  const topics = ["tool", "tool.end", "tool.end.late", "other.end"];
  const expected: Record<string, string> = {
    ">": "tool tool.end tool.end.late other.end",
    "*": "tool",
    "tool": "tool",
    "tool.*": "tool.end",
    "tool.>": "tool.end tool.end.late",
    "*.end": "tool.end other.end",
    "*.>": "tool.end tool.end.late other.end",
    "tool.end.>": "tool.end.late",
    "tool.*.late": "tool.end.late",
    "to": "",
  };
  for (const [pattern, wanted] of Object.entries(expected)) {
    assert.equal(topics.filter((topic) => fits(pattern, topic)).join(" "), wanted, pattern);
  }
});
