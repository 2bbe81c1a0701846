import type { LearnerStatus } from "../../core/agent/learner.ts";
import type { Json, Store } from "../../core/store/types.ts";
import { accessRules } from "../../server/access/access_rules.ts";
import { createApp } from "../../server/app.ts";
import type { StatusDeps } from "../../server/status/status_deps.ts";
import { serveApp } from "../../server/main.ts";
import type { EventBus } from "../../streaming/events/types.ts";
import { openFileLines } from "../../streaming/logs/file_lines.ts";
import { createJobQueue } from "../../streaming/queue/create_job_queue.ts";
import type { RoleContext } from "./service_main.ts";

/** What a role shows of itself, beside what the store holds. */
export interface Shown extends Omit<StatusDeps, "store"> {
  readonly store: Store;
  readonly events: EventBus;
}

/** A status server that listens. */
export interface OpenStatus {
  /** Where. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the status server of a service.
 *
 * @throws {UserError} when the port is taken, or the tokens cannot be read.
 */
export function openStatus(
  { init, tell }: RoleContext,
  { store, events, ...live }: Shown,
): OpenStatus {
  const { host, port, tokens, adminKey, origins } = init.status!;
  const reports = openFileLines(`${init.root}/.dspy_reports`);
  const queue = createJobQueue(store);
  const app = createApp({
    ...live,
    store,
    events,
    eventFiles: openFileLines(`${init.root}/.dspy_reports/events`),
    workspace: init.root.slice(init.root.lastIndexOf("/") + 1),
    access: accessRules({ tokens, adminKey, origins }),
    learner: () => learnerStatus(store),
    queueDepth: async () => (await queue.status()).pending,
    audit: (line) => {
      reports.append("audit.jsonl", `${JSON.stringify(line)}\n`)
        .then(() => reports.rotate("audit.jsonl", 10_000_000, 5))
        .catch((error) =>
          tell("service.notice", { level: "warning", text: `no audit line: ${error}` })
        );
    },
    onError: (error) => tell("service.notice", { level: "warning", text: `status: ${error}` }),
  });
  const server = serveApp(app, { host, port });
  return { url: server.url, close: () => server.stop() };
}

/** As `rl status` tells it; undefined before anything was learned. */
async function learnerStatus(store: Store): Promise<LearnerStatus | undefined> {
  const [{ openLearner }, { toolPrior }] = await Promise.all([
    import("../../rl/chooser/open_learner.ts"),
    import("../../rl/chooser/tool_prior.ts"),
  ]);
  const learner = await openLearner({ store, session: "status", prior: toolPrior(), explore: 0 });
  return await learner.status();
}

/** Anything as JSON, for a status. */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}
