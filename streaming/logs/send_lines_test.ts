import assert from "node:assert/strict";
import { openMemoryStore } from "../../core/store/memory.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { FileTailer } from "./file_tailer.ts";
import type { TailedLine } from "./line_sink.ts";
import { sendLines } from "./send_lines.ts";
import { testLog, until } from "./_test_log.ts";

Deno.test("sendLines() sends again after a crash, with ids that tell", async () => {
  await using log = await testLog("");
  await using bus = createLocalBus({ drainMs: 0 });
  const seen: { id: string; line: string; key: string | undefined }[] = [];
  bus.subscribe<TailedLine>("logs.raw.app", ({ id, key, value }) => {
    seen.push({ id, key, line: value.line });
  });
  const store = openMemoryStore();
  let crashed = false;
  // Sent, and killed before the position was kept.
  const fragile = Object.assign(Object.create(store) as typeof store, {
    get: (key: string) => store.get(key),
    commit: (writes: Parameters<typeof store.commit>[0]) =>
      crashed ? Promise.reject(new Error("killed")) : store.commit(writes),
  });
  const first = await FileTailer.open(
    log.path,
    sendLines(bus, "logs.raw.app", { store: fragile, key: "tail:app" }),
  );
  await log.append("one\ntwo \u20ac\r\n");
  await until(() => seen.length === 2);
  await first.stop();
  crashed = true;
  const second = await FileTailer.open(
    log.path,
    sendLines(bus, "logs.raw.app", { store: fragile, key: "tail:app" }),
  );
  await log.append("three\n");
  await until(() => seen.length === 3);
  await second.stop();
  await Deno.rename(log.path, `${log.path}.1`);
  await log.append("four\n");
  crashed = false;
  seen.length = Math.min(seen.length, 3);
  const third = await FileTailer.open(
    log.path,
    sendLines(bus, "logs.raw.app", { store, key: "tail:app" }),
  );
  await until(() => seen.length === 5);
  await third.stop();
  assert.deepEqual(seen.map(({ line }) => line), ["one", "two \u20ac", "three", "three", "four"]);
  assert.equal(seen[2]!.id, seen[3]!.id);
  assert.equal(new Set(seen.map(({ id }) => id)).size, 4);
  assert.deepEqual(new Set(seen.map(({ key }) => key)), new Set(["tail:app"]));
});
