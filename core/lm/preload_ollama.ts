/** Starts to load the Ollama SDK, so that it is there in time for the first request. */
export async function preloadOllama(): Promise<void> {
  await import("ollama/browser");
}
