/** Starts to load what reads OpenAI's streams, so that it is there in time. */
export async function preloadOpenai(): Promise<void> {
  await import("openai/core/streaming");
}
