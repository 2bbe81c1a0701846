/** Shapes of keys and tokens, and assignments to names that mean one. */
const SECRETS: readonly RegExp[] = [
  /\bsk-[\w-]{16,}/,
  /\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\w+:\/\/[^\s/:@]+:[^\s/@]+@/,
  /\bbearer\s+[\w.~+/=-]{16,}/i,
  /(?:api[_-]?key|token|secret|passw(?:or)?d|passphrase)["']?\s*[=:]\s*["']?[^\s"']{6,}/i,
  /--(?:[\w-]*-)?(?:api[_-]?key|token|secret|passw(?:or)?d|passphrase)\s+\S{6,}/i,
];

/** Whether a line looks as if it holds a secret that should not be kept. */
export function looksSecret(line: string): boolean {
  return SECRETS.some((secret) => secret.test(line));
}
