/** How a rotated file is named: `app.log.1` is a suffix, `app.1.log` and `app-2025-01-02.log` stems. */
export type RotatedKind = "suffix" | "stem";

const MARK = String.raw`(?:\d[\w:.-]*|old\w*|bak\w*|prev\w*|backup\w*)`;
const SUFFIX = new RegExp(String.raw`^[.\-_]${MARK}$|^~$`, "i");
const STEM = /^[.\-_](?:\d[\d:_T-]*|old|bak|prev)(?:\.\d+)?$/i;
const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz4|zip)$/i;

/**
 * Whether log rotation may have made this name from another.
 *
 * @param base name of the log.
 */
export function rotatedKind(base: string, name: string): RotatedKind | undefined {
  if (name.startsWith(base) && SUFFIX.test(name.slice(base.length))) return "suffix";
  const dot = base.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [base.slice(0, dot), base.slice(dot)] : [base, ""];
  const bare = name.replace(COMPRESSED, "");
  if (bare === base || !bare.startsWith(stem) || !bare.endsWith(ending)) return undefined;
  const middle = bare.slice(stem.length, bare.length - ending.length);
  return bare.length >= stem.length + ending.length && STEM.test(middle) ? "stem" : undefined;
}

/** Whether its bytes are packed, so that no line can be read. */
export function isCompressed(name: string): boolean {
  return COMPRESSED.test(name);
}

/** Orders names of one moment: a higher number was rotated earlier. */
export function rotationNumber(name: string): number {
  const digits = /(\d+)(?!.*\d)/.exec(name)?.[1];
  return digits === undefined ? 0 : Number(digits);
}
