import { childEnv } from "../../core/safety/child_env.ts";
import { findProgram } from "../../core/safety/find_program.ts";
import { UserError } from "../../core/errors.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { findProjects, type Project } from "../../skills/checks/find_projects.ts";
import type { Files } from "../../core/workspace/files.ts";
import type { Probe, ProbeResult } from "./doctor.ts";

/** Where programs are looked up. */
export interface ProgramSite {
  /** Real path of the workspace: nothing in it is ever started. */
  readonly root: string;
  /** The launcher's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A program with what it is for. */
interface Wanted {
  readonly program: string;
  /** Arguments that make it print its version quickly; none: only its place is shown. */
  readonly version?: readonly string[];
  /** What does not work without it. */
  readonly without: string;
  /** Nothing of ours needs it. */
  readonly optional?: boolean;
  readonly get?: string;
}

const GENERAL: readonly Wanted[] = [
  { program: "git", version: ["--version"], without: "the git_ commands do not work" },
  { program: "rg", version: ["--version"], without: "nothing needs it", optional: true },
  {
    program: "ast-grep",
    version: ["--version"],
    without: "sg does not work, all else does",
    get: "npm i -g @ast-grep/cli",
  },
];

const TOOLCHAINS: Readonly<Record<string, readonly Omit<Wanted, "without">[]>> = {
  deno: [{ program: "deno", version: ["--version"] }],
  node: [
    { program: "node", version: ["--version"] },
    { program: "npm", get: "it comes with Node.js" },
  ],
  cargo: [{ program: "cargo", version: ["--version"] }],
  go: [{ program: "go", version: ["version"] }],
  python: [{ program: "python3", version: ["--version"] }],
  maven: [{ program: "mvn" }],
  make: [{ program: "make", version: ["--version"] }],
};

/** Probes for the programs that our own tools start. */
export function programProbes(site: ProgramSite): Probe[] {
  return GENERAL.map((wanted) => programProbe(wanted, site));
}

/**
 * Probes for the toolchains of a workspace, as its files show them.
 *
 * @param files of the workspace.
 */
export async function toolchainProbes(files: Files, site: ProgramSite): Promise<Probe[]> {
  const projects = await findProjects(files);
  const families = Map.groupBy(projects, (project) => project.family);
  return [...families].flatMap(([family, found]) =>
    (TOOLCHAINS[family] ?? []).map((wanted) => {
      const without = `run_tests, lint and build cannot check ${places(found)}`;
      return programProbe({ ...wanted, without }, site);
    })
  );
}

function places(projects: readonly Project[]): string {
  const markers = projects.map(({ dir, marker }) => dir === "." ? marker : `${dir}/${marker}`);
  return markers.slice(0, 3).join(", ") + (markers.length > 3 ? ", ..." : "");
}

function programProbe(wanted: Wanted, { root, env }: ProgramSite): Probe {
  return {
    name: wanted.program,
    async run(signal): Promise<ProbeResult> {
      let path: string;
      try {
        path = await findProgram(wanted.program, env.PATH ?? "", root);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        if (wanted.optional) return { status: "ok", detail: `not found; ${wanted.without}` };
        const get = wanted.get ?? error.hint;
        const detail = `not found: ${wanted.without}`;
        return { status: "missing", detail, ...get === undefined ? {} : { get } };
      }
      const version = await versionOf(path, wanted.version, { root, env, signal });
      if (version !== undefined) return { status: "ok", detail: `${version} (${path})` };
      return { status: "warn", detail: `${path} does not run: ${wanted.without}` };
    },
  };
}

/** The first line a program prints of itself; undefined when it fails. */
async function versionOf(
  path: string,
  args: readonly string[] | undefined,
  { root, env, signal }: ProgramSite & { readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (args === undefined) return "found";
  const scratch = await Deno.makeTempDir();
  try {
    const { success, stdout } = await new Deno.Command(path, {
      args: [...args],
      // Not the workspace: a toolchain file there could choose what runs.
      cwd: scratch,
      env: childEnv({ env, scratch, root }),
      clearEnv: true,
      stdin: "null",
      stderr: "null",
      signal,
    }).output();
    if (!success) return undefined;
    return sanitize(new TextDecoder().decode(stdout)).split("\n")[0]!.trim().slice(0, 80);
  } catch {
    return undefined;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}
