// deno-lint-ignore-file no-console -- a script for the command line
// A program instead of a prompt: deno run -A examples/triage.ts URL MODEL TICKET
import { openModel } from "@dspy/code/core/lm";
import { predict } from "@dspy/code/core/program";

const [baseUrl, model = "", ...words] = Deno.args;
const lm = await openModel({ provider: "openai", model, baseUrl });
const triage = predict("ticket -> urgency: low|high, tags: str[]");
const { urgency, tags } = await triage.run({ ticket: words.join(" ") }, { lm });
console.log(`${urgency}: ${tags.join(", ")}`);
