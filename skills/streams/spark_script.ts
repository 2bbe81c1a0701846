import { z } from "zod";
import { defineTool, type Tool } from "../../core/tool.ts";
import { sparkScript } from "../../streaming/kafka/spark_script.ts";
import { writeOwn } from "../_write_own.ts";

const seconds = z.coerce.number().min(1).max(86_400);

const input = z.object({
  out: z.string().min(1).optional().describe("file to write; default: it is printed"),
  bootstrap: z.string().min(1).optional().describe("broker, as host:port"),
  checkpoint: z.string().min(1).optional().describe("folder in which Spark keeps where it is"),
  windowSec: seconds.optional().describe("length of a window; default 30 seconds"),
  slideSec: seconds.optional().describe("from the start of one to the next; default 15"),
  watermarkSec: seconds.optional().describe("how late lines may come; default 120"),
  force: z.boolean().default(false).describe("replace any file"),
});

/** Input of the tool `spark_script`. */
export type SparkScriptInput = z.infer<typeof input>;

/** Writes the Spark job that makes contexts of raw lines. */
const tool: Tool<SparkScriptInput, string> = defineTool({
  name: "spark_script",
  summary: "Writes a PySpark job that makes contexts of raw log lines, for more than one machine",
  input,
  examples: [
    { line: "spark-script --out spark_logs.py", says: "to be run by spark-submit" },
    { line: "spark-script --window-sec 60", says: "printed, with windows of a minute" },
  ],
  effect: "write",
  needs: ({ out }) => out === undefined ? {} : { write: [out] },
  async run({ out, bootstrap, checkpoint, windowSec, slideSec, watermarkSec, force }, ctx) {
    const data = sparkScript({
      ...bootstrap !== undefined && { bootstrap },
      ...checkpoint !== undefined && { checkpoint },
      ...windowSec !== undefined && { sizeMs: windowSec * 1_000 },
      ...slideSec !== undefined && { slideMs: slideSec * 1_000 },
      ...watermarkSec !== undefined && { watermarkMs: watermarkSec * 1_000 },
    });
    if (out === undefined) return { ok: true, data, text: data.trimEnd() };
    const label = "spark-script";
    const isOurs = (before: string) => before.startsWith(data.slice(0, 200));
    const text = await writeOwn({ file: out, text: data, label, force, isOurs }, ctx);
    return { ok: true, data, text };
  },
});

export default tool;
