import assert from "node:assert/strict";
import { SparkCheckpointMonitor } from "../features/spark_checkpoint_monitor.ts";
import { newestChange } from "./newest_change.ts";

Deno.test("newestChange() finds the newest file at any depth, and nothing where there is none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/commits/deep`, { recursive: true });
    assert.equal(await newestChange(folder), undefined);
    assert.equal(await newestChange(`${folder}/missing`), undefined);
    const monitor = new SparkCheckpointMonitor({ newestChange: () => newestChange(folder) });
    assert.equal((await monitor.snapshot()).reason, "checkpoint missing");

    for (
      const [name, at] of [["commits/0", 1000], ["commits/deep/1", 3000], ["z", 2000]] as const
    ) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
      await Deno.utime(`${folder}/${name}`, at, at);
    }
    assert.equal(await newestChange(folder), 3_000_000);
    assert.match((await monitor.snapshot()).reason ?? "", /^stale by \d+\.\ds$/);
    await Deno.writeTextFile(`${folder}/commits/0`, "new");
    assert.equal((await monitor.snapshot()).active, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
