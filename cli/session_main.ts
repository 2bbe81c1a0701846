/**
 * The session: the process that acts. It starts with the permissions in its command line and no
 * others, learns all it needs from the first line on standard input, and says everything that
 * happens as events on standard output.
 */
import type { Session } from "../core/agent/session.ts";
import type { Bus } from "../core/bus.ts";
import type { Event } from "../core/events.ts";
import { growingRegistry } from "./growing_registry.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { lazy } from "../core/lazy.ts";
import type { ModelAddress } from "../core/lm/open_model.ts";
import type { LM } from "../core/lm/types.ts";
import { catalog } from "../skills/catalog.ts";
import { openSession } from "../skills/open_session.ts";
import { createSessionBus } from "../skills/session_bus.ts";
import { type Init, MAX_LINE, readLines, type ToSession } from "./protocol.ts";
import { createRemote, type Remote } from "./session_remote.ts";
import { wantsWrites } from "./wants_writes.ts";

const registry = growingRegistry(catalog);

const loadAsk = lazy<typeof import("../core/agent/ask.ts")>(
  "../core/agent/ask.ts",
  import.meta.url,
);
const loadAskModel = lazy<typeof import("../core/agent/model/ask_model.ts")>(
  "../core/agent/model/ask_model.ts",
  import.meta.url,
);
const loadModel = lazy<typeof import("../core/lm/open_model.ts")>(
  "../core/lm/open_model.ts",
  import.meta.url,
);

const loadStore = lazy<typeof import("../core/store/open_store.ts")>(
  "../core/store/open_store.ts",
  import.meta.url,
);

const loadLearner = lazy<typeof import("./session_learner.ts")>(
  "./session_learner.ts",
  import.meta.url,
);

const loadCodingTools = lazy<typeof import("../skills/coding_tools.ts")>(
  "../skills/coding_tools.ts",
  import.meta.url,
);

const loadEntry = lazy<typeof import("../skills/external/mcp_entry.ts")>(
  "../skills/external/mcp_entry.ts",
  import.meta.url,
);

const loadHooks = lazy<typeof import("../skills/external/session_hooks.ts")>(
  "../skills/external/session_hooks.ts",
  import.meta.url,
);

interface Surroundings {
  readonly init: Init;
  readonly remote: Remote;
  readonly inbox: Inbox;
}

async function serve(lines: AsyncGenerator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done) return;
  const init = JSON.parse(first.value) as Init;
  const bus = createSessionBus();
  bus.subscribe(">", ({ value }) => writeLine(lineOf(value)));
  const remote = createRemote(bus, init);
  const session = await open(init, bus, remote);
  let running: Promise<unknown> = Promise.resolve();
  let abort = new AbortController();
  const inbox = createInbox();

  for await (const line of lines) {
    const message = JSON.parse(line) as ToSession;
    if (message.type === "end") break;
    if (message.type === "cancel") abort.abort();
    else if (message.type === "say") inbox.put(message.text);
    else if (message.type === "tools") {
      const { mcpEntry } = await loadEntry();
      registry.extend(message.tools.map(mcpEntry));
    } else if (message.type === "call" || message.type === "ask") {
      running = running.then(() => {
        abort = new AbortController();
        return act(session, message, { init, remote, inbox }, abort.signal);
      });
    } else remote.receive(message);
  }
  abort.abort();
  remote.disconnect();
  await running;
  await session.close();
}

async function open(init: Init, bus: Bus<Event>, remote: Remote): Promise<Session> {
  const { session: id, workspace, config, policy, interactive, key, model, hooks } = init;
  return await openSession(workspace, {
    id,
    config,
    policy,
    interactive,
    key,
    registry,
    bus,
    ...model && { lm: opener(model) },
    secrets: model?.key === undefined ? [] : [model.key],
    learner: async (store, session) =>
      await (await loadLearner()).sessionLearner({
        store,
        session,
        root: workspace.root,
        interactive,
        warn: (text) => remote.emit("notice", { level: "warning", text }),
      }),
    hands: remote.hands,
    ...hooks && {
      hooks: (await loadHooks()).sessionHooks(hooks, remote.hands, workspace.root),
    },
    approve: remote.approve,
    warn: (text) => remote.emit("notice", { level: "warning", text }),
  });
}

async function act(
  session: Session,
  message: Extract<ToSession, { type: "call" | "ask" }>,
  { init, remote, inbox }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { id } = message;
  const mayNeed = message.type === "call" || init.model === undefined;
  if (mayNeed && init.writes !== "all" && await wantsWrites(registry, message, init.workspace)) {
    remote.emit("rights.request", { call: id });
  } else if (message.type === "ask") {
    inbox.take();
    await session.ask(message.text, { ...message.options, signal, inbox });
  } else await session.call(message.tool, message.input, { id, signal, origin: message.origin });
}

/** Loads a tool, or with `mind`, perhaps `mind:openai`, what answers requests. */
async function preload(what: string): Promise<void> {
  const [name, provider] = what.split(":");
  if (name !== "mind") return void await registry.find(what)?.load();
  await loadAsk();
  if (provider !== "openai" && provider !== "ollama") return;
  await Promise.all([loadAskModel(), loadModel().then((lm) => lm.preloadModel(provider))]);
  // What comes next all the same: the conversation's store, and the tool a model looks with first.
  const [first = ""] = Object.keys((await loadCodingTools()).CODING_TOOLS);
  await Promise.all([loadStore(), registry.find(first)?.load()]);
}

/** Opens the model once: what it learned of its server holds for the whole session. */
function opener(address: ModelAddress): () => Promise<LM> {
  let opened: Promise<LM> | undefined;
  return () =>
    opened ??= loadModel().then(({ openModel }) => openModel(address)).catch((error) => {
      opened = undefined;
      throw error;
    });
}

/** The launcher ends a session whose lines are too long: such a result becomes an error. */
function lineOf(event: Event): string {
  const line = JSON.stringify(event);
  if (line.length <= MAX_LINE || event.type !== "tool.end") return line;
  const text = `${event.data.tool}: the result is too large: ask for less of it`;
  const data = { ...event.data, ok: false, exitCode: 1, data: null, text };
  return JSON.stringify({ ...event, data });
}

/** Read by hand: the first use of a stream costs 6 ms, a part of every start. */
async function* standardInput(): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(64 * 1024);
  for (let n = await Deno.stdin.read(buffer); n !== null; n = await Deno.stdin.read(buffer)) {
    yield buffer.slice(0, n);
  }
}

const encoder = new TextEncoder();

function writeLine(text: string): void {
  const bytes = encoder.encode(text + "\n");
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

if (import.meta.main) {
  // The launcher is still reading settings. What goes wrong here is told when it is used.
  preload(Deno.args[0] ?? "").catch(() => {});
  // Ctrl-C is the launcher's business: it cancels the call and keeps the session.
  Deno.addSignalListener("SIGINT", () => {});
  await serve(readLines(standardInput(), Infinity));
  // Idle search workers would keep the process alive.
  Deno.exit(0);
}
