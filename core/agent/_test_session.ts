import { z } from "zod";
import { createTestBus } from "../_test_bus.ts";
import type { Approval } from "../config.ts";
import { mergeConfig } from "../config_merge.ts";
import type { Hands } from "../command.ts";
import type { Event, EventType } from "../events.ts";
import { createRegistry } from "../registry.ts";
import { createGate } from "../safety/gate.ts";
import { createHands } from "../safety/hands.ts";
import { createPathGuard } from "../safety/paths.ts";
import { EMPTY_POLICY, type Policy } from "../safety/policy.ts";
import { openMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/types.ts";
import type { Tool } from "../tool.ts";
import { openFiles } from "../workspace/open_files.ts";
import { openWorkspace } from "../workspace/workspace.ts";
import { openMemory } from "./memory.ts";
import { createSession, type Session, type SessionSetup } from "./session.ts";

/** A real session over a folder of its own. */
export interface TestSession extends AsyncDisposable {
  readonly root: string;
  readonly session: Session;
  readonly store: Store;
  readonly events: readonly Event[];
  /** The data of all events of a type. */
  data<T extends EventType>(type: T): Event<T>["data"][];
}

/** Options of {@linkcode openTestSession}. */
export interface TestSessionOptions extends Partial<SessionSetup> {
  readonly policy?: Partial<Policy>;
  readonly interactive?: boolean;
  readonly approval?: Approval | undefined;
  /** Folder below the root where the person is. Default the root. */
  readonly start?: string;
}

/** Opens a session with these tools, and real gate, files, hands and memory. */
export async function openTestSession(
  // deno-lint-ignore no-explicit-any -- tools of every input type
  tools: readonly Tool<any>[],
  { policy = {}, interactive = false, approval, start, ...over }: TestSessionOptions = {},
): Promise<TestSession> {
  const workspace = await openWorkspace(await Deno.makeTempDir());
  const { root } = workspace;
  const registry = createRegistry(tools.map((tool) => ({
    name: tool.name,
    aliases: tool.aliases ?? [],
    group: "test",
    summary: tool.summary,
    effect: tool.effect,
    parses: false,
    asksModel: false,
    positional: tool.positional ?? [],
    examples: [],
    schema: z.toJSONSchema(tool.input as z.ZodType) as Record<string, unknown>,
    commands: {},
    load: () => Promise.resolve(tool),
  })));
  const files = openFiles(root);
  const gate = createGate({
    policy: { ...EMPTY_POLICY, ...policy },
    approval,
    interactive,
    guard: createPathGuard(root),
  });
  const hands: Hands = createHands({
    registry,
    root,
    env: Deno.env.toObject(),
    authorize: () => Promise.resolve(),
  });
  const bus = createTestBus<Event>();
  const events: Event[] = [];
  bus.subscribe(">", ({ value }) => void events.push(value));
  const store = over.store ?? openMemoryStore();
  const session = createSession({
    version: "0",
    workspace: start === undefined ? workspace : { ...workspace, start },
    config: mergeConfig({ flags: { approval } }).config,
    registry,
    files,
    store,
    hands,
    gate,
    bus,
    memory: () => Promise.resolve(openMemory(files)),
    approve: () => Promise.resolve(false),
    ...over,
  });
  return {
    root,
    session,
    store,
    events,
    data: <T extends EventType>(type: T) =>
      events.filter((event) => event.type === type).map((event) => event.data as Event<T>["data"]),
    async [Symbol.asyncDispose]() {
      await session.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}
