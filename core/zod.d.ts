/**
 * The types of zod: those of the package itself. What runs is `zod.js`, the same package in one file.
 *
 * @module
 */
export { z } from "npm:zod@^4.6.7";
