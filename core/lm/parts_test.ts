// The small parts: thinking, estimates, scripted and taped models.
import assert from "node:assert/strict";
import fc from "fast-check";
import { estimateTokens } from "./estimate_tokens.ts";
import { LMError } from "./lm_error.ts";
import { parseThinking } from "./parse_thinking.ts";
import { newTape, replayLM } from "./replay_lm.ts";
import { retryAfterMs } from "./_retry_after.ts";
import { scriptedLM } from "./scripted_lm.ts";
import { splitThinking } from "./split_thinking.ts";
import type { LMDelta, LMRequest } from "./types.ts";

const ASK: LMRequest = { messages: [{ role: "user", content: "Greet me." }] };

Deno.test("parseThinking() takes blocks at the start and leaves the rest alone", () => {
  const cases: [string, string, string | undefined][] = [
    ["plain", "plain", undefined],
    [" plain ", " plain ", undefined],
    ["", "", undefined],
    ["<think>a</think>b", "b", "a"],
    ["\n<think>\na\n</think>\n\n b", "b", "a"],
    ["<think></think>\n\nb", "b", undefined],
    ["<think>a</think><think>b</think>c", "c", "ab"],
    ["<think>never ends", "", "never ends"],
    ["<think>a</thin", "", "a</thin"],
    ["the tag <think>a</think> stays", "the tag <think>a</think> stays", undefined],
    ["<thi", "<thi", undefined],
    ["<thinker>", "<thinker>", undefined],
  ];
  for (const [reply, text, thinking] of cases) {
    assert.deepEqual(
      parseThinking(reply),
      { text, ...thinking !== undefined && { thinking } },
      reply,
    );
  }
});

Deno.test("splitThinking() gives the same wherever the pieces are cut", () => {
  const mark = fc.constantFrom("<think>", "</think>", "<", "think", " ", "\n", "a", "</");
  const reply = fc.array(mark, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(fc.property(reply, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (text, sizes) => {
    const splitter = splitThinking();
    let [said, thought] = ["", ""];
    const take = (delta: LMDelta) => {
      said += delta.text ?? "";
      thought += delta.thinking ?? "";
    };
    for (let at = 0; at < text.length;) {
      const size = sizes.next().value!;
      take(splitter.push(text.slice(at, at + size)));
      at += size;
    }
    take(splitter.end());
    const whole = parseThinking(text);
    assert.equal(said, whole.text);
    assert.equal(thought.trim(), whole.thinking ?? "");
  }));
});

Deno.test("splitThinking() holds back no more than it must", () => {
  const splitter = splitThinking();
  assert.deepEqual(splitter.push("Hello <"), { text: "Hello <" });
  const thinking = splitThinking();
  assert.deepEqual(thinking.push("<think>one <"), { thinking: "one " });
  assert.deepEqual(thinking.push("b"), { thinking: "<b" });
});

Deno.test("estimateTokens() counts letters by fours and others by more", () => {
  assert.equal(estimateTokens(""), 0);
  assert.equal(estimateTokens("abcde"), 2);
  assert.equal(estimateTokens("日本語"), 2);
});

Deno.test("retryAfterMs() reads seconds, dates and nothing else", () => {
  const at = (name: string, value: string) => retryAfterMs(new Headers([[name, value]]), 1000);
  assert.equal(at("retry-after", "2"), 2000);
  assert.equal(at("retry-after", "0"), 0);
  assert.equal(at("retry-after", "Thu, 01 Jan 1970 00:00:03 GMT"), 2000);
  assert.equal(at("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  assert.equal(at("retry-after-ms", "20"), 20);
  assert.equal(at("retry-after", "soon"), undefined);
  assert.equal(at("retry-after", "-5"), undefined);
  assert.equal(at("other", "5"), undefined);
});

Deno.test("scriptedLM() goes through its list, fills in the rest, and refuses to go on", async () => {
  const toolCalls = [{ id: "1", name: "look", arguments: "{}" }];
  const broken = new LMError("server", "down");
  const lm = scriptedLM(["one two", { toolCalls }, broken], { id: "x", can: { tools: false } });
  assert.deepEqual([lm.id, lm.can.tools, lm.can.schema], ["x", false, true]);
  const deltas: LMDelta[] = [];
  const first = await lm.call({ ...ASK, onDelta: (delta) => deltas.push(delta) });
  assert.deepEqual(deltas, [{ text: "one" }, { text: " two" }]);
  assert.deepEqual([first.text, first.finish, first.usage.requests], ["one two", "stop", 1]);
  assert.equal((await lm.call(ASK)).finish, "tool");
  await assert.rejects(lm.call(ASK), broken);
  await assert.rejects(lm.call(ASK), /has 3 replies/);
  await assert.rejects(
    lm.call({ ...ASK, signal: AbortSignal.abort() }),
    (error: LMError) => error.lmKind === "aborted",
  );
});

Deno.test("scriptedLM() gives a function the request and the number of the call", async () => {
  const lm = scriptedLM(({ messages }, call) => `${messages[0]!.content} ${call}`);
  await lm.call(ASK);
  assert.equal((await lm.call(ASK)).text, "Greet me. 1");
});

Deno.test("replayLM() records what is new, plays it without a model, and refuses the rest", async () => {
  const lm = scriptedLM(["one", "two"]);
  const tape = newTape(lm);
  const recorder = replayLM(tape, lm);
  assert.equal((await recorder.call(ASK)).text, "one");
  assert.equal((await recorder.call(ASK)).text, "one");
  const copy = JSON.parse(JSON.stringify(tape));
  const deltas: LMDelta[] = [];
  const player = replayLM(copy);
  const { text } = await player.call({ ...ASK, onDelta: (delta) => deltas.push(delta) });
  assert.deepEqual([text, deltas, player.id], ["one", [{ text: "one" }], "scripted/lm"]);
  await assert.rejects(
    player.call({ ...ASK, params: { rollout: 2 } }),
    (error: LMError) => error.lmKind === "refused",
  );
});
