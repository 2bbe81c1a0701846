import assert from "node:assert/strict";
import { createLocalBus } from "../bus/local_bus.ts";
import { Aggregator } from "./aggregator.ts";
import { FileTailer } from "./file_tailer.ts";
import type { LogContextMessage } from "./log_context.ts";
import type { LogFindings } from "./process_ctx.ts";
import { publishLines } from "./publish_lines.ts";
import { testLog, until } from "./_test_log.ts";
import { Worker } from "./worker.ts";

const LINES = 1_500;

Deno.test("from a line to a worker's finding it takes 100 ms at 1,000 lines a second", async () => {
  await using log = await testLog("");
  await using bus = createLocalBus();
  const written = new Map<number, number>();
  const delays: number[] = [];
  const contexts = new Map<string, readonly string[]>();
  bus.subscribe<LogContextMessage>("logs.ctx.app", ({ id, value }) => {
    contexts.set(`${id}:result`, value.ctx);
  });
  bus.subscribe<LogFindings>("agent.results.app", ({ id }) => {
    for (const line of contexts.get(id) ?? []) {
      const n = Number(line.split("#")[1]);
      delays.push(performance.now() - written.get(n)!);
    }
  });
  await using _worker = new Worker(bus, "app");
  await using _lines = new Aggregator(bus, "logs.raw.app", "logs.ctx.app", { windowSec: 0.03 });
  await using _tailer = await FileTailer.open(log.path, publishLines(bus, "logs.raw.app"));
  const started = performance.now();
  for (let i = 0; i < LINES;) {
    let text = "";
    for (const now = performance.now(); i < now - started && i < LINES; i++) {
      if (i % 10 === 0) written.set(i, now);
      text += `${i % 10 === 0 ? "ERROR" : "INFO"} #${i}\n`;
    }
    await log.append(text);
    await new Promise((wake) => setTimeout(wake, 2));
  }
  await until(() => delays.length === written.size, "a finding for each error");
  const middle = delays.toSorted((a, b) => a - b)[delays.length >> 1]!;
  assert.ok(middle <= 100, `${middle} ms`);
});
