import assert from "node:assert/strict";
import { sparkScript } from "./spark_script.ts";

Deno.test("sparkScript() puts options in as Python texts, whatever stands in them", () => {
  const script = sparkScript({
    bootstrap: ["a:1", "[::1]:2"],
    checkpoint: 'x"); import os  # ',
    sizeMs: 1_500,
    appName: "back\\slash",
  });
  assert.ok(script.includes('"--bootstrap", default="a:1,[::1]:2"'));
  assert.ok(script.includes('default="x\\"); import os  # ")'));
  assert.ok(script.includes('"--window", type=float, default=1.5'));
  assert.ok(script.includes('appName("back\\\\slash")'));
  assert.ok(!script.includes("{{"));
});

Deno.test("sparkScript() refuses what is no number or broker", () => {
  assert.throws(() => sparkScript({ sizeMs: 0 }), { name: "UserError", message: "sizeMs is 0" });
  assert.throws(() => sparkScript({ slideMs: 0.5 }), { name: "UserError" });
  assert.throws(() => sparkScript({ sizeMs: 10, slideMs: 11 }), { name: "UserError" });
  assert.throws(() => sparkScript({ bootstrap: "broker!" }), { name: "UserError" });
  assert.throws(() => sparkScript({ bootstrap: " " }), { name: "UserError" });
});

Deno.test("sparkScript() is Python", async () => {
  const python = new Deno.Command("python3", {
    args: ["-c", "import ast, sys; ast.parse(sys.stdin.read())"],
    stdin: "piped",
    stderr: "piped",
  });
  let child: Deno.ChildProcess;
  try {
    child = python.spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // deno-lint-ignore no-console -- says what is skipped
    return console.log("SKIP sparkScript() is Python: python3 is not installed");
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(sparkScript()));
  await writer.close();
  const { code, stderr } = await child.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});
