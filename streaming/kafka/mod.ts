/**
 * kafka
 *
 * @module
 */
export {};
