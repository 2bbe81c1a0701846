import type { JailPlan } from "../../core/safety/jail.ts";
import { isBelow } from "../../core/workspace/resolve_path.ts";
import { ownFiles, SERVICE } from "../own_files.ts";
import type { Place } from "../shell.ts";
import type { ServiceInit } from "./types.ts";

/** What a service is that decides about its rights. */
export type ServiceNeeds = Pick<ServiceInit, "role" | "kafka" | "status">;

/** Roles that ask a model when one is configured. */
const ASKS: ReadonlySet<string> = new Set(["up", "worker"]);

/**
 * What the process of a service may touch: it reads the workspace and its logs, writes our own state
 * in it, listens where it was told to, and talks to the brokers and the model, nothing else.
 *
 * @param needs where it listens and which brokers it talks to.
 */
export async function servicePlan(
  { workspace: { root, logs }, ours, model }: Pick<Place, "workspace" | "ours" | "model">,
  { role, kafka, status }: ServiceNeeds,
): Promise<JailPlan> {
  const own = await ownFiles(false, SERVICE);
  return {
    ...own,
    root,
    ownFiles: kafka === undefined ? own.ownFiles : [
      ...own.ownFiles,
      ...(await import("../../streaming/kafka/kafka_client_files.ts")).kafkaClientFiles(),
    ],
    logs: isBelow(root, logs) ? undefined : logs,
    hosts: model !== undefined && ASKS.has(role) ? [model.host] : [],
    // A broker is told by its address, and may send on to other ports of the same host.
    brokers: [...new Set((kafka?.bootstrap ?? []).map(hostOf))],
    listen: status && `${shown(status.host)}:${status.port}`,
    keep: ours,
    writes: "state",
  };
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}

function shown(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
