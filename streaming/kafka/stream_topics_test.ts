import assert from "node:assert/strict";
import { streamTopics } from "./stream_topics.ts";
import { topicCommands } from "./topic_commands.ts";

Deno.test("streamTopics() has each topic once, those of the containers first", () => {
  const topics = streamTopics();
  assert.equal(new Set(topics).size, topics.length);
  assert.deepEqual(topics.slice(0, 3), ["logs.raw.app", "logs.raw.backend", "logs.raw.frontend"]);
  for (const topic of ["agent.tasks", "agent.learning", "agent.metrics", "agent.results.app"]) {
    assert.ok(topics.includes(topic), topic);
  }
  assert.ok(streamTopics(["a"], { signatures: ["review"] }).includes("signatures.review"));
});

Deno.test("streamTopics() and topicCommands() refuse names that a shell or Kafka would stumble on", () => {
  assert.throws(() => streamTopics(["a; rm -rf /"]), { name: "UserError" });
  assert.throws(() => topicCommands("a:1", ["$(x)"]), { name: "UserError" });
  assert.throws(() => topicCommands("a:1;x", ["a"]), { name: "UserError" });
  assert.throws(() => topicCommands("", ["a"]), /no Kafka broker is named/);
  assert.throws(() => topicCommands("a:1", ["a"], { partitions: 0 }), /partitions is 0/);
});
