import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { grammarFiles } from "../../skills/code/grammar_files.ts";
import type { Probe, ProbeResult } from "./doctor.ts";

/** Less free space than this makes writes likely to fail. Bytes. */
const LOW_DISK = 200 * 1024 ** 2;

/** Oldest Deno that the tests run on. */
const MIN_DENO = [2, 9] as const;

/** The runtime and its platform. */
export const denoProbe: Probe = {
  name: "runtime",
  essential: true,
  run() {
    const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
    const isNew = major > MIN_DENO[0] || (major === MIN_DENO[0] && minor >= MIN_DENO[1]);
    const detail = `Deno ${Deno.version.deno} on ${Deno.build.os} ${Deno.build.arch}`;
    return Promise.resolve<ProbeResult>(
      isNew
        ? ok(detail)
        : { status: "missing", detail, get: `get Deno ${MIN_DENO.join(".")} or newer` },
    );
  },
};

/** Whether the workspace can be read, and written by the commands that do. */
export function workspaceProbe(root: string): Probe {
  return {
    name: "workspace",
    essential: true,
    async run() {
      await Array.fromAsync(Deno.readDir(root));
      // Only a try tells; `access` of node:fs asks for a right that the launcher does not hold.
      const trial = await Deno.makeTempFile({ dir: root, prefix: ".dspy-doctor-" })
        .catch(() => undefined);
      if (trial !== undefined) {
        await Deno.remove(trial);
        return ok(root);
      }
      return {
        status: "warn",
        detail: `${root} cannot be written: looking works, edits do not`,
        get: "change its permissions, or work on a copy",
      };
    },
  };
}

/** Whether the store opens: the workspace's, or one in a temporary folder when it has none yet. */
export function storeProbe(root: string): Probe {
  return {
    name: "store",
    essential: true,
    async run() {
      const path = join(root, ".dspy", "store.db");
      const exists = await Deno.lstat(path).then(() => true, () => false);
      const scratch = exists ? undefined : await Deno.makeTempDir();
      const warnings: string[] = [];
      try {
        const store = await openSqliteStore(scratch ? join(scratch, "store.db") : path, {
          onWarning: (text) => void warnings.push(text),
        });
        await store.get("doctor");
        await store.close();
        if (warnings.length > 0) return { status: "warn", detail: warnings.join("; ") };
        return ok(
          exists ? ".dspy/store.db opens" : "SQLite works; .dspy/store.db is made at first use",
        );
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // Without it the session keeps its memory to itself and goes on.
        return { status: "warn", detail: error.message, ...error.hint ? { get: error.hint } : {} };
      } finally {
        if (scratch) await Deno.remove(scratch, { recursive: true });
      }
    },
  };
}

/** Free space where the workspace is. */
export function diskProbe(root: string): Probe {
  return {
    name: "disk",
    async run() {
      const free = await freeBytes(root);
      if (free === undefined) return { status: "warn", detail: "df does not tell the free space" };
      const detail = `${(free / 1e9).toFixed(1)} GB free`;
      return free > LOW_DISK ? ok(detail) : { status: "warn", detail, get: "make room" };
    },
  };
}

/** The fourth column of `df -P`: `statfs` of node:fs would take a right of its own. */
async function freeBytes(root: string): Promise<number | undefined> {
  const df = new Deno.Command("df", { args: ["-Pk", root], stderr: "null" });
  const output = await df.output().catch(() => undefined);
  if (!output?.success) return undefined;
  const last = new TextDecoder().decode(output.stdout).trimEnd().split("\n").at(-1)!;
  const free = Number(/\s(\d+)\s+\d+%/.exec(last)?.[1] ?? NaN);
  return Number.isNaN(free) ? undefined : free * 1024;
}

/** The grammars that `extract --symbol`, `codectx` and `learn` parse with. */
export const grammarsProbe: Probe = {
  name: "grammars",
  async run() {
    const files = grammarFiles();
    const found = await Promise.all(
      files.map((file) => Deno.open(file).then((opened) => (opened.close(), true), () => false)),
    );
    const absent = files.filter((_, i) => !found[i]).length;
    if (files.length > 0 && absent === 0) return ok(`${files.length} files in Deno's cache`);
    return {
      status: "missing",
      detail: files.length === 0 ? "not in the module graph" : `${absent} of ${files.length} files`,
      get: "start once with the network, so that Deno downloads them",
    };
  },
};

/**
 * What the terminal can show.
 *
 * @param env the launcher's environment.
 */
export function terminalProbe(env: Readonly<Record<string, string | undefined>>): Probe {
  return {
    name: "terminal",
    run() {
      if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
        return Promise.resolve<ProbeResult>({
          status: "warn",
          detail: "not a terminal: no colour, no questions, so what would ask is refused",
          get: "run it in a terminal, or give --yes or --approval auto",
        });
      }
      const { columns, rows } = Deno.consoleSize();
      const colour = env.NO_COLOR
        ? "no colour (NO_COLOR)"
        : env.TERM === "dumb"
        ? "no colour"
        : "colour";
      return Promise.resolve(ok(`${env.TERM ?? "unknown"}, ${columns} x ${rows}, ${colour}`));
    },
  };
}

function ok(detail: string): ProbeResult {
  return { status: "ok", detail };
}
