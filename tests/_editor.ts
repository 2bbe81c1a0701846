/** An editor that drives the real program through the protocol's own client. */
import {
  client,
  type ClientConnection,
  type ContentBlock,
  type InitializeResponse,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionUpdate,
} from "@agentclientprotocol/sdk";
import { type Sandbox, sandbox } from "./_cli.ts";

/** What an editor was told of one session. */
export interface Told {
  readonly session: string;
  readonly update: SessionUpdate;
}

/** An editor with the program at its other end. */
export interface Editor extends AsyncDisposable {
  readonly agent: ClientConnection["agent"];
  readonly hello: InitializeResponse;
  readonly told: readonly Told[];
  /** Questions that were put. */
  readonly questions: readonly RequestPermissionRequest[];
  readonly box: Sandbox;
  /** Its process. */
  readonly pid: number;
  /** Answers in text of a session so far. */
  text(session?: string): string;
  /** Updates of one kind. */
  updates<K extends SessionUpdate["sessionUpdate"]>(
    kind: K,
  ): Extract<SessionUpdate, { sessionUpdate: K }>[];
  /** Opens a session in the sandbox's workspace. */
  open(cwd?: string): Promise<string>;
  /** Sends text and waits for the end of the turn. */
  ask(session: string, text: string): Promise<string>;
  /** Resolves once the test holds. */
  until(test: () => boolean): Promise<void>;
  /** Ends the program's standard input; returns its exit code and standard error. */
  leave(): Promise<{ code: number; stderr: string }>;
}

/** Options of {@linkcode openEditor}. */
export interface EditorOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before `acp`. */
  readonly args?: readonly string[];
  /** What the person does with a question: the kind of the option they take. Default cancels. */
  readonly answer?: (request: RequestPermissionRequest) => string | Promise<string>;
  /** A sandbox that stays when the editor goes. */
  readonly box?: Sandbox;
}

/** Starts the program and greets it. */
export async function openEditor(options: EditorOptions = {}): Promise<Editor> {
  const box = options.box ?? await sandbox(options.files);
  const { argv, env } = box.commandLine([...options.args ?? [], "acp"]);
  const child = new Deno.Command(argv[0]!, {
    args: argv.slice(1),
    cwd: box.folder,
    env: { ...env, ...options.env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const told: Told[] = [];
  const questions: RequestPermissionRequest[] = [];
  const connection = client({ name: "test" })
    .onRequest(methods.client.session.requestPermission, async ({ params }) => {
      questions.push(params);
      return outcome(params, await options.answer?.(params));
    })
    .onNotification(methods.client.session.update, ({ params }) => {
      told.push({ session: params.sessionId, update: params.update });
    })
    .connect(ndJsonStream(child.stdin, child.stdout));
  const { agent } = connection;
  const hello = await agent.request("initialize", { protocolVersion: PROTOCOL_VERSION });
  const left = Promise.withResolvers<{ code: number; stderr: string }>();
  child.status.then(async ({ code }) => left.resolve({ code, stderr: await stderr }));

  const self: Editor = {
    agent,
    hello,
    told,
    questions,
    box,
    pid: child.pid,
    text: (session) =>
      told.filter((one) => session === undefined || one.session === session)
        .map(({ update }) =>
          update.sessionUpdate === "agent_message_chunk" && update.content.type === "text"
            ? update.content.text
            : ""
        ).join(""),
    updates: <K extends SessionUpdate["sessionUpdate"]>(kind: K) =>
      told.map(({ update }) => update).filter((update) => update.sessionUpdate === kind) as Extract<
        SessionUpdate,
        { sessionUpdate: K }
      >[],
    async open(cwd = box.ws) {
      const { sessionId } = await agent.request("session/new", { cwd, mcpServers: [] });
      return sessionId;
    },
    async ask(sessionId, text) {
      const prompt: ContentBlock[] = [{ type: "text", text }];
      return (await agent.request(methods.agent.session.prompt, { sessionId, prompt })).stopReason;
    },
    async until(test) {
      for (const end = Date.now() + 20_000; !test();) {
        if (Date.now() > end) throw new Error("it did not come to that in 20 seconds");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async leave() {
      await child.stdin.close().catch(() => {});
      return await left.promise;
    },
    async [Symbol.asyncDispose]() {
      await self.leave();
      connection.close();
      if (options.box === undefined) await box[Symbol.asyncDispose]();
    },
  };
  return self;
}

function outcome(
  { options }: RequestPermissionRequest,
  kind: string | undefined,
): RequestPermissionResponse {
  const chosen = options.find((option) => option.kind === kind);
  return chosen === undefined
    ? { outcome: { outcome: "cancelled" } }
    : { outcome: { outcome: "selected", optionId: chosen.optionId } };
}
