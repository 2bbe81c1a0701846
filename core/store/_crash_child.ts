// Writes to the store named in the arguments until it is killed, and says on standard output what
// the store has acknowledged: one number per line, each after its writes.
import { openSqliteStore } from "./sqlite.ts";

const [path, start] = Deno.args;
const store = await openSqliteStore(path!);
const encoder = new TextEncoder();
for (let n = Number(start);; n++) {
  await store.put(`put/${n}`, n);
  await store.append("single", [n]);
  await store.append("batch", [n, n, n]);
  await store.commit([
    { op: "put", key: `commit/${n}`, value: n },
    { op: "append", stream: "commit", values: [n, n] },
  ]);
  const last = await store.get("last");
  const head = await store.head("trimmed");
  await store.commit([
    last === undefined
      ? { op: "expect", key: "last", absent: true }
      : { op: "expect", key: "last", value: last },
    { op: "put", key: "last", value: { n, head: head + 1 } },
    { op: "append", stream: "trimmed", values: [n] },
    { op: "trim", stream: "trimmed", before: head + (n % 3) },
  ]);
  // A blocking write: what the parent reads has been acknowledged.
  await Deno.stdout.write(encoder.encode(`${n}\n`));
}
