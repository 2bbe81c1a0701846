import type { Ground } from "./_ground.ts";
import type { QueueStatus } from "./types.ts";

/** Counts without looking at the jobs. */
export async function readStatus({ store, keys }: Ground): Promise<QueueStatus> {
  const [numbers, leases] = await Promise.all([
    store.list<number>(keys.number),
    store.list(keys.leased),
  ]);
  const count = (name: string) => numbers.find(({ key }) => key === keys.number + name)?.value ?? 0;
  const [submitted, completed, cancelled] = [
    count("submitted"),
    count("completed"),
    count("cancelled"),
  ];
  const [dead, leased, ended] = [count("dead"), leases.length, completed + cancelled];
  return {
    // Read one after another: what moved in between must not make it negative.
    pending: Math.max(0, submitted - ended - dead - count("lost") - leased),
    leased,
    done: ended - count("forgotten"),
    dead,
    cancelled,
    submitted,
    processed: completed + count("failed"),
    completed,
  };
}
