// deno-lint-ignore-file no-console -- a script for the command line
// Finds a word in the files of a folder: deno run -A examples/search_a_folder.ts WORD [FOLDER]
import { openSession } from "@dspy/code/skills";

const [word = "export", folder = "."] = Deno.args;
const session = await openSession(folder);
const { ok, text } = await session.call("grep", { pattern: word, fixed: true });
console.log(text);
await session.close();
if (!ok) Deno.exit(1);
