import { fileURLToPath } from "node:url";
import type { ProgramServer } from "./server_config.ts";

const SCRIPT = fileURLToPath(new URL("_server_child.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The command line of a test server. */
export function serverCommand(mode: string, proof = ""): string[] {
  return [Deno.execPath(), "run", "-A", "--quiet", `--config=${CONFIG}`, SCRIPT, mode, proof];
}

/** A test server as the user would configure it. */
export function testServer(mode: string, proof?: string): ProgramServer {
  return { name: "test", from: "user", command: serverCommand(mode, proof), env: {} };
}
