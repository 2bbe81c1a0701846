/** The three repositories that the requests are about: from the registries, with a git history. */
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "../../../skills/git/_git_testing.ts";

/** Names of the repositories. */
export const REPOSITORIES = ["click", "express", "fsnotify"] as const;

/** One of {@linkcode REPOSITORIES}. */
export type RepositoryName = typeof REPOSITORIES[number];

/** The two who made the commits. */
export const AUTHORS = ["Mia Lindqvist", "Tomas Reyes"] as const;

interface Commit {
  readonly date: string;
  readonly author: typeof AUTHORS[number];
  readonly message: string;
  /** What is added: paths, `.` for all that is left. */
  readonly paths: readonly string[];
  /** Text that is put at the end of files first. */
  readonly append?: Readonly<Record<string, string>>;
}

interface Source {
  readonly version: string;
  /** Fetches that version with the registry's own client and unpacks it. */
  fetch(version: string, into: string, scratch: string): Promise<void>;
  readonly commits: readonly Commit[];
  /** The one change that is not committed: text at the end of a file. */
  readonly change: readonly [path: string, text: string];
  readonly log: readonly [path: string, text: string];
  /** Hash of the last commit: it stands for every byte of the files and of the history. */
  readonly head: string;
}

const [MIA, TOMAS] = AUTHORS;

const SOURCES: Readonly<Record<RepositoryName, Source>> = {
  click: {
    version: "8.5.1",
    async fetch(version, into, scratch) {
      const args = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"];
      await run("python3", [...args, "--dest", scratch, `click==${version}`], scratch);
      await untar(join(scratch, `click-${version}.tar.gz`), into);
    },
    commits: [
      {
        date: "2024-03-04T09:12:00Z",
        author: MIA,
        message: "Take over click",
        paths: ["src", "pyproject.toml", "README.md", "LICENSE.txt", "PKG-INFO"],
      },
      { date: "2024-03-05T14:40:00Z", author: TOMAS, message: "Add the tests", paths: ["tests"] },
      {
        date: "2024-03-11T10:05:00Z",
        author: MIA,
        message: "Add the documentation and the list of changes",
        paths: ["."],
      },
      {
        date: "2024-04-02T16:31:00Z",
        author: TOMAS,
        message: "Termui: note what pause waits for",
        paths: ["."],
        append: { "src/click/termui.py": "\n# pause() waits for one key, whatever it is.\n" },
      },
      {
        date: "2024-04-09T08:55:00Z",
        author: MIA,
        message: "README: how the tests are run",
        paths: ["."],
        append: { "README.md": "\n## Tests\n\n`pytest` runs them.\n" },
      },
    ],
    change: ["src/click/utils.py", "\n# echo() is what all other output goes through.\n"],
    log: [
      "logs/cli.log",
      `2024-04-10 07:58:02 INFO starting repo-tool 0.4
2024-04-10 07:58:03 WARNING no configuration found, using defaults
2024-04-10 07:58:09 ERROR command "sync" failed
Traceback (most recent call last):
  File "src/click/core.py", line 1514, in main
    rv = self.invoke(ctx)
  File "src/click/types.py", line 212, in convert
    return int(value)
ValueError: invalid literal for int() with base 10: 'ten'
2024-04-10 07:58:09 INFO exit code 1
`,
    ],
    head: "67cf5f57a922d4607991ff48cd96f29bc0c89cc5",
  },
  express: {
    version: "5.3.0",
    async fetch(version, into, scratch) {
      await run("npm", ["pack", "--silent", `express@${version}`], scratch);
      await untar(join(scratch, `express-${version}.tgz`), into);
    },
    commits: [
      {
        date: "2024-03-04T09:30:00Z",
        author: TOMAS,
        message: "Take over express",
        paths: ["package.json", "LICENSE", "Readme.md", "index.js"],
      },
      { date: "2024-03-06T11:02:00Z", author: TOMAS, message: "Add lib", paths: ["."] },
      {
        date: "2024-03-20T13:47:00Z",
        author: MIA,
        message: "Response: note who sets the charset",
        paths: ["."],
        append: { "lib/response.js": "\n// The charset is set by res.send().\n" },
      },
      {
        date: "2024-04-08T17:20:00Z",
        author: TOMAS,
        message: "Readme: where the log is",
        paths: ["."],
        append: { "Readme.md": "\nThe example server writes to `logs/server.log`.\n" },
      },
    ],
    change: ["lib/view.js", "\n// The root is the folder of the views.\n"],
    log: [
      "logs/server.log",
      `2024-04-10T06:00:00.120Z info listening on port 3000
2024-04-10T06:12:41.006Z warn GET /orders took 2104 ms
2024-04-10T06:13:02.871Z error unhandled exception, shutting down
Error: Failed to lookup view "invoice" in views directory "/srv/app/views"
    at Function.render (lib/application.js:557:17)
    at ServerResponse.render (lib/response.js:920:7)
    at handle (lib/application.js:177:3)
`,
    ],
    head: "c698feabdc7010a32488eedd7ae87c6a22769f52",
  },
  fsnotify: {
    version: "v1.10.1",
    async fetch(version, into, scratch) {
      const args = ["mod", "download", "-json", `github.com/fsnotify/fsnotify@${version}`];
      const { Dir } = JSON.parse(await run("go", args, scratch)) as { Dir: string };
      await cp(Dir, into, { recursive: true });
      // What Go keeps is read-only.
      await run("chmod", ["-R", "u+w", into], scratch);
    },
    commits: [
      {
        date: "2024-03-04T10:15:00Z",
        author: MIA,
        message: "Take over fsnotify",
        paths: ["fsnotify.go", "shared.go", "go.mod", "go.sum", "README.md", "LICENSE"],
      },
      {
        date: "2024-03-07T15:26:00Z",
        author: MIA,
        message: "Add the backends",
        paths: [
          "backend_fen.go",
          "backend_inotify.go",
          "backend_kqueue.go",
          "backend_other.go",
          "backend_windows.go",
          "system_bsd.go",
          "system_darwin.go",
          "internal",
        ],
      },
      {
        date: "2024-03-12T09:41:00Z",
        author: TOMAS,
        message: "Add the example command, the tests and the rest",
        paths: ["."],
      },
      {
        date: "2024-04-03T12:08:00Z",
        author: TOMAS,
        message: "Inotify: note who reads the events",
        paths: ["."],
        append: { "backend_inotify.go": "\n// Events are read in one goroutine, readEvents.\n" },
      },
    ],
    change: ["shared.go", "\n// The lock guards done alone.\n"],
    log: [
      "logs/watcher.log",
      `2024/04/10 02:11:07 watching /var/data
2024/04/10 02:14:55 warning: event queue is nearly full
2024/04/10 02:15:31 error: fsnotify: too many open files
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation]

goroutine 18 [running]:
github.com/fsnotify/fsnotify.(*inotify).readEvents(0x0)
	backend_inotify.go:371 +0x1f
exit status 2
`,
    ],
    head: "c622118be4a492d24239c435a3601cfdc69de93f",
  },
};

