import type { SessionInfo } from "@agentclientprotocol/sdk";
import type { ConversationInfo } from "../../core/agent/conversation/conversation.ts";
import { UserError } from "../../core/errors.ts";
import { NO_NEEDS } from "../jail_plan.ts";
import { openLauncher } from "../open_launcher.ts";
import type { Place, Shell } from "../shell.ts";

/** The conversations kept in a workspace, the newest first. A session of its own reads them. */
export async function listSessions(
  place: Place,
  { env, registry, io }: Pick<Shell, "env" | "registry" | "io">,
): Promise<SessionInfo[]> {
  const terminal = {
    warn: io.err,
    ask: () => Promise.resolve("no" as const),
    hold: () => () => {},
    follow: () => {},
  };
  const launcher = await openLauncher({ place, env, registry, terminal }, NO_NEEDS);
  try {
    const { ok, data, text } = await launcher.call("sessions", { action: "list" });
    if (!ok || !Array.isArray(data)) throw new UserError("failed", text);
    return (data as ConversationInfo[]).map(({ id, title, updated }) => ({
      sessionId: id,
      cwd: place.workspace.root,
      title,
      updatedAt: new Date(updated).toISOString(),
    }));
  } finally {
    await launcher.close();
  }
}
