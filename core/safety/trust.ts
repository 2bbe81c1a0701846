import { UserError } from "../errors.ts";
import { sha256 } from "../workspace/sha256.ts";
import { ruleWords } from "./commands.ts";
import { executableConfig } from "./executable_config.ts";
import type { LoadedPolicy } from "./load_policy.ts";
import { privateFolder, readPrivate, writePrivate } from "./_private_file.ts";
import type { Policy } from "./policy.ts";

/** What trust is given to: the policy's allowed commands, MCP servers or hooks of a workspace. */
export type TrustSubject = "policy" | "mcp" | "hooks";

/** What the user trusted in one workspace. */
export interface TrustRecord {
  /** Version of the record. */
  readonly version: 1;
  /** Real path of the workspace's root. */
  readonly root: string;
  /** SHA-256 of {@linkcode trustText}. */
  readonly digest: string;
  /** The text itself, to show what has changed since. */
  readonly text: string;
  /** When, milliseconds since the epoch. */
  readonly ts: number;
}

/** SHA-256 of a text, in hex. */
export function trustDigest(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

/**
 * The whole text that trust in a policy is given to: the file as it is, and what its allowed
 * commands run in this workspace. A change in either asks again.
 *
 * @param root the workspace's root.
 */
export function trustText(root: string, { text, policy }: LoadedPolicy): string {
  const programs = policy.allow_commands.map((rule) => ruleWords(rule)?.[0] ?? "");
  const used = [...new Set(programs)].sort().map((program) => executableConfig(root, program));
  return [text, ...used.filter((config) => config !== "")].join("\n--\n");
}

/** The policy to act on: without its allowed commands unless they are trusted. */
export function withTrust(policy: Policy, trusted: boolean): Policy {
  return trusted ? policy : { ...policy, allow_commands: [] };
}

/**
 * Whether the user trusts exactly the text with this digest.
 *
 * @param subject default the policy.
 */
export async function isTrusted(
  dir: string,
  root: string,
  digest: string,
  subject: TrustSubject = "policy",
): Promise<boolean> {
  const record = await readTrust(dir, root, subject);
  return record?.digest === digest;
}

/**
 * What the user trusted last; a record that is unreadable or of another root counts as none.
 *
 * @param dir the workspace's {@linkcode stateDir}.
 * @param subject default the policy.
 */
export async function readTrust(
  dir: string,
  root: string,
  subject: TrustSubject = "policy",
): Promise<TrustRecord | undefined> {
  const text = await readPrivate(fileIn(dir, subject));
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as TrustRecord;
    const fits = record.version === 1 && record.root === root && typeof record.text === "string";
    return fits && /^[0-9a-f]{64}$/.test(record.digest) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Remembers that the user trusts a text; trust in an earlier one ends.
 *
 * @param text as of {@linkcode trustText}, and as the user has just seen it.
 * @param subject default the policy.
 * @throws {UserError} `failed` when the record cannot be written.
 */
export async function trust(
  dir: string,
  root: string,
  text: string,
  subject: TrustSubject = "policy",
): Promise<TrustRecord> {
  const record: TrustRecord = {
    version: 1,
    root,
    digest: await trustDigest(text),
    text,
    ts: Date.now(),
  };
  await privateFolder(dir);
  const path = fileIn(dir, subject);
  await writePrivate(path, JSON.stringify(record) + "\n").catch((cause) => {
    throw new UserError("failed", `cannot write ${JSON.stringify(path)}`, { cause });
  });
  return record;
}

function fileIn(dir: string, subject: TrustSubject): string {
  return subject === "policy" ? `${dir}/trust.json` : `${dir}/trust_${subject}.json`;
}
