import assert from "node:assert/strict";
import { openDeadLetterFile } from "../../streaming/bus/dead_letter_file.ts";
import { createLocalBus } from "../../streaming/bus/local_bus.ts";
import { readInbox } from "../../streaming/bus/inbox.ts";
import { openFileLines } from "../../streaming/logs/file_lines.ts";
import { openBench } from "../_testing.ts";
import autodiscover from "./autodiscover.ts";
import deployTopics from "./deploy_topics.ts";
import dlq from "./dlq.ts";
import jobs from "./jobs.ts";
import sparkScript from "./spark_script.ts";
import streamTopics from "./stream_topics.ts";

const says = (pattern: RegExp) => (error: Error) => pattern.test(error.message);

Deno.test("autodiscover prints container, service and path, and is not ok without logs", async () => {
  await using bench = await openBench({ "logs/api.log": "", "logs/jobs.log": "" });
  const { text } = await bench.run(autodiscover, { all: true });
  assert.equal(text, "backend api logs/api.log\njobs jobs logs/jobs.log");
  await using empty = await openBench();
  assert.deepEqual((await empty.run(autodiscover)).ok, false);
});

Deno.test("stream_topics gives a command for each topic of the containers found here", async () => {
  await using bench = await openBench({ "logs/shop.log": "" });
  const { text } = await bench.run(streamTopics, { bootstrap: "b:9092" });
  assert.match(text, /--bootstrap-server b:9092 --create --if-not-exists --topic logs\.raw\.shop /);
  assert.doesNotMatch(text, /logs\.raw\.frontend/);
  const deploy = (await bench.run(deployTopics, { bootstrap: "b:9092" })).data as string[];
  assert.ok(deploy.length === 2 && deploy.every((line) => line.includes("--topic deploy.")));
  await assert.rejects(bench.run(streamTopics, { containers: "a b" }), says(/cannot be a topic/));
  await bench.write({ ".dspy_stream.json": "{" });
  await assert.rejects(bench.run(streamTopics), says(/JSON/));
});

Deno.test("spark_script prints the job, or writes it and replaces only its own", async () => {
  await using bench = await openBench({ "mine.py": "print(1)\n" });
  const { text } = await bench.run(sparkScript, { windowSec: 60 });
  assert.match(text, /withWatermark/);
  assert.equal((await bench.run(sparkScript, { out: "spark.py" })).text, "written: spark.py");
  assert.equal(
    (await bench.run(sparkScript, { out: "spark.py" })).text,
    "spark.py says that already",
  );
  await assert.rejects(bench.run(sparkScript, { out: "mine.py" }), says(/did not write it/));
});

Deno.test("dlq lists what was given up, and redrive hands it to the bus that runs", async () => {
  await using bench = await openBench();
  assert.equal((await bench.run(dlq)).text, "no dead letters");
  const unknown = await bench.run(dlq, { action: "redrive", id: ["99"] });
  assert.deepEqual([unknown.ok, unknown.text], [false, "no dead letter is called 99"]);
  const letters = openDeadLetterFile(openFileLines(`${bench.root}/.dspy_reports`));
  const broken = createLocalBus({ deadLetters: letters });
  broken.subscribe("orders", () => {
    throw new Error("not today");
  });
  broken.publish("orders", { n: 1 }, { key: "k" });
  await broken.close();
  await letters.flush();
  assert.match(
    (await bench.run(dlq)).text,
    /orders {2}subscriber_error: not today \(1 try\)\n {4}\{"n":1\}/,
  );
  assert.equal((await bench.run(dlq, { topic: "other" })).text, "no dead letters of other");
  await assert.rejects(
    bench.run(dlq, { action: "redrive" }, { origin: "agent" }),
    says(/person alone/),
  );
  assert.match((await bench.run(dlq, { action: "redrive" })).text, /^1 put into the inbox/);
  assert.equal((await bench.run(dlq)).text, "no dead letters");
  await using bus = createLocalBus();
  const orders = bus.subscribe("orders");
  const stop = readInbox(bench.ctx.store, bus, { pollMs: 5 });
  const { key, value } = (await orders.get({ timeoutMs: 5_000 }))!;
  assert.deepEqual([key, value], ["k", { n: 1 }]);
  await stop();
});

Deno.test("jobs submits, shows, cancels, and refuses what is no job", async () => {
  await using bench = await openBench();
  const words = ["run_tests", '{"filter":"a"}'];
  const { data } = await bench.run(jobs, { action: "submit", words, id: "one", priority: 3 });
  assert.deepEqual(data.payload, { filter: "a", task: "run_tests" });
  assert.match((await bench.run(jobs)).text, /^pending 1, /);
  assert.equal((await bench.run(jobs, { words: ["one"] })).data.state, "pending");
  assert.equal((await bench.run(jobs, { words: ["none"] })).ok, false);
  await assert.rejects(bench.run(jobs, { action: "submit" }), says(/has a task/));
  await assert.rejects(
    bench.run(jobs, { action: "submit", words: ["exec"] }),
    says(/no task is called "exec"/),
  );
  await assert.rejects(
    bench.run(jobs, { action: "submit", words: ["lint", "[1]"] }),
    says(/no JSON object: \[1\]/),
  );
  await assert.rejects(
    bench.run(jobs, { action: "submit", words: ["lint"] }, { origin: "agent" }),
    says(/person alone/),
  );
  const listed = await bench.run(jobs, { action: "list", words: ["pending"] });
  assert.equal(listed.text, "one  pending  run_tests  0 attempts");
  assert.equal((await bench.run(jobs, { action: "list" })).text, listed.text);
  const dead = await bench.run(jobs, { action: "list", words: ["dead"] });
  assert.equal(dead.text, "no job is dead");
  await assert.rejects(bench.run(jobs, { action: "list", words: ["x"] }), says(/"x"/));
  const nope = await bench.run(jobs, { action: "redrive", words: ["nope"] });
  assert.deepEqual([nope.ok, nope.text], [false, "none dead: nope"]);
  assert.equal((await bench.run(jobs, { action: "redrive" })).ok, true);
  assert.equal((await bench.run(jobs, { action: "cancel", words: ["one"] })).ok, true);
  assert.equal((await bench.run(jobs, { action: "cancel", words: ["one"] })).ok, false);
});