/**
 * Opens a repository: downloads it at first use, and keeps it in the temporary folder from then on.
 *
 * @returns its root: for reading only.
 * @throws {Error} when a client is missing or fails, or what came is not what was expected.
 */
export async function openRepository(name: RepositoryName): Promise<string> {
  const { version, fetch, commits, change, log, head } = SOURCES[name];
  const root = join(tmpdir(), `dspy-code-bench-rl-${name}-${version}-${head.slice(0, 8)}`);
  if (await Deno.stat(root).catch(() => undefined)) return root;
  const scratch = await mkdtemp(join(tmpdir(), "dspy-code-bench-rl-"));
  try {
    const made = join(scratch, "root");
    await Deno.mkdir(made);
    await fetch(version, made, scratch);
    await git(made, "init", "-q", "-b", "main");
    // Neither modes nor line ends of this machine.
    await git(made, "config", "core.fileMode", "false");
    await git(made, "config", "core.autocrlf", "false");
    await Deno.writeTextFile(join(made, ".git", "info", "exclude"), "logs/\n");
    for (const commit of commits) await make(made, commit);
    const found = (await git(made, "rev-parse", "HEAD")).trim();
    if (found !== head) {
      throw new Error(
        `${name} ${version}: its history ends in ${found}, expected ${head}; what the registry ` +
          "gave is not what the requests were written for",
      );
    }
    await append(made, ...change);
    await Deno.mkdir(join(made, "logs"));
    await Deno.writeTextFile(join(made, ...log[0].split("/")), log[1]);
    // All at once: who comes at the same time finds all or nothing.
    await rename(made, root).catch(async (error) => {
      if (!await Deno.stat(root).catch(() => undefined)) throw error;
    });
    return root;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function make(root: string, { date, author, message, paths, append: more }: Commit) {
  for (const [path, text] of Object.entries(more ?? {})) await append(root, path, text);
  await git(root, "add", "--force", "--", ...paths);
  const [name, email] = [author, `${author.split(" ")[0]!.toLowerCase()}@example.org`];
  await git(
    root,
    `GIT_AUTHOR_NAME=${name}`,
    `GIT_AUTHOR_EMAIL=${email}`,
    `GIT_AUTHOR_DATE=${date}`,
    `GIT_COMMITTER_NAME=${name}`,
    `GIT_COMMITTER_EMAIL=${email}`,
    `GIT_COMMITTER_DATE=${date}`,
    "commit",
    "-qm",
    message,
  );
}

async function append(root: string, path: string, text: string): Promise<void> {
  await Deno.writeTextFile(join(root, path), text, { append: true, create: false });
}

async function untar(file: string, into: string): Promise<void> {
  await run("tar", ["-xzf", file, "--strip-components=1", "-C", into], into);
}

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout);
}
