import { languageOf } from "../code/grammars.ts";

/** How definitions look in one family of languages, line by line. */
export interface DefinitionPatterns {
  /** A line that starts a function or class, whatever its indentation; group 1 is the name. */
  readonly definition: RegExp;
  /** Words that look like a name of `definition` and are none. */
  readonly except: RegExp;
  /** A line above a definition that belongs to it: comment, decorator, attribute. */
  readonly leading: RegExp;
}

const C_LIKE = /^\s*(?:\/\/|\/?\*|@)/;
const NO_METHOD = /^(?:if|for|while|switch|catch|function|return|await|new|super|throw|with|do)$/;

const SCRIPT: DefinitionPatterns = {
  definition: new RegExp(
    [
      String.raw`^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?` +
      String.raw`(?:function\s*\*?|class|interface|type|enum|namespace)\s+([\w$]+)`,
      String.raw`^(?:export\s+)?(?:const|let|var)\s+([\w$]+).*(?:=>|\bfunction\b|\($)`,
      String.raw`^\s+(?:(?:public|private|protected|static|async|override|readonly|get|set)\s+)*` +
      String.raw`\*?(#?[\w$]+)\s*(?:<[^>]*>)?\([^;]*\{\s*$`,
    ].join("|"),
  ),
  except: NO_METHOD,
  leading: C_LIKE,
};

const PATTERNS: Readonly<Record<string, DefinitionPatterns>> = {
  typescript: SCRIPT,
  tsx: SCRIPT,
  javascript: SCRIPT,
  python: {
    definition: /^\s*(?:async\s+)?(?:def|class)\s+(\w+)/u,
    except: /^$/,
    leading: /^\s*[#@]/,
  },
  go: {
    definition: /^(?:func\s+(?:\([^)]*\)\s*)?|type\s+)(\w+)/,
    except: /^$/,
    leading: C_LIKE,
  },
  rust: {
    definition: new RegExp(
      [
        String
          .raw`^\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:default|async|unsafe|const|extern(?:\s+"[^"]*")?)\s+)*` +
        String.raw`(?:fn|struct|enum|union|trait|mod|type|macro_rules!)\s+(\w+)`,
        String.raw`^(?:unsafe\s+)?impl\b(?:.*\bfor\s+|[^A-Z]*)(\w+)`,
      ].join("|"),
    ),
    except: /^$/,
    leading: /^\s*(?:\/\/|\/?\*|#!?\[)/,
  },
  java: {
    definition: new RegExp(
      [
        String
          .raw`^\s*(?:(?:public|private|protected|static|final|abstract|sealed|non-sealed|strictfp)\s+)*` +
        String.raw`(?:class|@?interface|enum|record)\s+(\w+)`,
        String
          .raw`^\s+(?:(?:public|private|protected|static|final|abstract|synchronized|native|default)\s+)+` +
        String.raw`(?:<[^>]*>\s*)?(?:[\w.<>\[\], ?]+\s+)?(\w+)\s*\([^;]*$`,
      ].join("|"),
    ),
    except: NO_METHOD,
    leading: C_LIKE,
  },
};

/** Longer lines hold data, and would make the patterns slow. */
const LONGEST = 400;

/** The patterns for a file, by its extension; undefined when its language is not known. */
export function definitionPatterns(path: string): DefinitionPatterns | undefined {
  return PATTERNS[languageOf(path) ?? ""];
}

/** The name that a line defines, if it defines one. */
export function definedName(line: string, patterns: DefinitionPatterns): string | undefined {
  if (line.length > LONGEST) return undefined;
  const match = patterns.definition.exec(line);
  const name = match?.slice(1).find((group) => group !== undefined);
  return name === undefined || patterns.except.test(name) ? undefined : name;
}
