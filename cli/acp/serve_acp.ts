import {
  agent,
  type AgentContext,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
} from "@agentclientprotocol/sdk";
import type { LoadSessionRequest, NewSessionRequest } from "@agentclientprotocol/sdk";
import { UserError } from "../../core/errors.ts";
import { VERSION } from "../../core/version.ts";
import { prepareModules } from "../prepare_modules.ts";
import type { Place, Shell } from "../shell.ts";
import { availableCommands } from "./commands.ts";
import { withEditorServers } from "./editor_servers.ts";
import { createEditorSession, type EditorSession } from "./editor_session.ts";
import { listSessions } from "./list_sessions.ts";
import { rpcError } from "./rpc_error.ts";

/** The streams an editor talks through. */
export interface AcpStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * Serves an editor that speaks the Agent Client Protocol, until its stream ends. Sessions are those
 * of the terminal: the same launcher, gate, receipts and answers "always"; only who shows and asks
 * is another.
 *
 * @param signal ends it as well: sessions are closed, nothing is left running.
 */
export async function serveAcp(
  shell: Shell,
  { readable, writable }: AcpStreams,
  signal: AbortSignal,
): Promise<void> {
  const sessions = new Map<string, EditorSession>();
  let notices = false;
  let prepared: Promise<unknown> | undefined;

  const app = agent({ name: "dspy-code" })
    .onRequest(methods.agent.initialize, ({ params }) => {
      notices = params.clientCapabilities?.session?.notices != null;
      return {
        protocolVersion: PROTOCOL_VERSION,
        agentInfo: { name: "dspy-code", title: "dspy-code", version: VERSION },
        agentCapabilities: {
          loadSession: true,
          promptCapabilities: { image: false, audio: false, embeddedContext: true },
          mcpCapabilities: { http: true, sse: false },
          sessionCapabilities: { close: {}, list: {}, resume: {} },
        },
        authMethods: [],
      };
    })
    .onRequest(methods.agent.session.new, ({ params, client }) =>
      told(async () => {
        const session = await open(crypto.randomUUID(), params, client);
        return { sessionId: session.id, modes: session.modes() };
      }))
    .onRequest(
      methods.agent.session.load,
      ({ params, client }) =>
        told(async () => ({ modes: (await reopen(params, client, true)).modes() })),
    )
    .onRequest(
      methods.agent.session.resume,
      ({ params, client }) =>
        told(async () => ({ modes: (await reopen(params, client, false)).modes() })),
    )
    .onRequest(methods.agent.session.list, ({ params: { cwd } }) =>
      told(async () => {
        const place = await placeAt(cwd ?? (await shell.place()).workspace.root);
        return { sessions: await listSessions(place, shell) };
      }))
    .onRequest(
      methods.agent.session.prompt,
      ({ params, signal }) => told(() => find(params.sessionId).prompt(params.prompt, signal)),
    )
    .onRequest(methods.agent.session.setMode, ({ params }) =>
      told(() => {
        find(params.sessionId).setMode(params.modeId);
        return {};
      }))
    .onRequest(methods.agent.session.close, ({ params }) =>
      told(async () => {
        await drop(params.sessionId);
        return {};
      }))
    .onNotification(methods.agent.session.cancel, ({ params }) => {
      sessions.get(params.sessionId)?.cancel();
    });

  const connection = app.connect(ndJsonStream(writable, readable));
  const end = () => connection.close();
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  await connection.closed;
  signal.removeEventListener("abort", end);
  await Promise.allSettled([...sessions.keys()].map(drop));

  async function open(
    id: string,
    { cwd, mcpServers }: Pick<NewSessionRequest, "cwd" | "mcpServers">,
    editor: AgentContext,
  ): Promise<EditorSession> {
    const place = withEditorServers(await placeAt(cwd), mcpServers, shell.io.err);
    const session = createEditorSession({ id, cwd, place, shell, editor, notices });
    sessions.set(id, session);
    // Once the editor knows of the session.
    const update = { sessionUpdate: "available_commands_update" as const };
    setTimeout(() => session.tell({ ...update, availableCommands: availableCommands() }));
    return session;
  }

  /** Opens the folder that an editor names, with all that its sessions load. */
  async function placeAt(cwd: string): Promise<Place> {
    if (!/^(?:\/|[a-z]:[\\/])/i.test(cwd)) {
      throw new UserError("usage", `not an absolute path: ${JSON.stringify(cwd)}`, {
        hint: "cwd is the whole path of the folder to work in",
      });
    }
    await (prepared ??= prepareModules({ env: shell.env, tell: shell.io.err }));
    return await shell.placeAt({ workspace: cwd });
  }

  /** Goes on with a kept conversation. */
  async function reopen(
    params: Pick<LoadSessionRequest, "sessionId" | "cwd"> & Partial<LoadSessionRequest>,
    editor: AgentContext,
    shown: boolean,
  ): Promise<EditorSession> {
    const { sessionId, cwd, mcpServers = [] } = params;
    await drop(sessionId);
    const session = await open(sessionId, { cwd, mcpServers }, editor);
    try {
      const updates = await session.kept();
      if (shown) { for (const update of updates) session.tell(update); }
      return session;
    } catch (error) {
      await drop(sessionId);
      throw error;
    }
  }

  function find(id: string): EditorSession {
    const session = sessions.get(id);
    if (session !== undefined) return session;
    throw new UserError("usage", `no session ${JSON.stringify(id)} is open`, {
      hint: "open it with session/new or session/load",
    });
  }

  async function drop(id: string): Promise<void> {
    const session = sessions.get(id);
    sessions.delete(id);
    await session?.close();
  }
}

/** What goes wrong reaches the editor as our own sentence. */
async function told<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw rpcError(error);
  }
}
