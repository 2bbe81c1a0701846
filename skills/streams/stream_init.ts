import { z } from "zod";
import { describeError } from "../../core/errors.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { formatStreamConfig } from "../../streaming/config/format_stream_config.ts";
import { parseStreamConfig } from "../../streaming/config/parse_stream_config.ts";
import type { StreamConfig } from "../../streaming/config/types.ts";
import { writeOwn } from "../_write_own.ts";
import { namesIn, STREAM_FILE, streamConfig } from "./_stream_config.ts";

const input = z.object({
  out: z.string().min(1).default(STREAM_FILE).describe("file to write"),
  containers: z.string().optional().describe("containers, with commas; default those found here"),
  bootstrap: z.string().min(1).optional().describe("broker, as host:port"),
  force: z.boolean().default(false).describe("replace any file"),
});

/** Input of the tool `stream_init`. */
export type StreamInitInput = z.infer<typeof input>;

/** Writes the configuration of streams. */
const streamInit: Tool<StreamInitInput, StreamConfig> = defineTool({
  name: "stream_init",
  summary: "Writes .dspy_stream.json: containers, topics and checkpoints, with their defaults",
  input,
  examples: [
    { line: "stream-init", says: "for the logs found here" },
    { line: "stream-init --containers shop,billing", says: "for these" },
  ],
  effect: "write",
  needs: ({ out }) => ({ read: ["."], write: [out] }),
  async run({ out, containers, bootstrap, force }, ctx) {
    const found = await streamConfig(ctx.files, ctx.config.logs, namesIn(containers));
    const data = bootstrap === undefined
      ? found
      : { ...found, kafka: { ...found.kafka, bootstrap_servers: bootstrap } };
    const text = await writeOwn({
      file: out,
      text: formatStreamConfig(data),
      label: "stream-init",
      force,
      isOurs(before) {
        try {
          // What a person changed in it is theirs.
          return formatStreamConfig(parseStreamConfig(before)) === before && before.length > 2;
        } catch (error) {
          void describeError(error);
          return false;
        }
      },
    }, ctx);
    return { ok: true, data, text };
  },
});

export default streamInit;
