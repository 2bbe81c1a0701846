/**
 * Language models behind one interface.
 *
 * @module
 */
export { LMError, type LMErrorKind, type LMErrorOptions } from "./lm_error.ts";
export type * from "./types.ts";
