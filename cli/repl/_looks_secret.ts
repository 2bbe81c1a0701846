import { createRedactor } from "../../core/safety/redact.ts";

/** Values behind a flag or name that means a secret, which their form would not give away. */
const NAMED =
  /(?:api[_-]?key|token|secret|passw(?:or)?d|passphrase)["']?(?:\s*[=:]\s*["']?[^\s"']{6,}|(?<=--\S+)\s+\S{6,})/i;

/** Whether a line looks as if it holds a secret that should not be kept. */
export function looksSecret(line: string): boolean {
  return NAMED.test(line) || createRedactor([]).text(line) !== line;
}
