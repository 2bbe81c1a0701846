import { z } from "zod";
import { defineTool, type Tool } from "../../core/tool.ts";
import streamTopics, { type StreamTopicsInput } from "./stream_topics.ts";

const input = z.object({
  bootstrap: z.string().min(1).optional().describe("broker, as host:port"),
});

/** Prints the commands that create the topics of deployments. */
const deployTopics: Tool<z.infer<typeof input>, readonly string[]> = defineTool({
  name: "deploy_topics",
  summary: "Prints the commands that create the topics of deployments on a Kafka broker",
  input,
  examples: [{ line: "deploy_topics --bootstrap localhost:29092", says: "one line for each" }],
  effect: "read",
  needs: () => ({ read: ["."] }),
  run: ({ bootstrap }, ctx) => {
    const wanted: StreamTopicsInput = { deploy: true, bootstrap };
    return streamTopics.run(wanted, ctx);
  },
});

export default deployTopics;
