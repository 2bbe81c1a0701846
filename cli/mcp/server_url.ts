import { UserError } from "../../core/errors.ts";
import { isLoopback } from "../../core/is_loopback.ts";

/** A checked address of an MCP server. */
export interface ServerUrl {
  readonly href: string;
  /** `host:port`, as `--allow-net` takes it. */
  readonly host: string;
}

/** What a permission flag names as one host: no comma, which would begin another. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;

/**
 * Checks the address of an MCP server: https, or http on this very machine; no user name or
 * password in it.
 *
 * @throws {UserError} `usage`.
 */
export function serverUrl(text: string): ServerUrl {
  const shown = JSON.stringify(text);
  if (!URL.canParse(text)) throw new UserError("usage", `${shown} is no address`);
  const { protocol, hostname, port, username, password, href } = new URL(text);
  if (!HOST.test(hostname)) throw new UserError("usage", `${shown} names no host`);
  if (username !== "" || password !== "") {
    throw new UserError("usage", `the address for ${hostname} has a password in it`, {
      hint: "put it into headers",
    });
  }
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    throw new UserError("usage", `${shown} is not https`, {
      hint: "http is for servers on this machine",
    });
  }
  return { href, host: `${hostname}:${port || (protocol === "https:" ? "443" : "80")}` };
}
