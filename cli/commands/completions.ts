import { CONFIG_OPTIONS, type ConfigOption } from "../../core/config_options.ts";
import type { Registry } from "../../core/registry.ts";
import { PROGRAM } from "../flags/program.ts";
import { splitGlobals } from "../globals.ts";
import { candidatesFor } from "../repl/candidates_for.ts";
import type { Builtin } from "../repl/complete.ts";

/** The shells there are completions for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell there are completions for. */
export type CompletionShell = typeof SHELLS[number];

/** What {@linkcode complete} knows of the command line. */
export interface CompleteSources {
  readonly registry: Registry;
  /** Commands that are no tools. */
  readonly commands: readonly Builtin[];
}

/**
 * The words that may stand in the place of the last one; none where a path or free text is wanted,
 * which the shell then completes by itself.
 *
 * @param words words behind the program's name; the last is the half-typed one, or empty.
 */
export function complete(
  words: readonly string[],
  { registry, commands }: CompleteSources,
): readonly string[] {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const awaiting = before.includes("--") ? undefined : globalFlag(before.at(-1));
  if (awaiting !== undefined && awaiting.type !== "boolean") {
    return (awaiting.choices ?? []).filter((choice) => choice.startsWith(current));
  }
  const { rest } = splitGlobals(before, () => false);
  const globalFlags = CONFIG_OPTIONS.map((option) => `--${option.flag}`);
  return candidatesFor(rest, current, { registry, builtins: commands, globalFlags }).values;
}

/**
 * The lines that make a shell complete our command lines, to be put into its start-up file.
 *
 * @param shell the shell.
 */
export function completionScript(shell: CompletionShell): string {
  return SCRIPTS[shell].replaceAll("PROGRAM", PROGRAM);
}

function globalFlag(word: string | undefined): ConfigOption | undefined {
  const name = word?.replaceAll("_", "-");
  return CONFIG_OPTIONS.find((option) => name === `--${option.flag}`);
}

const SCRIPTS: Readonly<Record<CompletionShell, string>> = {
  // Bash parts words at "=" and ":"; what belongs together is put together again.
  bash: `# eval "$(PROGRAM completions bash)"
_dspy_code() {
  local IFS=$'\\n' word joined="" n=0 last=""
  local -a words=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if (( n > 0 )) && { [[ $word == "=" || $word == ":" ]] || [[ $last == "=" || $last == ":" ]]; }
    then words[n-1]+=$word
    else words[n]=$word; n=$((n + 1))
    fi
    last=$word
  done
  COMPREPLY=($(PROGRAM __complete -- "\${words[@]}" 2>/dev/null))
  joined="\${words[n-1]}"
  if [[ $joined != "$word" ]]; then
    joined="\${joined%"$word"}"
    [[ $word == "=" || $word == ":" ]] && joined+=$word
    COMPREPLY=("\${COMPREPLY[@]#"$joined"}")
  fi
}
complete -o default -F _dspy_code PROGRAM dspy-agent dspy-coder dspy_coder`,
  zsh: `# eval "$(PROGRAM completions zsh)"
_dspy_code() {
  local -a found
  found=("\${(@f)$(PROGRAM __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found:#}")
  if (( \${#found} )); then compadd -- "\${found[@]}"; else _files; fi
}
compdef _dspy_code PROGRAM dspy-agent dspy-coder dspy_coder`,
  fish: `# PROGRAM completions fish | source
function __dspy_code_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l found (PROGRAM __complete -- $words (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
for name in PROGRAM dspy-agent dspy-coder dspy_coder
    complete -c $name -f -a '(__dspy_code_complete)'
end`,
};
