import { UserError } from "../core/errors.ts";
import type { Registry } from "../core/registry.ts";
import { PROGRAM } from "./flags/program.ts";
import { shownName } from "./flags/shown_name.ts";
import { isOwnCommand, OWN_COMMANDS } from "./own_commands.ts";
import { gitWords } from "./repl/git_words.ts";
import { quoteWord } from "./repl/split_line.ts";
import { slipOf } from "./repl/slip_of.ts";

/**
 * Makes a command of a command line whose first word is none: git's own words become our tools, and
 * what reads as plain language becomes `run`.
 *
 * @param words the command line without the flags that every command has.
 * @returns words that begin with a command, or with a flag.
 * @throws {UserError} `usage` for what is most likely a mistyped command.
 */
export function readWords(words: readonly string[], registry: Registry): readonly string[] {
  const [first = "", ...rest] = words;
  // As other agents have it.
  if (first === "-p" || first === "--print") return ["run", ...rest];
  if (/^(-c|--(continue|resume|fork)(=|$))/.test(first)) return ["start", ...words];
  if (first.startsWith("-") || isOwnCommand(first) || registry.find(first)) return words;
  const git = first === "git" ? gitWords(words, registry) : undefined;
  if (git !== undefined) return git;
  const names = [
    ...OWN_COMMANDS.filter((name) => !name.startsWith("_")),
    ...registry.entries.flatMap(({ name, aliases }) => [name, ...aliases])
      .map(shownName),
  ];
  const slip = slipOf(words, names);
  if (slip === undefined) return ["run", "--", words.join(" ")];
  const meant = slip.near.length > 0 ? `did you mean ${slip.near.join(" or ")}? ` : "";
  const request = quoteWord(words.filter((word) => !word.startsWith("-")).join(" "), '"');
  throw new UserError("usage", `no command called ${JSON.stringify(slip.word)}`, {
    hint: `${
      meant === "" ? "for" : `${meant}For`
    } a request in plain language: ${PROGRAM} run ${request}`,
  });
}
