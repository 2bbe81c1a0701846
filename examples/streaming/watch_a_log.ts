// deno-lint-ignore-file no-console -- a script for the command line
// From lines of a log to what they mean: deno run -A examples/streaming/watch_a_log.ts LOG [SECONDS]
import { createLocalBus } from "@dspy/code/streaming/bus";
import { Aggregator, FileTailer, publishLines, Worker } from "@dspy/code/streaming/logs";

const [path = "app.log", seconds = "10"] = Deno.args;
await using bus = createLocalBus();
await using _worker = new Worker(bus, "app", {
  onFindings: ({ key_points, plan }) => console.log(`${key_points}\n${plan}\n`),
});
await using _windows = new Aggregator(bus, "logs.raw.app", "logs.ctx.app", { windowSec: 1 });
const lines = publishLines(bus, "logs.raw.app");
await using _tailer = await FileTailer.open(path, lines, { fromStart: true });
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
