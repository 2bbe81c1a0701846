import { UserError } from "../errors.ts";
import type { PathGuard } from "./paths.ts";
import { joinWords, parseWords } from "./words.ts";

/** How a rule fits a command. */
export interface CommandMatch {
  /** The rule as the user wrote it. */
  readonly rule: string;
  /** Whether it names every word, so that it may stand for an interpreter too. */
  readonly exact: boolean;
}

/** Words of shells that are no programs. */
const BUILTINS = words(`
  . : alias bg bind builtin break case cd command compgen complete continue coproc declare dirs
  disown do done elif else enable esac eval exec exit export fc fg fi for function getopts
  hash history if in jobs let local logout mapfile popd pushd read readarray readonly return select
  set shift shopt source suspend then time times trap type typeset ulimit umask unalias unset until
  wait while`);

/** Programs that start what their arguments say: allowed only word by word, never remembered. */
const STARTERS = words(`
  env nice ionice timeout xargs nohup stdbuf setsid setarch chroot unshare nsenter flock taskset
  chrt watch parallel script expect unbuffer time strace ltrace gdb lldb busybox toybox doas sudo su
  run0 pkexec runuser sg ssh scp rsync docker podman kubectl nix-shell systemd-run at batch crontab
  sh bash dash zsh ksh mksh fish csh tcsh ash rbash pwsh powershell cmd osascript
  node nodejs deno bun tsx ts-node ruby irb lua luajit php tclsh wish guile racket
  scala groovy jshell java rscript r julia ocaml ghci runghc elixir iex erl swipl sbcl clisp
  awk gawk mawk nawk sed ed ex vi vim nvim view emacs emacsclient nano less more most man
  npx pnpx bunx uvx pipx dlx find fd rg tar zip rpm dpkg apt apt-get yum dnf brew
  socat nc ncat netcat telnet ftp sftp dig nslookup host ping curl wget`);

/** The same with a version: `python3.11`, `perl5`, `pypy3`. */
const VERSIONED = /^(?:python|pypy|perl|ipython|ruby|lua|php|node|pip|tclsh|guile)w?[\d.-]*$/;

/**
 * Whether a program starts whatever its arguments say (shells, interpreters, wrappers, and tools
 * with a flag that does so), so that allowing it once would allow everything.
 */
export function startsAnything(program: string): boolean {
  const name = program.toLowerCase().replace(/\.(?:exe|cmd|bat)$/, "");
  return STARTERS.has(name) || VERSIONED.test(name);
}

/**
 * Checks the first word of a command: a bare name, looked up in the PATH, and no word of a shell.
 *
 * @throws {UserError} `refused`, with the rule's id.
 */
export function checkProgram(program: string): string {
  const rule = program.includes("/") || program.includes("\\")
    ? "command.path"
    : BUILTINS.has(program)
    ? "command.builtin"
    : /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(program)
    ? undefined
    : "command.program";
  if (rule === undefined) return program;
  throw new UserError("refused", `${joinWords([program])} is no program name`, {
    rule,
    hint: rule === "command.builtin"
      ? "there is no shell, so its words do nothing"
      : "give a bare name that the PATH finds, as in: git status",
  });
}

/**
 * Finds the first rule that fits a command.
 *
 * Rules are compared word by word with the command. In rules that allow, `<path>` stands for one
 * operand that passes the guard; in rules that deny, a trailing `*` for any rest. A rule that does
 * not parse fits nothing when it allows; when it denies, it denies every command of its program.
 *
 * @param argv program and arguments.
 * @param rules as in a {@linkcode Policy}.
 * @param guard given for rules that allow; without it `<path>` is a word like others and `*` counts.
 */
export function matchCommand(
  argv: readonly string[],
  rules: readonly string[],
  guard?: PathGuard,
): CommandMatch | undefined {
  for (const rule of rules) {
    const pattern = ruleWords(rule) ?? (guard ? undefined : [rule.trim().split(/\s/)[0]!, "*"]);
    if (pattern === undefined || pattern.length === 0) continue;
    if (guard ? allows(pattern, argv, guard) : denies(pattern, argv)) {
      return { rule, exact: !pattern.includes("<path>") };
    }
  }
  return undefined;
}

/**
 * The words of a rule, or undefined when it is no plain command.
 */
export function ruleWords(rule: string): string[] | undefined {
  try {
    return parseWords(rule.replace(/(?<=^|\s)(<path>|\*)(?=\s|$)/g, "'$1'"));
  } catch {
    return undefined;
  }
}

function allows(pattern: readonly string[], argv: readonly string[], guard: PathGuard): boolean {
  if (pattern.length !== argv.length) return false;
  return pattern.every((word, i) =>
    word === "<path>" && i > 0 ? isOperand(argv[i]!, guard) : word === argv[i]
  );
}

function denies(pattern: readonly string[], argv: readonly string[]): boolean {
  const open = pattern.at(-1) === "*";
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? argv.length < fixed.length : argv.length !== fixed.length) return false;
  return fixed.every((word, i) => word === (i === 0 ? programName(argv[0]!) : argv[i]));
}

/** The name under which a program is known, however it is reached. */
function programName(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

/** Whether a word is a path that a program may be given: no option, and allowed by the guard. */
function isOperand(word: string, guard: PathGuard): boolean {
  if (word.startsWith("-")) return false;
  for (const access of ["read", "write"] as const) {
    try {
      guard.check(word, access);
      return true;
    } catch (error) {
      if (!(error instanceof UserError) || error.kind !== "failed") return false;
    }
  }
  return false;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
