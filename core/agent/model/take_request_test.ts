import assert from "node:assert/strict";
import { scriptedLM, type ScriptedReply } from "../../lm/scripted_lm.ts";
import type { LMRequest } from "../../lm/types.ts";
import { openTestSession } from "../_test_session.ts";

Deno.test("ask() cuts a file that a request brings along as it cuts results, and output reads the rest", async () => {
  const key = `sk-${"T3st".repeat(10)}`;
  const requests: LMRequest[] = [];
  const args = JSON.stringify({ call: "@docs/big.txt", grep: "NEEDLE" });
  const replies: ScriptedReply[] = [
    { toolCalls: [{ id: "o", name: "output", arguments: args }] },
    "found",
    "and again",
  ];
  const lm = scriptedLM((request, n) => {
    requests.push(request);
    return replies[n]!;
  });
  const model = { open: () => Promise.resolve(lm), toolset: {}, window: 10_000 };
  await using at = await openTestSession([], { model });
  await Deno.mkdir(`${at.root}/docs`);
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i + 1}`);
  lines[4_000] += ` NEEDLE ${key}`;
  await Deno.writeTextFile(`${at.root}/docs/big.txt`, lines.join("\n"));
  await Deno.writeTextFile(`${at.root}/small.txt`, "small");
  const end = await at.session.ask("look into @docs/big.txt and @small.txt");
  assert.equal(end.text, "found");
  const request = requests[0]!.messages.at(-1)!.content;
  assert.match(request, /^look into [^]*File docs\/big\.txt:\nline 1\nline 2\n/);
  assert.match(
    request,
    /\n\[5000 lines, \d+ bytes in all, cut; the rest: output \{"call":"@docs\/big\.txt","start":LINE\} or [^\n]*\]\n\nFile small\.txt:\nsmall$/,
  );
  assert.ok(request.length < 10_000 * 0.1 * 3.5 + 400, `${request.length}`);
  assert.ok(requests[0]!.tools!.some(({ name }) => name === "output"));
  const rest = requests[1]!.messages.at(-1)!.content;
  assert.match(rest, /^4001: line 4001 NEEDLE /);
  assert.doesNotMatch(rest, new RegExp(key));
  await at.session.ask("where was it?");
  assert.ok(requests[2]!.tools!.some(({ name }) => name === "output"));
});
