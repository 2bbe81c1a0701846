/** A word of a line, or the `&&` between two commands. */
export interface ScannedWord {
  readonly kind: "word" | "and";
  /** The word without its quotes. */
  readonly text: string;
  /** Where it stands in the line, by UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** Whether any of it was quoted or escaped. */
  readonly quoted: boolean;
  /** The quote that was not closed; a backslash when the line ends in one. */
  readonly open: '"' | "'" | "\\" | undefined;
}

const BLANK = /\s/;

/**
 * Splits a line into words by a shell's quoting: `'…'` is literal, in `"…"` a backslash escapes
 * `"` and `\`, outside it escapes any character. Nothing is expanded.
 */
export function scanWords(line: string): ScannedWord[] {
  const words: ScannedWord[] = [];
  let i = 0;
  while (i < line.length) {
    if (BLANK.test(line[i]!)) {
      i++;
    } else if (line.startsWith("&&", i)) {
      const and = { kind: "and", text: "&&", start: i, end: i + 2 } as const;
      words.push({ ...and, quoted: false, open: undefined });
      i += 2;
    } else {
      const word = scanWord(line, i);
      words.push(word);
      i = word.end;
    }
  }
  return words;
}

function scanWord(line: string, start: number): ScannedWord {
  let text = "";
  let quoted = false;
  let i = start;
  while (i < line.length && !BLANK.test(line[i]!) && !line.startsWith("&&", i)) {
    const c = line[i]!;
    if (c === "'" || c === '"') {
      quoted = true;
      const [piece, end] = c === "'" ? scanSingle(line, i + 1) : scanDouble(line, i + 1);
      text += piece;
      if (end === undefined) return word(line.length, c);
      i = end;
    } else if (c === "\\") {
      quoted = true;
      if (i + 1 === line.length) return word(line.length, "\\");
      text += line[i + 1];
      i += 2;
    } else {
      text += c;
      i++;
    }
  }
  return word(i, undefined);

  function word(end: number, open: ScannedWord["open"]): ScannedWord {
    return { kind: "word", text, start, end, quoted, open };
  }
}

type Quoted = readonly [text: string, end: number | undefined];

function scanSingle(line: string, from: number): Quoted {
  const end = line.indexOf("'", from);
  return end < 0 ? [line.slice(from), undefined] : [line.slice(from, end), end + 1];
}

function scanDouble(line: string, from: number): Quoted {
  let text = "";
  for (let i = from; i < line.length; i++) {
    if (line[i] === '"') return [text, i + 1];
    if (line[i] === "\\" && (line[i + 1] === '"' || line[i + 1] === "\\")) i++;
    text += line[i];
  }
  return [text, undefined];
}
