const KEYWORD =
  /(?:^|[\s(])(?:def|class|function\*?|fn|func(?:\s*\([^)]*\))?|struct|enum|trait|interface|protocol|type|const|let|var|val|mod|module|namespace|object|record|impl|macro_rules!)\s+$/;
const ASSIGNED = /^\s*[:=]\s*(?:async\s*)?(?:function\b|class\b|\([^()]*\)\s*=>|[\w$]+\s*=>)/;
const TYPED = /^\s*(?:[\w<>[\],.?*&:]+\s+)*$/;
const IMPORT = /^\s*(?:import|from|use|require|export\s*(?:type\s*)?\{|\}\s*from)\b|\bfrom\s+["']/;
const LOCAL = /^\s+(?:const|let|var|val)\s/;
const STATEMENT =
  /^\s*(?:return|await|throw|new|if|for|while|switch|else|yield|case|import|from|delete)\b/;
const NAME_START = /[\w$]*$/;
const NAME_END = /^[\w$]*/;

/**
 * The name that a line defines at a column: after a keyword (`def`, `class`, `fn`), or as a method
 * with its body (`load(path) {`), or as what a function is assigned to. Variables inside functions do not count.
 *
 * @param line of source code.
 * @param column a place inside the name.
 * @returns undefined when the line only mentions it.
 */
export function definesAt(line: string, column: number): string | undefined {
  if (line.length > 500 || IMPORT.test(line) || LOCAL.test(line)) return undefined;
  const start = column - NAME_START.exec(line.slice(0, column))![0].length;
  const name = NAME_END.exec(line.slice(start))![0];
  if (name === "") return undefined;
  const before = line.slice(0, start);
  const after = line.slice(start + name.length);
  // `type Name,` in a list is an import that goes over several lines.
  if (KEYWORD.test(before)) return /^\s*[,}]/.test(after) ? undefined : name;
  if (ASSIGNED.test(after) && /^[\s\w$.]*$/.test(before)) return name;
  const isMethod = /^\s*(?:<[^>]*>)?\([^;]*\{\s*$/.test(after) && TYPED.test(before) &&
    !STATEMENT.test(line);
  return isMethod && !/^(?:if|for|while|switch|catch|function)$/.test(name) ? name : undefined;
}
