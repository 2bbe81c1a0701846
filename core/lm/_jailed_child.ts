// Runs both clients in a process that may do nothing but reach one port: see jailed_test.ts.
import { LMError, ollamaLM, openaiLM } from "./mod.ts";

const url = Deno.args[0]!;
const ask = { messages: [{ role: "user" as const, content: "Greet me." }], onDelta() {} };
const lines: string[] = [];

for (
  const lm of [
    openaiLM({ model: "m", apiKey: "sk-0123456789", baseUrl: `${url}/v1` }),
    ollamaLM({ model: "m", host: url }),
  ]
) {
  await lm.info!();
  lines.push(`${lm.id} ${(await lm.call(ask)).text}`);
}
for (const name of ["env", "read", "write", "run", "sys", "ffi"] as const) {
  if (Deno.permissions.querySync({ name }).state === "granted") lines.push(`may ${name}`);
}
const elsewhere = openaiLM({
  model: "m",
  apiKey: "sk-0123456789",
  baseUrl: "http://127.0.0.1:54321/v1",
});
await elsewhere.call(ask).catch((error) =>
  lines.push(error instanceof LMError ? `${error.lmKind}: ${error.message}` : String(error))
);
await Deno.stdout.write(new TextEncoder().encode(lines.join("\n")));
