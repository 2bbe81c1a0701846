import { buildCommand, buildRouteMap, type RouteMap } from "@stricli/core";
import { lazy } from "../../../core/lazy.ts";
import type { CliContext } from "../../app.ts";
import { word } from "../../flags/word.ts";

const loadExplain = lazy<typeof import("./explain.ts")>("./explain.ts", import.meta.url);
const loadAudit = lazy<typeof import("./audit.ts")>("./audit.ts", import.meta.url);
const loadShrink = lazy<typeof import("./shrink.ts")>("./shrink.ts", import.meta.url);
const loadTrust = lazy<typeof import("./trust.ts")>("./trust.ts", import.meta.url);

const LAST = {
  kind: "parsed",
  parse: (text: string) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new TypeError("a whole number is expected");
  },
  optional: true,
  placeholder: "n",
} as const;

/** `permissions`: what a session may do, and what was done. */
export const permissions: RouteMap<CliContext> = buildRouteMap<
  "explain" | "audit" | "shrink" | "trust",
  CliContext
>({
  docs: { brief: "Show the exact permissions and the receipts, make them fewer, trust a policy" },
  defaultCommand: "explain",
  routes: {
    explain: buildCommand<Record<never, never>, [string?], CliContext>({
      docs: { brief: "The exact command line of the session's process, each flag with its reason" },
      parameters: { positional: word("command", "the command to explain; default a session") },
      loader: async () => (await loadExplain()).explain,
    }),
    audit: buildCommand<{ verify?: boolean; last?: number }, [string?], CliContext>({
      docs: { brief: "The receipts of this workspace: each decision and each program" },
      parameters: {
        positional: word("session", "only this session"),
        flags: {
          verify: { kind: "boolean", optional: true, brief: "check the chain of hashes" },
          last: { ...LAST, brief: "how many, newest last (default 50)" },
        },
      },
      loader: async () => (await loadAudit()).audit,
    }),
    shrink: buildCommand<{ last?: number }, [], CliContext>({
      docs: { brief: "The smallest policy that would have sufficed, by the receipts" },
      parameters: { flags: { last: { ...LAST, brief: "only so many, the newest (default all)" } } },
      loader: async () => (await loadShrink()).shrink,
    }),
    trust: buildCommand<Record<never, never>, [], CliContext>({
      docs: { brief: "Let this very text of the workspace's policy allow commands" },
      parameters: {},
      loader: async () => (await loadTrust()).trustPolicy,
    }),
  },
});
