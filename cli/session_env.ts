/** What Deno itself needs to find its cache; the session has no right to read any of it. */
const NAMES = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY", "JSR_URL"] as const;

/** Builds the environment of the session's process from a list. */
export function sessionEnv(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const built: Record<string, string> = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  for (const name of NAMES) {
    const value = env[name];
    if (value !== undefined) built[name] = value;
  }
  return built;
}
