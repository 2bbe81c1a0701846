// deno-lint-ignore-file no-console -- it tells its parent
/** Sends numbers and adds up those it gets, until it is killed; says each number that is sent. */
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { commitWithOffset } from "./commit_with_offset.ts";
import { createLocalBus } from "./local_bus.ts";
import { openStoreLog } from "./store_log.ts";

const [path = "", first = "0"] = Deno.args;
const store = await openSqliteStore(path);
const bus = createLocalBus({ log: await openStoreLog(store, { topics: ["t"] }) });
const member = bus.subscribeGroup<number>("t", "g", { ack: "manual", policy: "block" });
void (async () => {
  for await (const message of member) {
    const key = `done:${message.value}`;
    await commitWithOffset(member, message, [{ op: "add", key, by: 1 }]);
  }
})();
for (let n = Number(first);; n++) {
  await Promise.all([bus.send("t", n), bus.send("t", -n - 1)]);
  console.log(n);
  if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
