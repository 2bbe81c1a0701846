/** What to do about an error, by what it says. */
export interface StepRule {
  readonly says: RegExp;
  /** The step; `safe` parts of the match are as they stand in the log. */
  step(match: RegExpExecArray): string;
}

/** A name, path or address that may stand in a command as it is: a log is not ours. */
const SAFE = /^[\w@][\w@./:+-]{0,200}$|^[./][\w@./+-]{0,200}$/;

/** A command with a value of the log, or what to say when the value fits no command. */
function command(before: string, value: string | undefined, otherwise: string): string {
  return value !== undefined && SAFE.test(value) ? `\`${before} ${value}\`` : otherwise;
}

function address(match: RegExpExecArray): string {
  const [, host = "", port = ""] = match;
  return SAFE.test(host) && port !== ""
    ? `nothing answers at ${host}:${port}: start that service or correct the address; ` +
      `\`nc -vz ${host} ${port}\` shows whether it listens`
    : "nothing answers at the address it calls: start that service or correct the address";
}

/** In the order in which they are tried: the first that matches a message counts. */
export const STEP_RULES: readonly StepRule[] = [
  {
    says: /No module named '?([\w.]+)'?/,
    step: ([, name]) =>
      `Install the Python module or correct its import: ${
        command("pip install", name?.split(".")[0], "see requirements.txt")
      }`,
  },
  {
    says: /Cannot find (?:module|package) '((?:@[\w.-]+\/)?\w[\w.-]*)/,
    step: ([, name]) =>
      `Install the package or correct its import: ${
        command("npm install", name, "see package.json")
      }`,
  },
  {
    says: /Cannot find module '([./][^']*)'/,
    step: ([, path]) =>
      `Correct the import of ${path}, or build it: ${command("ls", path, "the file is not there")}`,
  },
  {
    says: /EADDRINUSE\D*?(?:[\w.:[\]*]*:)?(\d{2,5})\b|[Aa]ddress already in use\D*?(\d{2,5})?\b/,
    step: ([, a, b]) =>
      `Another process holds the port${
        (a ?? b) === undefined
          ? ": find it with `ss -ltnp`"
          : ` ${a ?? b}: find it with \`ss -ltnp 'sport = :${a ?? b}'\``
      }, end it or use another port`,
  },
  {
    says: /ECONNREFUSED\s+\[?([\w.-]+|[0-9a-f:]+)\]?:(\d{2,5})/,
    step: (match) => `Check the connection: ${address(match)}`,
  },
  {
    says:
      /(?:connect(?:ion)?|dial tcp)[^\n]{0,80}?\b([\w-]+(?:\.[\w-]+)*):(\d{2,5})\b[^\n]{0,80}refused/i,
    step: (match) => `Check the connection: ${address(match)}`,
  },
  {
    says: /connection refused/i,
    step: () =>
      "Check the connection: the service it calls does not listen; `ss -ltn` shows what does",
  },
  {
    says:
      /(?:ENOTFOUND|EAI_AGAIN|getaddrinfo\s+\w*|could not resolve host:?|no such host|lookup)\s+"?([\w-]+(?:\.[\w-]+)*)/i,
    step: ([, host]) =>
      `Correct the host name or its DNS entry: ${
        command("getent hosts", host, "the name does not resolve")
      }`,
  },
  {
    says: /Name or service not known|Temporary failure in name resolution/,
    step: () => "Correct the host name in the settings: it does not resolve",
  },
  {
    says: /ENOSPC|No space left on device/,
    step: () => "Make room on the disk: `df -h` shows which is full",
  },
  {
    says: /EMFILE|ENFILE|[Tt]oo many open files/,
    step: () =>
      "Raise the limit of open files or close them: `ulimit -n` shows it, `lsof -p PID` who holds them",
  },
  {
    says:
      /heap out of memory|OutOfMemoryError|MemoryError|OOMKilled|[Oo]ut of memory|[Cc]annot allocate memory/,
    step: () =>
      "Find what holds the memory, or give the process more: `free -m` and its limit tell how much there is",
  },
  {
    says:
      /no such table:? "?([\w.]+)|relation "([\w.]+)" does not exist|Table '([\w.]+)' doesn't exist/i,
    step: ([, a, b, c]) =>
      `Run the database migrations: the table ${a ?? b ?? c} is missing in the database it uses`,
  },
  {
    says: /(?:no such column:? |column ")"?([\w.]+)|Unknown column '([\w.]+)'/i,
    step: ([, a, b]) =>
      `Compare the schema with the query: the column ${a ?? b} is missing; are the migrations run?`,
  },
  {
    says:
      /(?:authentication failed|access denied) for (?:user|role) "?'?([\w.-]+)|invalid (?:password|credentials)|\b401 Unauthorized\b/i,
    step: ([, user]) =>
      `Check the credentials${
        user === undefined ? "" : ` of ${user}`
      } in the settings it was started with`,
  },
  {
    says: /(?:EACCES|EPERM|[Pp]ermission denied)[^'"\n]{0,60}(?:'|")?((?:\/|\.)[\w./@+-]+)?/,
    step: ([, path]) =>
      `Check owner and mode of ${path ?? "the file"}: ${
        command("ls -ld", path, "its user may not open it")
      }`,
  },
  {
    says:
      /(?:ENOENT|FileNotFoundError|[Nn]o such file or directory)[^'"\n]{0,60}(?:'|")?((?:\/|\.)?[\w@+-][\w./@+-]*\/?[\w./@+-]*)?/,
    step: ([, path]) =>
      path !== undefined && /[./]/.test(path)
        ? `Create ${path} or correct the path: ${
          command(
            "ls -l",
            path.includes("/") ? path.replace(/[^/]*$/, "") : undefined,
            "it is not there",
          )
        }`
        : "Create the file it looks for, or correct the path",
  },
  {
    says:
      /certificate has expired|CERT_HAS_EXPIRED|certificate verify failed|self[- ]signed certificate/i,
    step: () =>
      "Renew the certificate or trust its issuer: `openssl s_client -connect HOST:443` shows the chain",
  },
  {
    says: /SyntaxError|IndentationError|Unexpected token/,
    step: () => "Correct the syntax at the place above; the program did not load",
  },
  {
    says: /deadlock detected|database is locked|lock wait timeout/i,
    step: () => "Shorten the transactions: two of them wait for each other's locks",
  },
  {
    says: /\btime(?:d[ -]?|-)?out\b|\bdeadline exceeded\b|ETIMEDOUT/i,
    step: () =>
      "Find out what it waits for: measure that call by itself, then raise the limit or make it faster",
  },
  {
    says:
      /environment variable "?'?([A-Z][A-Z0-9_]+)|([A-Z][A-Z0-9_]{3,}) (?:is )?not set|KeyError: '([A-Z][A-Z0-9_]{3,})'/,
    step: ([, a, b, c]) => `Set ${a ?? b ?? c} in the environment it is started with`,
  },
];
