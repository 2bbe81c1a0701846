import assert from "node:assert/strict";
import type { Message } from "../bus/types.ts";
import type { Link } from "./_link.ts";
import { SendQueue } from "./_send_queue.ts";

/** A queue that has room for some, before it is known whether there is a Kafka. */
function sendQueue(maxWaiting: number) {
  const link = { options: { maxWaiting, maxBytes: 100 }, health: () => ({ available: false }) };
  const box = new SendQueue({
    link: link as unknown as Link,
    gate: () => Promise.resolve(),
    sent: () => {},
    gaveUp: () => {},
    dropped: () => {},
  });
  const compose = (value: unknown) => box.compose("t", value, {}, 0);
  return { box, compose };
}

const here = ({ message }: { message: Message }) => message;

Deno.test("SendQueue lets everyone go on who waited for room once there is no Kafka", async () => {
  const { box, compose } = sendQueue(1);
  box.add(compose("first"));
  const waiting = ["a", "b", "c"].map((value) => box.send(compose(value)));
  box.drain(here);
  const done = await Promise.all(waiting);
  assert.deepEqual(done.map(({ value }) => value), ["a", "b", "c"]);
  assert.equal(box.size, 0);
});

Deno.test("SendQueue leaves the place of a sender that went to the next one", async () => {
  const { box, compose } = sendQueue(1);
  box.add(compose("first"));
  const abort = new AbortController();
  const gone = box.send(compose("gone"), abort.signal);
  const large = box.send(compose("x".repeat(200)));
  const next = box.send(compose("next"));
  abort.abort();
  await assert.rejects(gone);
  box.drain(here);
  await large;
  assert.equal((await next).value, "next");
});
