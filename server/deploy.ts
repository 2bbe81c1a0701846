// deno-lint-ignore-file no-console -- a new token has nowhere else to go
/**
 * The status server where nothing is granted: no files, no environment, no programs, as on Deno
 * Deploy and with `deno serve` without any permission flag. It knows nothing by itself: another
 * process posts snapshots to `/api/snapshot` (`takeSnapshot`) and events to `/api/events`. They are
 * kept in memory, and snapshots in Deno KV where there is one.
 *
 * ```sh
 * deno serve --no-prompt --host 127.0.0.1 --port 8765 server/deploy.ts [--tokens=sha256:…:admin]
 * ```
 *
 * Nobody is let in without a token. It comes from `--tokens`, which may hold the hash alone since
 * others can see arguments; else from `API_TOKENS` or `ADMIN_KEY`, where the environment may be read,
 * as on Deno Deploy; else a new one is made and printed once, on standard output.
 *
 * @module
 */
import { createEventBus } from "../streaming/events/event_bus.ts";
import { type AccessRules, accessRules } from "./access/access_rules.ts";
import { newToken } from "./access/new_token.ts";
import { createApp } from "./app.ts";
import { holdInKv, type KvLike } from "./status/hold_in_kv.ts";
import { pushedStatus } from "./status/pushed_status.ts";
import type { StatusApp } from "./status_app.ts";
import { holdInMemory } from "./status/snapshot_holder.ts";

let app: Promise<StatusApp> | undefined;

/** Serves what was pushed. */
const served: Deno.ServeDefaultExport = {
  async fetch(request: Request, { remoteAddr }: Deno.ServeHandlerInfo): Promise<Response> {
    return (await (app ??= open())).fetch(request, { remoteAddr });
  },
};

export default served;

// Before anybody asks, so that who starts it can read the token.
const access = rules();

async function open(): Promise<StatusApp> {
  const { openKv } = Deno as { openKv?: () => Promise<KvLike> };
  // Where there is none it may still be there as a name.
  const kv = await openKv?.().catch(() => undefined);
  const snapshots = kv === undefined ? holdInMemory() : holdInKv(kv);
  const status = pushedStatus(snapshots.read);
  return createApp({ status, snapshots, access, events: createEventBus() });
}

function rules(): AccessRules {
  const given = Deno.args.find((arg) => arg.startsWith("--tokens="))?.slice("--tokens=".length);
  const settings = {
    tokens: given ?? variable("API_TOKENS"),
    adminKey: variable("ADMIN_KEY"),
    origins: variable("CORS_ORIGINS"),
    // Whatever name it has there: a token is needed under each.
    hosts: "*",
  };
  const found = accessRules(settings);
  if (found.tokens.length + found.adminKeys.length > 0) return found;
  const token = newToken();
  console.log(`no token was given, so here is one: ${token}`);
  return accessRules({ ...settings, tokens: `${token}:admin` });
}

/** A variable, where the environment may be read. */
function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}
