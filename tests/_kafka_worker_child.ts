/** A member of a group that adds up what it gets, in a store; it is killed at any moment. */
import { openSqliteStore } from "../core/store/sqlite.ts";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";

const [bootstrap, file, topic, group] = Deno.args as [string, string, string, string];
const store = await openSqliteStore(file);
const bus = createKafkaBus({ bootstrap, store, sessionMs: 6_000, warn() {} });
bus.process<number>(topic, group, ({ value }) => [
  { op: "add", key: `got:${value}`, by: 1 },
], { after: 0, batch: 50 });
