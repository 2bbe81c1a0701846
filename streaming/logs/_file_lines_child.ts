// deno-lint-ignore-file no-console -- it tells its parent
/** Appends numbered lines, rotates at every 4 KB, and says each line that is in the file. */
import { openFileLines } from "./file_lines.ts";

const [folder = "", name = "", count = "0"] = Deno.args;
const files = openFileLines(folder);
for (let n = 0; n < Number(count); n++) {
  const line = `${name}${n} ${"x".repeat(60)}`;
  const size = await files.append("x", `${line}\n`);
  console.log(line);
  if (size > 4096) await files.rotate("x", 4096, 1000);
}
