/** Parses every sample below a folder: run by the jail test with exact permissions. */
import { describeError } from "../../core/errors.ts";
import { type Language, languageOf } from "./grammars.ts";
import { SAMPLES } from "./_test_samples.ts";
import { symbolsOf } from "./symbols.ts";

try {
  const counts: Partial<Record<Language, number>> = {};
  for (const { path } of Object.values(SAMPLES)) {
    const language = languageOf(path)!;
    const text = await Deno.readTextFile(`${Deno.args[0]}/${path}`);
    counts[language] = (await symbolsOf(language, text)).length;
  }
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(counts)));
} catch (error) {
  await Deno.stderr.write(new TextEncoder().encode(describeError(error)));
}
