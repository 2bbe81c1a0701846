import { UserError } from "../errors.ts";

/**
 * Checks the address of a server.
 *
 * @returns it without a final slash.
 * @throws {UserError} `usage` when it is none, or holds a password: those get into logs.
 */
export function baseUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError("usage", `${what} ${JSON.stringify(text)} is no address of a server`, {
      hint: "write it like http://127.0.0.1:11434",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError("usage", `${what} for ${url.host} holds a user name or password`, {
      hint: "send them as a header",
    });
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  url.search = "";
  url.hash = "";
  return url;
}
