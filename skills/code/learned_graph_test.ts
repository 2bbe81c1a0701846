import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { testContext } from "./_test_context.ts";
import { learnCode } from "./learn_code.ts";
import { learnedGraph } from "./learned_graph.ts";

Deno.test("learnedGraph() is the graph, and an empty one without the grammars", async () => {
  await using test = await testContext({ "a.ts": "export function one() {}\n" });
  assert.deepEqual(await learnedGraph(test.ctx), (await learnCode(test.ctx)).graph);
  const failing = (kind: "missing" | "failed") => ({
    ...test.ctx,
    store: { ...test.ctx.store, get: () => Promise.reject(new UserError(kind, "no")) },
  });
  assert.deepEqual((await learnedGraph(failing("missing"))).files, []);
  await assert.rejects(learnedGraph(failing("failed")), { kind: "failed" });
});

Deno.test("learnedGraph() does not begin to learn a large workspace", async () => {
  await using test = await testContext(
    Object.fromEntries(Array.from({ length: 1_501 }, (_, i) => [`f${i}.go`, "package f\n"])),
  );
  assert.deepEqual((await learnedGraph(test.ctx)).files, []);
  await learnCode(test.ctx);
  assert.equal((await learnedGraph(test.ctx)).files.length, 1_501);
});
