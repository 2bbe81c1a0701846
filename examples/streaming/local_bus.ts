// deno-lint-ignore-file no-console -- a script for the command line
// Two workers share messages, one of which nobody can do: deno run -A examples/streaming/local_bus.ts
import { createLocalBus, type DeadLetter } from "@dspy/code/streaming/bus";

await using bus = createLocalBus();
const letters = bus.subscribe<DeadLetter>("agent.deadletter");
for (const name of ["ann", "bob"]) {
  bus.subscribeGroup<string>("jobs.*", "workers", ({ topic, value }) => {
    if (value === "broken") throw new Error("cannot read this one");
    console.log(`${name} does ${value} of ${topic}`);
  }, { ack: "manual", maxAttempts: 2 });
}
for (const job of ["lint", "broken", "build"]) bus.publish("jobs.nightly", job);

const { value: letter } = (await letters.get())!;
console.log(`given up after ${letter.attempts} tries: ${letter.message.value} (${letter.reason})`);
