import { join } from "node:path";

/** What the bundler knows of modules. */
interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Moments at which modules are loaded, earlier ones first, each with the modules it asks for. */
const MOMENTS: readonly Readonly<Record<string, readonly string[]>>[] = [
  {
    main: ["cli/main.ts"],
    session: ["cli/session_main.ts"],
    service: ["cli/service/service_main.ts"],
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
    mind: [
      "core/agent/ask.ts",
      "core/agent/model/ask_model.ts",
      "core/lm/open_model.ts",
      "core/store/open_store.ts",
    ],
  },
];

/** Each is run as a process of its own. */
export const PROGRAMS: readonly string[] = Object.values(MOMENTS[0]!).flat();

/**
 * Names the file of a module after the moments that need it, so that each moment loads few files and
 * nothing that it does not need; undefined for what is loaded now and then.
 */
export function nameByMoment(
  root: string,
): (id: string, graph: ModuleGraph) => string | undefined {
  let needs: Map<string, Set<string>>[] | undefined;
  return (id, graph) => {
    // A program's own module stays in its own file: it looks whether it is the main one.
    if (PROGRAMS.some((path) => id === join(root, path))) return undefined;
    needs ??= MOMENTS.map((moments) =>
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
