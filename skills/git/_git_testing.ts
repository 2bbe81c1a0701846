/**
 * Runs plain git, for tests.
 *
 * @param words leading `NAME=value` words are variables.
 * @returns its standard output.
 * @throws when it fails.
 */
export async function git(cwd: string, ...words: string[]): Promise<string> {
  const isVariable = (word: string) => /^[A-Z_]+=/.test(word);
  const args = words.slice(words.findIndex((word) => !isVariable(word)));
  const variables = words.slice(0, words.length - args.length).map((word) => word.split("=", 2));
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args,
    cwd,
    stdin: "null",
    env: {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      ...Object.fromEntries(variables),
    },
  }).output();
  if (!success) throw new Error(`git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
