import { z } from "zod";
import { defineTool, type Tool } from "../../core/tool.ts";
import { topicCommands } from "../../streaming/kafka/topic_commands.ts";
import { namesIn, streamConfig } from "./stream_config.ts";

const input = z.object({
  bootstrap: z.string().min(1).optional()
    .describe("broker, as host:port; default that of .dspy_stream.json, else localhost:29092"),
  containers: z.string().optional().describe("containers, with commas; default those found here"),
  deploy: z.boolean().default(false).describe("only the topics of deployments"),
});

/** Input of the tool `stream_topics`. */
export type StreamTopicsInput = z.infer<typeof input>;

/** Prints the commands that create the topics; `stream-topics-create` creates them. */
const streamTopics: Tool<StreamTopicsInput, readonly string[]> = defineTool({
  name: "stream_topics",
  summary: "Prints the commands that create the topics of this workspace on a Kafka broker",
  input,
  examples: [
    { line: "stream-topics --bootstrap localhost:29092", says: "one line for each topic" },
    { line: "stream-topics --deploy", says: "those of deployments alone" },
  ],
  effect: "read",
  needs: () => ({ read: ["."] }),
  async run({ bootstrap, containers, deploy }, { files, config }) {
    const { kafka } = await streamConfig(files, config.logs, namesIn(containers));
    const data = kafka.topics
      .filter(({ name }) => !deploy || name.startsWith("deploy."))
      .flatMap(({ name, partitions, replication_factor: replicationFactor }) =>
        topicCommands(bootstrap ?? kafka.bootstrap_servers, [name], {
          partitions,
          replicationFactor,
        })
      );
    return { ok: true, data, text: data.join("\n") };
  },
});

export default streamTopics;
