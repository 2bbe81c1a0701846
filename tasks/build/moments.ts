import { join } from "node:path";

/** What the bundler knows of modules. */
interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Programs that share their files. */
export interface Part {
  /** Of the build. */
  readonly folder: string;
  /** Moments at which modules are loaded, earlier ones first, with those that are asked for. */
  readonly moments: readonly [
    /** Starts: each is run as a process of its own. */
    Readonly<Record<string, readonly string[]>>,
    ...Readonly<Record<string, readonly string[]>>[],
  ];
}

/**
 * The launcher and the jail, which it starts, share no file: they run with other flags, and each would take what the
 * other left in Deno's cache for stale.
 */
export const PARTS: readonly Part[] = [
  {
    folder: "jail",
    moments: [
      { session: ["cli/session_main.ts"], service: ["cli/service/service_main.ts"] },
      {
        mind: [
          "core/agent/ask.ts",
          "core/agent/model/ask_model.ts",
          "core/lm/open_model.ts",
          "core/store/open_store.ts",
        ],
      },
    ],
  },
  {
    folder: ".",
    moments: [
      {
        main: ["cli/main.ts"],
        bridge: ["cli/mcp/http_bridge.ts"],
        verifier: ["cli/rl/verifier_host.ts"],
      },
      // Before the session is started: it waits for nothing else.
      { ahead: ["cli/mind_ahead.ts"] },
      {
        shell: [
          "cli/open_shell.ts",
          "cli/run_command_line.ts",
          "cli/ui/render.ts",
          "cli/write_receipt.ts",
        ],
      },
    ],
  },
];

/** What is run of a part. */
export function programsOf({ moments: [starts] }: Part): string[] {
  return Object.values(starts).flat();
}

/**
 * Names the file of a module after the moments that need it, so that each moment loads few files and
 * nothing that it does not need; undefined for what is loaded now and then.
 */
export function nameByMoment(
  root: string,
  part: Part,
): (id: string, graph: ModuleGraph) => string | undefined {
  const programs = programsOf(part).map((path) => join(root, path));
  let needs: Map<string, Set<string>>[] | undefined;
  return (id, graph) => {
    // A program's own module stays in its own file: it looks whether it is the main one.
    if (programs.includes(id)) return undefined;
    needs ??= part.moments.map((moments) =>
      new Map(Object.entries(moments).map(([name, paths]) => [name, closure(root, paths, graph)]))
    );
    for (const moments of needs) {
      const names = [...moments].filter(([, ids]) => ids.has(id)).map(([name]) => name);
      if (names.length > 0) return names.join("-");
    }
    return undefined;
  };
}

/** Modules with all that they import before they run. */
function closure(root: string, paths: readonly string[], graph: ModuleGraph): Set<string> {
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    graph.getModuleInfo(id)?.importedIds.forEach(visit);
  };
  for (const path of paths) visit(join(root, path));
  return seen;
}
