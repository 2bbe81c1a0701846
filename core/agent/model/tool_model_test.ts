import assert from "node:assert/strict";
import { z } from "zod";
import { mergeConfig } from "../../config_merge.ts";
import { scriptedLM } from "../../lm/scripted_lm.ts";
import { defineTool } from "../../tool.ts";
import { openTestSession } from "../_test_session.ts";

const ask = defineTool({
  name: "ask_it",
  summary: "Asks the model",
  input: z.object({ text: z.string() }),
  effect: "read",
  asksModel: true,
  needs: () => ({}),
  async run({ text }, { lm }) {
    if (lm === undefined) return { ok: false, data: null, text: "no model" };
    const model = await lm();
    const reply = await model.call({ messages: [{ role: "user", content: text }] });
    return { ok: true, data: { numCtx: model.params?.numCtx ?? null }, text: reply.text };
  },
});

/** Made up here, so that no scanner takes this file for a leak. */
const TOKEN = "ghp_" + "a1B2".repeat(9);

Deno.test("a tool's model is opened once, sees no secrets, and what it took is told", async () => {
  let opened = 0;
  const heard: string[] = [];
  const lm = scriptedLM(({ messages }) => {
    heard.push(messages[0]!.content);
    return "well";
  });
  const open = () => Promise.resolve((opened++, lm));
  await using at = await openTestSession([ask], {
    model: { open, toolset: {}, window: 4096 },
  });
  const { text, usage, data } = await at.session.call("ask_it", { text: `key ${TOKEN}` });
  assert.deepEqual([text, usage?.requests, data], ["well", 1, { numCtx: 4096 }]);
  await at.session.call("ask_it", { text: "again" });
  assert.deepEqual([opened, heard], [1, ["key [redacted]", "again"]]);
  assert.deepEqual(at.data("usage").map(({ usage }) => usage.requests), [1, 1]);
});

Deno.test("a tool that does not say that it asks a model gets none", async () => {
  const model = { open: () => Promise.reject(new Error("opened")), toolset: {} };
  const { asksModel: _, ...silent } = ask;
  await using at = await openTestSession([silent], { model });
  assert.equal((await at.session.call("ask_it", { text: "x" })).text, "no model");
});

Deno.test("a tool has no model in local mode, nor where none is configured", async () => {
  const model = { open: () => Promise.reject(new Error("opened")), toolset: {} };
  const { config } = mergeConfig({ flags: { localMode: true } });
  for (const setup of [{ model, config }, {}]) {
    await using at = await openTestSession([ask], setup);
    assert.equal((await at.session.call("ask_it", { text: "x" })).text, "no model");
  }
});
