/**
 * logs
 *
 * @module
 */
export {};
