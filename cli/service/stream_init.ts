import { openFiles } from "../../core/workspace/open_files.ts";
import { namesIn, STREAM_FILE, streamConfig } from "../../skills/streams/stream_config.ts";
import { formatStreamConfig } from "../../streaming/config/format_stream_config.ts";
import { writeOwnConfig } from "../own_config.ts";
import type { Io, Place } from "../shell.ts";
import type { StreamInitFlags } from "./flags.ts";

/** Writes `.dspy_stream.json` for the logs found here; see {@linkcode writeOwnConfig}. */
export async function streamInit(
  place: Pick<Place, "workspace" | "policy" | "ours" | "config">,
  { out, containers, bootstrap, force }: StreamInitFlags,
  io: Io,
): Promise<number> {
  const { workspace: { root }, config: { logs }, ours } = place;
  const found = await streamConfig(openFiles(root, { own: ours }), logs, namesIn(containers));
  const config = bootstrap === undefined
    ? found
    : { ...found, kafka: { ...found.kafka, bootstrap_servers: bootstrap } };
  const text = formatStreamConfig(config);
  return await writeOwnConfig(place, { own: STREAM_FILE, out, force, text }, io);
}
