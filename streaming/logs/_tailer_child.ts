// Follows the log named in the arguments into a store until it is killed, and says on standard
// output when something was stored.
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { FileTailer } from "./file_tailer.ts";
import { appendLines, storeLines } from "./store_lines.ts";

const [log, path] = Deno.args;
const store = await openSqliteStore(path!);
const sink = storeLines(store, {
  key: "tail:app",
  writes: appendLines("logs.raw.app"),
  stored: () => Deno.stdout.writeSync(new Uint8Array([0x0a])),
});
await FileTailer.open(log!, sink, {
  fromStart: true,
  onNotice: ({ kind, text }) => {
    if (kind === "error" || kind === "gap") {
      Deno.stderr.writeSync(
        new TextEncoder().encode(text),
      );
    }
  },
});
