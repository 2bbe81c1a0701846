import assert from "node:assert/strict";
import type { ContentBlock } from "@agentclientprotocol/sdk";
import { promptText } from "./prompt_text.ts";

const text = (text: string): ContentBlock => ({ type: "text", text });
const link = (uri: string): ContentBlock => ({ type: "resource_link", name: "x", uri });
const at = { roots: ["/link", "/ws"], model: true };

Deno.test("promptText() names linked files as the agent's tools know them", () => {
  const asked = promptText(
    [
      text("compare"),
      link("file:///ws/src/a%20b.ts#L3:9"),
      text("with"),
      link("file:///etc/x"),
      text("."),
    ],
    at,
  );
  assert.equal(asked, "compare src/a b.ts:3-9 with /etc/x.");
  const one = [text("see"), link("file:///ws/src/a.ts")];
  assert.equal(promptText(one, at), "see @src/a.ts");
  assert.equal(promptText([text("see"), link("file:///link/a.ts")], at), "see @a.ts");
  assert.equal(promptText(one, { ...at, model: false }), "see src/a.ts");
  assert.equal(
    promptText([text("see "), link("https://a.example/x")], at),
    "see https://a.example/x",
  );
});

Deno.test("promptText() adds what is attached for a model, and its name for the local mind", () => {
  const blocks: ContentBlock[] = [
    text("explain"),
    { type: "resource", resource: { uri: "file:///ws/a.ts", text: "let x;" } },
  ];
  assert.equal(promptText(blocks, at), 'explain a.ts\n\n<file name="a.ts">\nlet x;\n</file>');
  assert.equal(promptText(blocks, { ...at, model: false }), "explain a.ts");
});

Deno.test("promptText() cuts what is too long, and says so", () => {
  const long = { uri: "file:///ws/a.ts", text: "x".repeat(100_007) };
  assert.match(promptText([{ type: "resource", resource: long }], at), /\[7 more characters/);
});

Deno.test("promptText() refuses images and empty prompts", () => {
  const image: ContentBlock = { type: "image", data: "", mimeType: "image/png" };
  assert.throws(() => promptText([image], at), { kind: "usage" });
  assert.throws(() => promptText([text(" \n")], at), { kind: "usage" });
});
