/** Name of the program, as help and messages show it. */
export const PROGRAM = "dspy-code";
