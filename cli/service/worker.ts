import { openStore } from "../../core/store/open_store.ts";
import { UserError } from "../../core/errors.ts";
import { modelSummarizer } from "./model_summarizer.ts";
import { openBus } from "./open_bus.ts";
import { openWorkers } from "./open_workers.ts";
import type { RoleContext } from "./service_main.ts";
import { storePath } from "./store_path.ts";
import { untilAborted } from "./until_aborted.ts";

/** Answers the contexts of one container, beside other processes of its group. */
export async function run(context: RoleContext): Promise<Record<string, number>> {
  const { init, tell, signal } = context;
  const { topic, group } = init.worker!;
  if (init.kafka === undefined) {
    throw new UserError("usage", "a worker of its own gets its contexts over Kafka", {
      hint: "give --bootstrap host:port or set KAFKA_BOOTSTRAP; without Kafka up answers itself",
    });
  }
  const store = await openStore(storePath(init.root), {
    onWarning: (text) => tell("service.notice", { level: "warning", text }),
  });
  const { bus, close } = await openBus(context, store);
  const workers = openWorkers(context, bus, {
    ctxTopic: `logs.ctx.${topic}`,
    container: topic,
    group,
    count: 1,
    store,
    summarizer: init.model && modelSummarizer(init.model),
  });
  tell("service.start", { role: "worker", logs: [], bus: "kafka" });
  await untilAborted(signal);
  for (const worker of workers) await worker.stop();
  await close();
  await store.close();
  return counted(workers.map((worker) => worker.metrics()));
}

function counted(all: readonly { answered: number; failed: number; repeated: number }[]) {
  const sum = { answered: 0, failed: 0, repeated: 0 };
  for (const { answered, failed, repeated } of all) {
    sum.answered += answered;
    sum.failed += failed;
    sum.repeated += repeated;
  }
  return sum;
}
