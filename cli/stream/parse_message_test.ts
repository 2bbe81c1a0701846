import assert from "node:assert/strict";
import { parseMessage } from "./parse_message.ts";

Deno.test("parseMessage() reads the three messages, and drops what they do not have", () => {
  assert.deepEqual(parseMessage('{"type":"user","text":" hi \\n"}'), { type: "user", text: "hi" });
  assert.deepEqual(parseMessage('{"type":"cancel","more":1}'), { type: "cancel" });
  assert.deepEqual(parseMessage('{"type":"approval","id":"a","granted":false}'), {
    type: "approval",
    id: "a",
    granted: false,
  });
});

Deno.test("parseMessage() says what is wrong with a line", () => {
  const cases: [line: string, why: RegExp][] = [
    ["hello", /no JSON/],
    ["[1", /no JSON/],
    ["3", /no object/],
    ["null", /no object/],
    ["[]", /no type in it/],
    ['{"type":"say"}', /no type "say"/],
    ['{"type":"user"}', /text is missing/],
    ['{"type":"user","text":"  "}', /text is missing/],
    ['{"type":"approval","granted":true}', /id is missing/],
    ['{"type":"approval","id":"a"}', /neither true nor false/],
    ['{"type":"approval","id":"a","granted":"true"}', /neither true nor false/],
    ['{"type":"approval","id":"a","granted":1}', /neither true nor false/],
  ];
  for (const [line, why] of cases) assert.throws(() => parseMessage(line), why, line);
});
