const KEYWORD =
  /(?:^|[\s(])(?:def|class|function\*?|fn|func(?:\s*\([^)]*\))?|struct|enum|trait|interface|protocol|type|const|let|var|val|mod|module|namespace|object|record|impl|macro_rules!)\s+$/;
const TYPED = /^\s*(?:[\w<>[\],.?*&:]+\s+)*$/;
const STATEMENT =
  /^\s*(?:return|await|throw|new|if|for|while|switch|else|yield|case|import|from|delete)\b/;
const NAME_START = /[\w$]*$/;
const NAME_END = /^[\w$]*/;

/**
 * The name that a line defines at a column: after a keyword (`def`, `class`, `fn`), or as a method
 * with its body (`load(path) {`).
 *
 * @param line of source code.
 * @param column a place inside the name.
 * @returns undefined when the line only mentions it.
 */
export function definesAt(line: string, column: number): string | undefined {
  if (line.length > 500) return undefined;
  const start = column - NAME_START.exec(line.slice(0, column))![0].length;
  const name = NAME_END.exec(line.slice(start))![0];
  if (name === "") return undefined;
  const before = line.slice(0, start);
  if (KEYWORD.test(before)) return name;
  const after = line.slice(start + name.length);
  const isMethod = /^\s*(?:<[^>]*>)?\([^;]*\{\s*$/.test(after) && TYPED.test(before) &&
    !STATEMENT.test(line);
  return isMethod && !/^(?:if|for|while|switch|catch|function)$/.test(name) ? name : undefined;
}
