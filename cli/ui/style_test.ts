import assert from "node:assert/strict";
import { createOutput } from "./output.ts";
import { wantsColour } from "./style.ts";

Deno.test("wantsColour() follows --plain, NO_COLOR, FORCE_COLOR and the terminal", () => {
  const wants = (isTerminal: boolean, env: Record<string, string> = {}, plain = false) =>
    wantsColour({ isTerminal, env, plain });
  assert.equal(wants(true), true);
  assert.equal(wants(false), false);
  assert.equal(wants(true, { NO_COLOR: "1" }), false);
  assert.equal(wants(true, { NO_COLOR: "" }), true);
  assert.equal(wants(false, { FORCE_COLOR: "1" }), true);
  assert.equal(wants(true, { FORCE_COLOR: "0" }), false);
  assert.equal(wants(false, { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  assert.equal(wants(true, { TERM: "dumb" }), false);
  assert.equal(wants(true, { FORCE_COLOR: "1" }, true), false);
});

Deno.test("createOutput() writes all of a text in pieces and waits for a slow reader", () => {
  const written: number[] = [];
  let busy = 2;
  const output = createOutput({
    isTerminal: () => false,
    writeSync(bytes) {
      if (busy-- > 0) throw new Deno.errors.WouldBlock();
      written.push(...bytes.subarray(0, 3));
      return Math.min(3, bytes.length);
    },
  });
  output.write("h\u00e9llo");
  assert.equal(new TextDecoder().decode(new Uint8Array(written)), "h\u00e9llo");
});

Deno.test("createOutput() ends quietly when its reader goes away", async () => {
  const code = `
    import { createOutput } from ${JSON.stringify(new URL("output.ts", import.meta.url).href)};
    const output = createOutput(Deno.stdout, { onClosed: () => Deno.stderr.writeSync(new TextEncoder().encode("closed ")) });
    for (let i = 0; i < 100_000; i++) output.write("line " + i + "\\n");
  `;
  const { stdout, stderr, success } = await new Deno.Command("sh", {
    args: ["-c", `printf %s "$CODE" | "$DENO" run --no-check --ext=ts - | head -2`],
    env: { CODE: code, DENO: Deno.execPath() },
  }).output();
  assert.equal(success, true);
  assert.equal(new TextDecoder().decode(stdout), "line 0\nline 1\n");
  assert.equal(new TextDecoder().decode(stderr), "closed ");
});
