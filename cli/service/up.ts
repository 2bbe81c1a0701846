import { describeError } from "../../core/errors.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { openStore } from "../../core/store/open_store.ts";
import type { Store } from "../../core/store/types.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import { readInbox } from "../../streaming/bus/inbox.ts";
import { startMetricsWriter } from "../../streaming/bus/metrics_writer.ts";
import { autodiscoverLogs } from "../../streaming/logs/discover_logs.ts";
import { openFileLines } from "../../streaming/logs/file_lines.ts";
import { createJobQueue } from "../../streaming/queue/create_job_queue.ts";
import { queueOverBus } from "../../streaming/queue/queue_over_bus.ts";
import { bridgeEvents } from "./bridge_events.ts";
import { followRewards } from "./follow_rewards.ts";
import { holdWorkspace } from "./hold_workspace.ts";
import { modelSummarizer } from "./model_summarizer.ts";
import { openBus } from "./open_bus.ts";
import { openEvents } from "./open_events.ts";
import { openFeatures } from "./open_features.ts";
import { asJson, openStatus } from "./open_status.ts";
import { openTails } from "./open_tails.ts";
import { openWorkers } from "./open_workers.ts";
import type { RoleContext } from "./service_main.ts";
import { showResults } from "./show_results.ts";
import { storePath } from "./store_path.ts";
import { trainMeanwhile } from "./train_meanwhile.ts";
import { untilAborted } from "./until_aborted.ts";

/**
 * Watches the logs of a workspace: lines become contexts, contexts findings, findings are told, kept
 * and served; vectors of what happens and rewards of sessions feed the learners. All in this process,
 * or over Kafka with workers elsewhere.
 */
export async function run(context: RoleContext): Promise<Record<string, number>> {
  const { init, tell, signal } = context;
  const { windowSec, train, workers: count, fromStart, db } = init.up!;
  const warn = (text: string) => tell("service.notice", { level: "warning", text });
  const failed = (error: unknown) => warn(describeError(error));
  using _hold = await holdWorkspace(init.root, warn);
  const store: Store = db === "none"
    ? openMemoryStore()
    : await openStore(storePath(init.root), { onWarning: warn });
  await using open = new AsyncDisposableStack();
  open.defer(() => store.close());

  const reports = openFileLines(`${init.root}/.dspy_reports`);
  const events = openEvents(init, failed);
  open.defer(() => events.close());
  const { bus, kafka, letters, close } = await openBus(context, store);
  open.defer(close);
  bridgeEvents(bus, events);
  const metrics = startMetricsWriter(bus, reports, { onError: failed });
  open.defer(() => metrics.stop());

  if (kafka !== undefined) open.defer(await showResults(context, kafka));
  // Who answers is there before anyone asks.
  const summarizer = init.model && modelSummarizer(init.model);
  const workers = openWorkers(context, bus, {
    ctxTopic: "logs.ctx.*",
    container: "app",
    group: "dspy-code",
    count,
    store,
    summarizer,
    // Over Kafka they come back with those of all others.
    quiet: init.kafka !== undefined,
  });
  const files = openFiles(init.root);
  const features = await openFeatures({ bus, store, files, state: openFileLines(init.root) });
  open.defer(() => features.stop());
  open.defer(followRewards(store, bus, failed));
  open.defer(readInbox(store, bus, { onError: failed }));
  const training = train ? await trainMeanwhile(context, store) : undefined;
  if (training !== undefined) open.defer(training.stop);

  if (kafka !== undefined) {
    // Tasks of other machines become jobs here, for a `queue run`; how they end goes back.
    const bridge = await queueOverBus(kafka, createJobQueue(store, { onWarning: warn }), {
      onWarning: warn,
    });
    open.defer(() => bridge.stop());
  }

  const logs = await autodiscoverLogs(files, {
    all: true,
    containers: init.docker ?? [],
    logs: init.config.logs,
    warn,
    signal,
  });
  const tails = await openTails(context, { files, logs, bus, store, windowSec, fromStart });
  open.defer(() => tails.stop());

  const status = init.status && openStatus(context, {
    bus,
    store,
    events,
    ...summarizer && { lmCircuit: () => summarizer.circuit() },
    streamRl: () => asJson(features.featureSnapshot()),
    onlineBandit: () => asJson(features.banditState()),
    auto: () => training === undefined ? { status: "offline" } : asJson(training.status()),
  });
  if (status !== undefined) open.defer(() => status.close());

  tell("service.start", {
    role: "up",
    logs: tails.logs,
    status: status?.url,
    bus: init.kafka === undefined ? "local" : "kafka",
  });
  if (tails.logs.length === 0) {
    warn(
      `no logs yet: a .log file here, or any in ${init.config.logs}/, is followed once it is there`,
    );
  }
  await untilAborted(signal);

  // In the way of the lines: what was read last is still answered.
  await tails.stop();
  // Who is not there is not waited for twice: closing waits as well.
  if (bus.health().available) await bus.flush().catch(failed);
  for (const worker of workers) await worker.stop();
  const { published, dlq_total } = bus.metrics();
  await letters.flush();
  const answered = workers.reduce((sum, worker) => sum + worker.metrics().answered, 0);
  return { lines: tails.lines(), contexts: answered, published, "dead letters": dlq_total };
}
