/** Reads a file name out of a header: C quotes undone, a timestamp after a tab cut off. */
export function headerName(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  const name = quoted === undefined ? text.replace(/\t.*$/, "").trimEnd() : unquote(quoted);
  return name.replace(/^(?:\.\/)+/, "");
}

/** The two names of a `diff --git` line, without prefixes; undefined when it can be read two ways. */
export function gitNames(text: string): [string, string] | undefined {
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text);
  if (quoted) return stripPrefixes(headerName(quoted[1]!), headerName(quoted[2]!));
  // Names with blanks are not quoted: the line is certain when both names are the same.
  for (let at = text.indexOf(" "); at >= 0; at = text.indexOf(" ", at + 1)) {
    const [old, fresh] = stripPrefixes(text.slice(0, at), text.slice(at + 1));
    if (old === fresh) return [old, fresh];
  }
  return undefined;
}

/**
 * Takes git's prefixes off a pair of names: `a/` and `b/`, or those that tell commit, index and
 * worktree apart. Names that are alike have none, since a folder may be called `a`.
 */
export function stripPrefixes(old: string, fresh: string): [string, string] {
  const [a, b] = [/^[aciow]\//.exec(old)?.[0], /^[bciow]\//.exec(fresh)?.[0]];
  const none = "/dev/null";
  if (old === none) return [old, fresh.replace(/^[bciw]\//, "")];
  if (fresh === none) return [old.replace(/^[aciw]\//, ""), fresh];
  if (a === undefined || b === undefined || a === b) return [old, fresh];
  return [old.slice(2), fresh.slice(2)];
}

/** Undoes C escapes; octal ones are bytes of UTF-8. */
function unquote(text: string): string {
  const named: Record<string, number> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };
  const bytes: number[] = [];
  for (const [part, escape] of text.matchAll(/\\([0-7]{3}|.)|[^\\]+/gs)) {
    if (escape === undefined) bytes.push(...new TextEncoder().encode(part));
    else if (escape.length === 3) bytes.push(parseInt(escape, 8) & 255);
    else bytes.push(named[escape] ?? escape.charCodeAt(0));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
