import { describeError, UserError } from "../../core/errors.ts";
import { type ServerUrl, serverUrl } from "./server_url.ts";
import { isRecord } from "../../core/is_record.ts";

/** Who configured a server. */
export type ServerOrigin = "user" | "workspace";

/** An MCP server that is a program. */
export interface ProgramServer {
  readonly name: string;
  readonly from: ServerOrigin;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Variables on top of the built environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** An MCP server that is reached over HTTP. */
export interface HttpServer {
  readonly name: string;
  readonly from: ServerOrigin;
  readonly url: ServerUrl;
  readonly headers: Readonly<Record<string, string>>;
}

/** A configured MCP server. */
export type McpServer = ProgramServer | HttpServer;

/** What a configuration comes to. */
export interface ServerConfig {
  readonly servers: readonly McpServer[];
  /** One sentence for each entry that was left out. */
  readonly problems: readonly string[];
}

/** Options of {@linkcode parseServers}. */
export interface ParseServersOptions {
  readonly from: ServerOrigin;
  /** The file, as shown in messages. */
  readonly path: string;
  /**
   * Where `${NAME}` in commands and in the values of `env` and `headers` is looked up. Default: it stays as it is,
   * since a repository must not send the user's keys anywhere.
   */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

const NAME = /^[A-Za-z0-9][\w.-]{0,39}$/;

/**
 * Reads a map of servers: `{name: {command: [program, ...args], env}}` or
 * `{name: {command, args, env}}` for programs, `{name: {url, headers}}` for HTTP.
 */
export function parseServers(value: unknown, options: ParseServersOptions): ServerConfig {
  const servers: McpServer[] = [];
  const problems: string[] = [];
  if (!isRecord(value)) {
    return { servers, problems: [`${options.path}: the MCP servers are no map of names`] };
  }
  for (const [name, entry] of Object.entries(value)) {
    try {
      if (isRecord(entry) && entry.disabled === true) continue;
      servers.push(parseServer(name, entry, options));
    } catch (error) {
      problems.push(
        `${options.path}: MCP server ${JSON.stringify(name)} is left out: ${describeError(error)}`,
      );
    }
  }
  return { servers, problems };
}

function parseServer(
  name: string,
  entry: unknown,
  { from, variables }: ParseServersOptions,
): McpServer {
  if (!NAME.test(name)) throw wrong("its name is to be letters, digits, . _ and -, 40 at most");
  if (!isRecord(entry)) throw wrong("expected command or url");
  const filled = (key: "env" | "headers") => texts(entry[key] ?? {}, key, variables);
  if (entry.type === "sse") throw wrong("SSE is the transport of older servers", "use type http");
  if (entry.url !== undefined) {
    if (typeof entry.url !== "string") throw wrong("url is to be text");
    return { name, from, url: serverUrl(entry.url), headers: filled("headers") };
  }
  const words = [entry.command ?? [], entry.args ?? []].flat();
  if (words.length === 0 || !words.every((word) => typeof word === "string")) {
    throw wrong("expected command, a list of words, or url");
  }
  const command = variables === undefined ? words : words.map((word) => fill(word, variables));
  const [program = ""] = command;
  if (program === "" || program.startsWith("-") || command.some((word) => word.includes("\0"))) {
    throw wrong(`not a program: ${JSON.stringify(program)}`);
  }
  return { name, from, command, env: filled("env") };
}

function texts(
  value: unknown,
  key: string,
  variables: ParseServersOptions["variables"],
): Record<string, string> {
  if (!isRecord(value)) throw wrong(`${key} is to be a map of texts`);
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (!/^[\w-]+$/.test(name)) throw wrong(`${key}: not a name: ${JSON.stringify(name)}`);
      // Control characters end a header, and a variable.
      // deno-lint-ignore no-control-regex -- they are what this is about
      if (typeof text !== "string" || /[\x00-\x1f\x7f]/.test(text)) {
        throw wrong(`${key}.${name} is to be one line of text`);
      }
      return [name, variables === undefined ? text : fill(text, variables)];
    }),
  );
}

function fill(text: string, variables: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name) => {
    const value = variables[name];
    if (value === undefined) throw wrong(`the variable ${name} is not set`);
    return value;
  });
}

function wrong(message: string, hint?: string): UserError {
  return new UserError("usage", message, hint === undefined ? {} : { hint });
}
