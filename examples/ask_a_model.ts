// deno-lint-ignore-file no-console -- a script for the command line
// Has a model work on a folder: deno run -A examples/ask_a_model.ts URL MODEL REQUEST
// URL is that of any server with OpenAI's protocol, ending in /v1.
import { openModel } from "@dspy/code/core/lm";
import { openSession } from "@dspy/code/skills";

const [baseUrl, model = "", ...request] = Deno.args;
const lm = () => openModel({ provider: "openai", model, baseUrl, key: Deno.env.get("MODEL_KEY") });
const session = await openSession(".", { lm });
const { ok, text } = await session.ask(request.join(" "));
console.log(text);
await session.close();
if (!ok) Deno.exit(1);
