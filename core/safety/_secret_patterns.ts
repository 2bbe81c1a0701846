/** What stands where a secret was. */
export const MASK = "[redacted]";

/** Between the lines of a key: line ends, also as `\n` in a string and between joined strings. */
const GAP = String.raw`(?:\s|\\[nr]|\\?["'][^\S\n]*[+,.\\]?[^\S\n]*\n\s*["'])`;

/** The head of a private key. */
export const KEY_HEAD = String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----`;

const KEY_BLOCK = KEY_HEAD + GAP + "*" +
  String.raw`(?:(?:Proc-Type|DEK-Info|Version|Comment):[^\n\\]*${GAP}+)*` +
  String.raw`[A-Za-z0-9+/=]{16,}(?:${GAP}+[A-Za-z0-9+/=]+)*${GAP}*` +
  String.raw`(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?`;

/**
 * Forms of secrets. Each begins at a fixed text and takes greedily what may follow, so that a
 * search is linear; a token begins only where no letter of a token stands before.
 */
const TOKENS: readonly string[] = [
  String.raw`(?:sk|rk|pk)[-_](?:live_|test_|proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{20,}`,
  "gh[pousr]_[A-Za-z0-9]{20,}",
  "github_pat_[A-Za-z0-9_]{20,}",
  "glpat-[A-Za-z0-9_-]{20,}",
  "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
  "xox[abeoprs]-[A-Za-z0-9-]{10,}",
  "xapp-[A-Za-z0-9-]{20,}",
  "AIza[A-Za-z0-9_-]{35}",
  "npm_[A-Za-z0-9]{36}",
  "pypi-[A-Za-z0-9_-]{50,}",
  "hf_[A-Za-z0-9]{30,}",
  "dckr_pat_[A-Za-z0-9_-]{20,}",
  String.raw`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`,
  String.raw`eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}`,
];

const TOKEN = `(?<![A-Za-z0-9_-])(?:${TOKENS.join("|")})`;

/** The secret alone is masked, what leads to it stays. */
const HEADER = String.raw`(?<=[Aa]uthorization["']?[ \t]{0,8}[:=][ \t]{0,8}["']?` +
  String.raw`(?:[Bb]earer|[Bb]asic|[Tt]oken)[ \t]{1,8})[A-Za-z0-9+/=._~-]{16,}`;

const PASSWORD = String.raw`(?<=:\/\/[^\s\/:@"'<>]{0,128}:)[^\s\/@"'<>]{1,1024}(?=@)`;

const USER = String.raw`(?<=:\/\/)[^\s\/:@"'<>]{20,1024}(?=@)`;

/** All forms, and the given values as they are. */
export function secretRegex(values: readonly string[]): RegExp {
  return new RegExp([...literals(values), KEY_BLOCK, TOKEN, HEADER, PASSWORD, USER].join("|"), "g");
}

/** What may span lines: whole private keys, and the given values. */
export function keyRegex(values: readonly string[]): RegExp {
  return new RegExp([...literals(values), KEY_BLOCK].join("|"), "g");
}

/** Longer ones first, since one may be a part of another. */
function literals(values: readonly string[]): string[] {
  return [...values].sort((a, b) => b.length - a.length).map(RegExp.escape);
}

/** Whether a text that has the form of a secret is none: a class name, a placeholder. */
export function isHarmless(match: string): boolean {
  if (/^[a-z]{2}[-_]/.test(match)) return !/\d/.test(match) && !/[A-Z]/.test(match);
  return /^(?:\$?\{[^}]*\}+|\$[A-Za-z_]\w*|%[sv]|\*+|x+|\.{3}|\[redacted\])$/i.test(match);
}

/** The ways a value may be written: as it is, in a URL, in JSON, in base64 at any alignment. */
export function writtenForms(value: string): string[] {
  if (value.length < 6) return [];
  const bytes = new TextEncoder().encode(value);
  const encoded = [0, 1, 2].flatMap((shift) => {
    const padded = new Uint8Array(shift + bytes.length);
    padded.set(bytes, shift);
    // Letters at both ends also depend on what stands beside the value.
    const inner = base64(padded).slice(shift === 0 ? 0 : shift + 1);
    const stable = (shift + bytes.length) % 3 === 0 ? inner : inner.replace(/.=*$/, "");
    return [stable, stable.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), ...encoded];
  return [...new Set(forms)].filter((form) => form.length >= 6);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
