/** Whether a path is what we keep in a workspace: not the project's, while its policy file is. */
export function isOwnState(path: string): boolean {
  return /^(?:\.dspy\/|\.dspy_(?!policy\.))/.test(path);
}
