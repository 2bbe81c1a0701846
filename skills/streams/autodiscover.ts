import { z } from "zod";
import { defineTool, type Tool } from "../../core/tool.ts";
import { autodiscoverLogs, type DiscoveredLog } from "../../streaming/logs/discover_logs.ts";

const input = z.object({
  all: z.boolean().default(false).describe("every log, each with a container of its own"),
});

/** Input of the tool `autodiscover`. */
export type AutodiscoverInput = z.infer<typeof input>;

/** Shows whose logs there are, as `up` follows them. */
const autodiscover: Tool<AutodiscoverInput, readonly DiscoveredLog[]> = defineTool({
  name: "autodiscover",
  summary: "Finds the logs of this workspace's services: container, service and path of each",
  input,
  examples: [
    { line: "autodiscover", says: "one log each for frontend, backend and app" },
    { line: "autodiscover --all", says: "what `up` follows" },
  ],
  effect: "read",
  needs: () => ({ read: ["."] }),
  async run({ all }, { files, config, progress, signal }) {
    const data = await autodiscoverLogs(files, {
      all,
      logs: config.logs,
      signal,
      warn: (text) => progress({ text, lasting: true }),
    });
    if (data.length === 0) {
      return { ok: false, data, text: `no logs: none ends in .log, and ${config.logs}/ has none` };
    }
    const text = data.map(({ container, service, log_file }) =>
      `${container} ${service} ${log_file}`
    );
    return { ok: true, data, text: text.join("\n") };
  },
});

export default autodiscover;
