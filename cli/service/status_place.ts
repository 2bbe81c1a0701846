import { UserError } from "../../core/errors.ts";
import { isLoopback } from "../is_loopback.ts";
import type { StatusPlace } from "./types.ts";

/** Who decides where the status server listens, and who may ask it. */
export interface StatusChoice {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** `token:role`. */
  readonly token?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Where the status server listens: this machine, port 8765, unless somebody says otherwise.
 *
 * @throws {UserError} `usage` for another host while nobody needs a token there.
 */
export function statusPlace(
  { host = "127.0.0.1", port = 8765, token, env }: StatusChoice,
): StatusPlace {
  const tokens = token ?? (env.API_TOKENS || undefined);
  const adminKey = env.ADMIN_KEY || undefined;
  if (!isLoopback(host) && tokens === undefined && adminKey === undefined) {
    throw new UserError("usage", `on ${host} anybody could ask it`, {
      hint: "set API_TOKENS to token:role,… or ADMIN_KEY, or leave it on 127.0.0.1",
    });
  }
  const origins = env.CORS_ORIGINS || undefined;
  return { host, port, tokens, adminKey, origins };
}
