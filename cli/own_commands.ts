/** Names of the commands that are no tools: they run in the launcher. */
export const OWN_COMMANDS = [
  "start",
  "run",
  "chat",
  "acp",
  "mcp",
  "help",
  "permissions",
  "config",
  "rl",
  "up",
  "serve",
  "worker",
  "tail",
  "stream-init",
  "stream-topics-create",
  "queue",
  "doctor",
  "completions",
  "__complete",
] as const;

/** Whether a word names a command of the launcher. */
export function isOwnCommand(word: string): word is (typeof OWN_COMMANDS)[number] {
  return (OWN_COMMANDS as readonly string[]).includes(word);
}
