import { UserError } from "../../core/errors.ts";
import { isLoopback } from "../../core/is_loopback.ts";
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
  const tokens = token ?? tokensOf(env.API_TOKENS);
  const adminKey = env.ADMIN_KEY || undefined;
  if (!isLoopback(host) && tokens === undefined && adminKey === undefined) {
    throw new UserError("usage", `on ${host} anybody could ask it`, {
      hint: "set API_TOKENS to token:role,… or ADMIN_KEY, or leave it on 127.0.0.1",
    });
  }
  const origins = env.CORS_ORIGINS || undefined;
  return { host, port, tokens, adminKey, origins };
}

/** The tokens, or those in the file that is named. */
function tokensOf(given: string | undefined): string | undefined {
  if (!given || !/^(?:\/|\.\.?\/|~\/)/.test(given)) return given || undefined;
  try {
    return Deno.readTextFileSync(given);
  } catch (error) {
    throw new UserError("usage", `API_TOKENS names a file that cannot be read: ${given}`, {
      hint: "name another, or write token:role,…",
      cause: error,
    });
  }
}
