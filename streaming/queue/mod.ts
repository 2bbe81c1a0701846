/**
 * queue
 *
 * @module
 */
export {};
