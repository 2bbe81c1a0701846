/**
 * bus
 *
 * @module
 */
export type * from "./types.ts";
