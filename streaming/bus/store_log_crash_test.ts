import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { commitWithOffset } from "./commit_with_offset.ts";
import { createLocalBus } from "./local_bus.ts";
import { openStoreLog } from "./store_log.ts";

const CHILD = fileURLToPath(new URL("_store_log_child.ts", import.meta.url));
const KILLS = 6;

Deno.test("killed at any point, the log keeps what was sent, and effects happen once", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/store.db`;
  let sent: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", CHILD, path, String(kill * 100_000)],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? "";
    setTimeout(() => child.kill("SIGKILL"), 10 + Math.random() * 200);
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    await child.status;
    sent = [...sent, ...text.split("\n").slice(0, -1).map(Number)];
  }
  assert.ok(sent.length > KILLS);

  const store = await openSqliteStore(path);
  const bus = createLocalBus({ log: await openStoreLog(store, { topics: ["t"] }) });
  const member = bus.subscribeGroup<number>("t", "g", { ack: "manual" });
  while (bus.metrics().lag!.t!.g! > 0) {
    const message = await member.get({ timeoutMs: 5000 });
    assert.ok(message, "the rest does not come");
    const key = `done:${message.value}`;
    await commitWithOffset(member, message, [{ op: "add", key, by: 1 }]);
  }
  const done = await store.list<number>("done:");
  assert.deepEqual(done.filter(({ value }) => value !== 1), []);
  const values = new Set(done.map(({ key }) => Number(key.slice("done:".length))));
  for (const n of sent) assert.ok(values.has(n) && values.has(-n - 1), `${n} is lost`);
  await bus.close();
  await store.close();
  await Deno.remove(folder, { recursive: true });
});
