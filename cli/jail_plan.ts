import type { CatalogEntry } from "../core/registry.ts";
import { isBelow } from "../core/workspace/resolve_path.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import { ownFiles } from "./own_files.ts";
import type { Place } from "./shell.ts";

/** What a session is started for. */
export type SessionNeeds = Pick<CatalogEntry, "parses" | "asksModel">;

/** A session that may be asked anything. */
export const ALL_NEEDS: SessionNeeds = { parses: true, asksModel: true };

/** A session that starts programs, or looks at what is stored. */
export const NO_NEEDS: SessionNeeds = { parses: false, asksModel: false };

/**
 * What a session in this workspace may touch, but for what it may write.
 *
 * @param needs whether it will parse source code, and ask the model.
 */
export async function jailPlan(
  { workspace: { root, logs }, ours, model }: Pick<Place, "workspace" | "ours" | "model">,
  { parses, asksModel }: SessionNeeds,
): Promise<Omit<JailPlan, "writes">> {
  const own = await ownFiles(parses);
  const checkout = own.config?.slice(0, own.config.lastIndexOf("/"));
  return {
    ...own,
    root,
    logs: isBelow(root, logs) ? undefined : logs,
    hosts: model === undefined || !asksModel ? [] : [model.host],
    // A session on a folder above our checkout must not change it, and one on the checkout itself not
    // the build in it, which nobody reads before it is run.
    keep: checkout === undefined ? ours : [...ours, checkout, `${checkout}/dist`],
  };
}
