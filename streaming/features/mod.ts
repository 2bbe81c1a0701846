/**
 * features
 *
 * @module
 */
export {};
