/**
 * cache
 *
 * @module
 */
export {};
