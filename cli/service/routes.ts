import { buildCommand, buildRouteMap, numberParser } from "@stricli/core";
import { lazy } from "../../core/lazy.ts";
import type { CliContext } from "../app.ts";
import { wholeNumber } from "../flags/whole_number.ts";
import type {
  QueueRunFlags,
  QueueSubmitFlags,
  ServeFlags,
  StreamInitFlags,
  TailFlags,
  TopicsFlags,
  UpFlags,
  WorkerFlags,
} from "./flags.ts";

const load = lazy<typeof import("../commands/service.ts")>(
  "../commands/service.ts",
  import.meta.url,
);

function text(placeholder: string, brief: string) {
  return { kind: "parsed", parse: String, optional: true, placeholder, brief } as const;
}

function count(placeholder: string, brief: string, range: readonly [number, number]) {
  return {
    kind: "parsed",
    parse: wholeNumber(range),
    optional: true,
    placeholder,
    brief,
  } as const;
}

function flag(brief: string) {
  return { kind: "boolean", optional: true, brief } as const;
}

const BUS = {
  bus: {
    kind: "enum",
    values: ["local", "kafka"],
    optional: true,
    brief: "how messages travel; default kafka where KAFKA_BOOTSTRAP is set, else local",
  },
  bootstrap: text("host:port", "a broker; default KAFKA_BOOTSTRAP"),
} as const;

const STATUS_PORT = count("port", "default 8765", [1, 65_535]);

const up = buildCommand<UpFlags, [], CliContext>({
  docs: {
    brief: "Watch the logs of this workspace: contexts, summaries, plans, and a status page",
    fullDescription:
      `Finds the logs of the workspace's services, follows them, gathers what looks wrong into
contexts, and answers each with what happened and what to do: with a model if one is configured, else
by rules. Results are shown here, kept for "last", and served on http://127.0.0.1:8765. With Kafka
the contexts go over the broker, and any number of "worker" processes answer them.

Ctrl-C stores what is under way and ends it; where it was in each log is remembered.`,
  },
  parameters: {
    flags: {
      train: flag("train and judge policies from what is learned meanwhile"),
      status: flag("serve the status page; default yes"),
      statusHost: text("host", "default 127.0.0.1"),
      statusPort: STATUS_PORT,
      ...BUS,
      windowSec: count("seconds", "how long lines are gathered; default 5", [1, 3_600]),
      workers: count("n", "workers in this process; default 1", [0, 64]),
      fromStart: flag("read the logs from their start; default from where the last run was"),
      docker: flag("follow running containers too; default no"),
      db: {
        kind: "enum",
        values: ["auto", "sqlite", "none"],
        optional: true,
        brief: "none: nothing is kept; default auto: .dspy/store.db",
      },
    },
  },
  loader: async () => (await load()).up,
});

const serve = buildCommand<ServeFlags, [], CliContext>({
  docs: { brief: "Serve the status page and its API for this workspace" },
  parameters: {
    flags: {
      host: text("host", "default 127.0.0.1; any other needs tokens"),
      port: STATUS_PORT,
      token: text("token:role", "who may ask: viewer or admin; default API_TOKENS"),
    },
  },
  loader: async () => (await load()).serve,
});

const worker = buildCommand<WorkerFlags, [], CliContext>({
  docs: { brief: "Answer the contexts of one container, beside others of its group" },
  parameters: {
    flags: {
      topic: text("container", "whose contexts, * for all; default app"),
      group: text("name", "consumer group; default dspy-code"),
      ...BUS,
    },
  },
  loader: async () => (await load()).worker,
});

const tail = buildCommand<TailFlags, [], CliContext>({
  docs: { brief: "Print the entries of a stream, one JSON object per line" },
  parameters: {
    flags: {
      stream: text("name", "which; default agent.results.>"),
      limit: count("n", "how many of the newest first; default 20", [0, 10_000]),
      follow: flag("go on with what comes"),
      kafka: flag("read it from Kafka"),
      bootstrap: BUS.bootstrap,
    },
    aliases: { f: "follow", n: "limit" },
  },
  loader: async () => (await load()).tail,
});

const topicsCreate = buildCommand<TopicsFlags, [], CliContext>({
  docs: { brief: "Create the topics on a broker; those that are there stay as they are" },
  parameters: {
    flags: {
      bootstrap: BUS.bootstrap,
      containers: text("a,b", "containers; default those found here"),
      partitions: count("n", "of each topic; default 3", [1, 10_000]),
      replication: count("n", "copies of each; default 1", [1, 100]),
    },
  },
  loader: async () => (await load()).topicsCreate,
});

const streamInit = buildCommand<StreamInitFlags, [], CliContext>({
  docs: { brief: "Write .dspy_stream.json: containers, topics and checkpoints, with defaults" },
  parameters: {
    flags: {
      out: text("file", "where to; default .dspy_stream.json"),
      containers: text("a,b", "containers; default those of the logs found here"),
      bootstrap: text("host:port", "a broker; default localhost:29092"),
      force: flag("replace an existing file, keeping it as .bak"),
    },
  },
  loader: async () => (await load()).streamInit,
});

/** What the tool `jobs` does for `queue`. */
export type QueueAction = "submit" | "status" | "list" | "cancel" | "redrive";

function queueing(action: QueueAction, brief: string, takes: string) {
  const parameter = { parse: String, placeholder: "word", brief: takes } as const;
  const flags = action === "submit" ? SUBMIT : {};
  return buildCommand<QueueSubmitFlags, string[], CliContext>({
    docs: { brief },
    // Only submit has them; the others refuse them.
    parameters: { positional: { kind: "array", parameter }, flags: flags as typeof SUBMIT },
    loader: async () => (await load()).queue(action),
  });
}

const SUBMIT = {
  class: {
    kind: "enum",
    values: ["cpu_short", "cpu_long"],
    optional: true,
    brief: "what the job needs: half a minute at most, or ten; default cpu_long",
  },
  priority: {
    kind: "parsed",
    parse: numberParser,
    optional: true,
    placeholder: "n",
    brief: "from -100 to 100: higher ones come first; default 0",
  },
  id: text("id", "its name; default a new one"),
} as const;

const queue = buildRouteMap<QueueAction | "run", CliContext>({
  docs: { brief: "Jobs of this workspace: submit, look, run" },
  routes: {
    submit: queueing(
      "submit",
      "Put a job into the queue: run_tests, lint, build, types",
      "task, then its payload as JSON",
    ),
    status: queueing("status", "How many wait, run, are done", "id of one job"),
    list: queueing("list", "The jobs of a state", "pending, leased, done or dead; default dead"),
    cancel: queueing("cancel", "Take a waiting job out", "id"),
    redrive: queueing("redrive", "Give dead jobs another try", "id; default all"),
    run: buildCommand<QueueRunFlags, [], CliContext>({
      docs: { brief: "Take jobs and run them, each in the jail" },
      parameters: {
        flags: {
          once: flag("end when nothing waits"),
          workers: count("n", "at most at once; default adapts from 4", [1, 32]),
        },
      },
      loader: async () => (await load()).queueRun,
    }),
  },
  defaultCommand: "status",
});

/** Commands about streams, by name. */
export const STREAM_ROUTES = {
  up,
  serve,
  worker,
  tail,
  "stream-init": streamInit,
  "stream-topics-create": topicsCreate,
  queue,
} as const;
