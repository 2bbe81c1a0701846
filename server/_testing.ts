import { accessRules } from "./access/access_rules.ts";
import { createApp } from "./app.ts";
import type { StatusApp } from "./status_app.ts";
import type { AppDeps } from "./app_deps.ts";

/** What a server on this machine tells of who asks. */
export const HERE = { remoteAddr: { hostname: "127.0.0.1" }, bind: "127.0.0.1" };

/** Asks an app as somebody on this machine does. */
export async function ask(
  app: StatusApp,
  path: string,
  init: RequestInit & { readonly connection?: unknown } = {},
): Promise<Response> {
  return await app.request(path, init, init.connection ?? HERE);
}

/** Posts JSON. */
export function post(app: StatusApp, path: string, body: unknown): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return ask(app, path, { method: "POST", body: text });
}

/** Tokens of 43 letters, so that they do for the outside. */
export const TOKENS = { viewer: "v".repeat(43), admin: "a".repeat(43), key: "k".repeat(43) };

/** An app that needs tokens. */
export function guardedApp(deps: AppDeps = {}, settings: object = {}): StatusApp {
  const tokens = `${TOKENS.viewer}:viewer,${TOKENS.admin}:admin`;
  return createApp({ access: accessRules({ tokens, adminKey: TOKENS.key, ...settings }), ...deps });
}

/** A header with a token. */
export function bearer(token: string): { readonly headers: Record<string, string> } {
  return { headers: { Authorization: `Bearer ${token}` } };
}
