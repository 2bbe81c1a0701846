/**
 * The status server as a pure Hono app.
 *
 * @module
 */
export {};
