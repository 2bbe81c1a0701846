/**
 * Contracts and engine: tools, events, the bus, the registry, errors, settings. What acts on the
 * world has rooms of its own: `core/safety`, `core/store`, `core/workspace`, `core/agent`.
 *
 * @example A tool of your own, run by hand
 * ```ts
 * import { defineTool } from "@dspy/code/core";
 * import { z } from "zod";
 *
 * const shout = defineTool({
 *   name: "shout",
 *   summary: "Says it louder",
 *   input: z.strictObject({ text: z.string() }),
 *   effect: "read",
 *   needs: () => ({}),
 *   run: ({ text }) => Promise.resolve({ ok: true, data: null, text: text.toUpperCase() }),
 * });
 * console.assert(shout.name === "shout");
 * ```
 *
 * @module
 */
export type { Bus, BusMessage, BusSubscription } from "./bus.ts";
export { catalogEntry, type CatalogEntryOptions } from "./catalog_entry.ts";
export type {
  CheckKind,
  CheckReport,
  Problem,
  Suppression,
  TestOutcome,
  TestStatus,
} from "./check_report.ts";
export { closest, type ClosestOptions } from "./closest.ts";
export type {
  Argv,
  Command,
  CommandSite,
  Hands,
  HandsOptions,
  ProgramRequest,
  ProgramResult,
} from "./command.ts";
export type { Approval, Config, Provider } from "./config.ts";
export {
  type ConfigFile,
  type ConfigSources,
  mergeConfig,
  type MergedConfig,
  type ValueOrigin,
} from "./config_merge.ts";
export {
  CONFIG_OPTIONS,
  type ConfigOption,
  type ConfigOrigin,
  type ConfigType,
} from "./config_options.ts";
export { describeError, type ErrorKind, UserError, type UserErrorOptions } from "./errors.ts";
export {
  createEmit,
  type Emit,
  type Event,
  type EventData,
  type EventType,
  type PermissionKind,
  type StopReason,
} from "./events.ts";
export { type CatalogEntry, createRegistry, type JsonSchema, type Registry } from "./registry.ts";
export { openSchema } from "./open_schema.ts";
export type { Checked, Issue, Schema, SchemaOutput, SchemaSource, Zod } from "./schema.ts";
export {
  defineTool,
  type Effect,
  type ExecuteOptions,
  type Needs,
  type Origin,
  type Progress,
  type Proposal,
  type Tool,
  type ToolContext,
  type ToolExample,
  type ToolResult,
} from "./tool.ts";
export { VERSION } from "./version.ts";
