const NAMES =
  /(?:(?:^|_|API|ACCESS|SECRET|PRIVATE)(?:KEY|PAT|PASS|DSN|COOKIE|CREDENTIALS?)|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE)S?(?:_(?:ID|VALUE|BASE64))?$/i;

/** Variables whose names only look like keys. */
const HARMLESS = /(?:_FILE|_PATH|_DIR|_SOCK|_AGENT|_URL)$/i;

/**
 * The values of an environment that must never be shown: those of variables named like keys, and
 * passwords inside URLs.
 *
 * @param env names and values.
 * @returns the values, each once.
 */
export function secretValues(env: Readonly<Record<string, string | undefined>>): string[] {
  const found = new Set<string>();
  for (const [name, value = ""] of Object.entries(env)) {
    if (NAMES.test(name) && !HARMLESS.test(name)) found.add(value);
    const password = /^[a-z][a-z0-9+.-]{0,20}:\/\/[^/\s:@]*:([^/\s@]+)@/i.exec(value)?.[1];
    if (password !== undefined) found.add(decode(password));
  }
  return [...found];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
