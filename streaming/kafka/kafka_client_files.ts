import { fileURLToPath } from "node:url";

/** The package whose wasm the client reads at its first use. */
const READ = "/@platformatic/wasm-utils";

/**
 * Folders that the Kafka client reads when it is loaded, besides its modules: a process that is to
 * use it needs the right to read these.
 *
 * @returns absolute paths; none when the package is not in the module graph, as in a bundle.
 */
export function kafkaClientFiles(): string[] {
  const url = import.meta.resolve("@platformatic/kafka");
  const at = url.indexOf("/@platformatic/kafka/");
  if (!url.startsWith("file:") || at < 0) return [];
  return [fileURLToPath(`${url.slice(0, at)}${READ}`)];
}
