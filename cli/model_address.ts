import type { Config } from "../core/config.ts";
import { UserError } from "../core/errors.ts";
import { parsePrice } from "../core/lm/parse_price.ts";
import type { ModelAddress } from "../core/lm/open_model.ts";
import { isLoopback } from "../core/is_loopback.ts";

/** Where a provider is when nobody says so. */
const HOME = { ollama: "http://127.0.0.1:11434", openai: "https://api.openai.com/v1" } as const;

const KEY = { ollama: "OLLAMA_API_KEY", openai: "OPENAI_API_KEY" } as const;

/** A model's address with the host that the session may talk to. */
export interface ModelPlace extends ModelAddress {
  /** `host:port`. */
  readonly host: string;
}

/**
 * Which model the session asks, and where; undefined when none was configured. The key goes with the
 * address and never into settings, events or the environment of a child.
 *
 * @throws {UserError} `usage` for an address that is none, or that holds a password: addresses are
 * shown; for a key that would go over plain http to another machine, unless the user allows it.
 */
export function modelAddress(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
): ModelPlace | undefined {
  const { provider, model } = config;
  if (provider === undefined) return undefined;
  if (config.maxCost !== undefined && config.price === undefined) {
    throw new UserError("usage", "--max-cost counts only where a price is known", {
      hint: "give --price, US dollars per million tokens read and written: 0.15/0.60",
    });
  }
  const baseUrl = withScheme(config.baseUrl ?? HOME[provider], provider);
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const shown = JSON.stringify(baseUrl.replace(/[^/@]*@/, "\u2026@"));
    throw new UserError("usage", `${shown} is no address of a model's server`, {
      hint: "write it like http://127.0.0.1:11434",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError("usage", `the address of ${url.host} holds a user name or password`, {
      hint: `give the key as ${KEY[provider]}`,
    });
  }
  const key = env[KEY[provider]];
  if (key && url.protocol === "http:" && !isLoopback(url.hostname) && !config.allowHttp) {
    const what = `the key would go to ${url.host} over plain http, where others can read it`;
    throw new UserError("usage", what, {
      hint: "use https, or give --allow-http (allow_http in your own settings)",
    });
  }
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return {
    provider,
    model,
    baseUrl,
    ...key && { key },
    ...config.price !== undefined && { price: parsePrice(config.price) },
    timeoutMs: config.modelTimeout * 1000,
    host: `${url.hostname}:${port}`,
  };
}

/** `OLLAMA_HOST` is often a bare host, and what the server listens on. */
function withScheme(address: string, provider: keyof typeof HOME): string {
  if (provider === "openai" || /^https?:\/\//.test(address)) return address;
  const [host = "", port = "11434"] = address.split(/:(?=\d+$)/);
  return `http://${host === "0.0.0.0" || host === "" ? "127.0.0.1" : host}:${port}`;
}
