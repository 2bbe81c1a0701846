/**
 * Other agents, run without a terminal against a scripted model: how they are installed, started and
 * kept apart from what the person who runs the bench has set up for them.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An agent to compare with. Its name is also its dialect in scenario files. */
export type Peer = "pi" | "codex";

/** A peer that is there to be run. */
export interface InstalledPeer {
  readonly name: Peer;
  readonly version: string;
  /** What starts it: program and leading arguments. */
  readonly start: readonly string[];
}

/** What a peer is asked, and by which model. */
export interface PeerTask {
  readonly prompt: string;
  /** Folder that it works in. */
  readonly workspace: string;
  /** An empty folder for its settings and state. */
  readonly home: string;
  /** Base URL of the model, ending in `/v1`. */
  readonly url: string;
  readonly model: string;
}

/** A command line with its whole environment. */
export interface PeerCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The versions that the figures in the documents are of. */
const PACKAGES: Readonly<Record<Peer, readonly [name: string, version: string]>> = {
  pi: ["@earendil-works/pi-coding-agent", "0.87.1"],
  codex: ["@openai/codex", "0.169.0"],
};

/** pi needs this Node at least. */
const NODE_FOR_PI: readonly [number, number] = [22, 19];

/**
 * Installs a peer with npm, or finds the one installed before.
 *
 * @param cache folder for it. Default `DSPY_PEERS` of the environment, else one in the temporary
 * folder; never in the repository.
 * @throws {Error} with npm's output when npm is missing or the registry out of reach.
 */
export async function installPeer(
  name: Peer,
  cache: string = Deno.env.get("DSPY_PEERS") ?? join(tmpdir(), "dspy-code-peers"),
): Promise<InstalledPeer> {
  const [pkg, version] = PACKAGES[name];
  const modules = await install(join(cache, `${name}-${version}`), `${pkg}@${version}`);
  if (name === "codex") {
    return { name, version, start: [join(modules, ".bin", "codex")] };
  }
  const node = await nodeIsNew()
    ? "node"
    : join(await install(join(cache, "node-22"), "node@22"), ".bin", "node");
  return { name, version, start: [node, join(modules, pkg, "dist", "bundle", "cli.js")] };
}

/**
 * How a peer is asked one thing without a terminal. It reports to nobody, looks for no update, asks
 * no question, and sees no setting of the person's own.
 */
export async function peerCommand(peer: InstalledPeer, task: PeerTask): Promise<PeerCommand> {
  const { prompt, workspace, home, url, model } = task;
  const env = { PATH: Deno.env.get("PATH") ?? "", HOME: home, NO_COLOR: "1", TERM: "dumb" };
  if (peer.name === "pi") {
    const provider = { baseUrl: url, api: "openai-completions", apiKey: "none" };
    const providers = { scripted: { ...provider, models: [{ id: model }] } };
    await Deno.writeTextFile(join(home, "models.json"), JSON.stringify({ providers }));
    const chosen = ["--provider", "scripted", "--model", model];
    return {
      argv: [...peer.start, "--offline", "--no-session", ...chosen, "--print", prompt],
      env: { ...env, PI_CODING_AGENT_DIR: home, PI_OFFLINE: "1", PI_TELEMETRY: "0" },
    };
  }
  const provider = `{name="scripted",base_url="${url}",wire_api="responses",env_key="MODEL_KEY"}`;
  const settings = [
    `model="${model}"`,
    'model_provider="scripted"',
    `model_providers.scripted=${provider}`,
    "analytics.enabled=false", // else it waits for about 5 s at its end
  ];
  return {
    argv: [
      ...peer.start,
      "exec",
      "--ephemeral",
      "--ignore-user-config",
      "--skip-git-repo-check",
      "--dangerously-bypass-approvals-and-sandbox", // its sandbox needs rights that CI lacks
      "--cd",
      workspace,
      ...settings.flatMap((setting) => ["-c", setting]),
      prompt,
    ],
    env: { ...env, CODEX_HOME: home, MODEL_KEY: "none" },
  };
}

/** Installs into a folder, once; gives its `node_modules`. */
async function install(folder: string, what: string): Promise<string> {
  const modules = join(folder, "node_modules");
  const done = join(folder, ".installed");
  if (await Deno.stat(done).then(() => true, () => false)) return modules;
  await Deno.mkdir(folder, { recursive: true });
  const { code, stdout, stderr } = await new Deno.Command("npm", {
    args: ["install", "--prefix", folder, "--no-audit", "--no-fund", what],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (code !== 0) {
    throw new Error(`npm install ${what} failed:\n${text.decode(stdout)}${text.decode(stderr)}`);
  }
  await Deno.writeTextFile(done, what);
  return modules;
}

async function nodeIsNew(): Promise<boolean> {
  const { stdout } = await new Deno.Command("node", { args: ["--version"] }).output()
    .catch(() => ({ stdout: new Uint8Array() }));
  const [major = 0, minor = 0] = new TextDecoder().decode(stdout).slice(1).split(".").map(Number);
  return major > NODE_FOR_PI[0] || (major === NODE_FOR_PI[0] && minor >= NODE_FOR_PI[1]);
}
