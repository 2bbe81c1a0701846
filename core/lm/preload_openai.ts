/** Starts to load the OpenAI SDK, which takes up to a tenth of a second, so that it is there in time. */
export async function preloadOpenai(): Promise<void> {
  await import("openai");
}
