// deno-lint-ignore-file no-sync-fn-in-async-fn -- copying and cutting must follow each other at once
import assert from "node:assert/strict";
import { createLocalBus } from "../bus/local_bus.ts";
import { FileTailer } from "./file_tailer.ts";
import { publishLines } from "./publish_lines.ts";

Deno.test("FileTailer gives each line once while the log is copied and cut over and over", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a.log`;
  try {
    await using bus = createLocalBus();
    const seen = new Map<string, number>();
    bus.subscribe<{ line: string }>("raw", ({ value: { line } }) => {
      seen.set(line, (seen.get(line) ?? 0) + 1);
    });
    const tailer = await FileTailer.open(path, publishLines(bus, "raw"), { fromStart: true });
    using log = Deno.openSync(path, { create: true, append: true });
    let copies = 0;
    for (let i = 0; i < 200; i++) {
      log.writeSync(new TextEncoder().encode(`line ${i} ${"x".repeat(40)}\n`));
      if (log.statSync().size >= 2000) {
        Deno.copyFileSync(path, `${path}.1`);
        log.truncateSync(0);
        copies++;
        // The empty file is looked at before its first line comes.
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await tailer.stop();
    await bus.flush();
    assert.ok(copies > 3);
    assert.equal(seen.size, 200);
    assert.deepEqual([...seen].filter(([, times]) => times > 1), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
