import { UserError } from "../errors.ts";
import { sha256 } from "../workspace/sha256.ts";
import { startsAnything } from "./commands.ts";
import type { Decision, GateRequest } from "./decision.ts";
import { executableConfig } from "./executable_config.ts";
import { privateFolder, readPrivate, writePrivate } from "./_private_file.ts";

/** What "always" was answered to: one exact thing each. */
export interface StoredApproval {
  /** As in the {@linkcode Decision} that was shown. */
  readonly scope: string;
  /** SHA-256 of what the command runs besides its argv; empty when nothing. */
  readonly config: string;
}

/** The answers "always" of one workspace. */
export interface Approvals {
  /** Whether exactly this was approved, and what it runs is still the same. */
  has(scope: string, request: Pick<GateRequest, "argv" | "cwd">): Promise<boolean>;
  /**
   * Remembers the answer to a question.
   *
   * @throws {UserError} `refused` for what may not be remembered: see {@linkcode isStorable}.
   */
  add(decision: Decision, request: GateRequest): Promise<void>;
}

/**
 * Opens the answers "always" of a workspace.
 *
 * @param dir the workspace's `stateDir`, outside the workspace.
 * @param root real path of the workspace's root.
 */
export function openApprovals(dir: string, root: string): Approvals {
  const path = `${dir}/approvals.json`;

  async function read(): Promise<StoredApproval[]> {
    try {
      const list: unknown = JSON.parse(await readPrivate(path) ?? "[]");
      return Array.isArray(list) ? list.filter(isApproval) : [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }

  return {
    async has(scope, request) {
      const found = (await read()).filter((approval) => approval.scope === scope);
      if (found.length === 0) return false;
      const config = await configDigest(root, request);
      return found.some((approval) => approval.config === config);
    },
    async add(decision, request) {
      if (!isStorable(decision, request)) {
        throw new UserError("refused", `${decision.scope} is asked for each time`, {
          rule: "approval.storable",
        });
      }
      const approval = { scope: decision.scope, config: await configDigest(root, request) };
      const others = (await read()).filter(({ scope }) => scope !== approval.scope);
      await privateFolder(dir);
      await writePrivate(path, JSON.stringify([...others, approval], undefined, 1) + "\n");
    },
  };
}

/**
 * Whether "always" may be offered: not for interpreters and wrappers, which would then run
 * anything, and not for protected files, which ask each time.
 */
export function isStorable(decision: Decision, { argv }: GateRequest): boolean {
  if (decision.verdict !== "ask" || decision.rule === "path.protected") return false;
  if (decision.rule === "approval.manual" || decision.rule === "command.danger") return false;
  return argv === undefined || !startsAnything(argv[0] ?? "");
}

async function configDigest(
  root: string,
  { argv, cwd }: Pick<GateRequest, "argv" | "cwd">,
): Promise<string> {
  const config = argv === undefined ? "" : executableConfig(root, argv[0] ?? "", cwd);
  return config === "" ? "" : await sha256(new TextEncoder().encode(config));
}

function isApproval(value: unknown): value is StoredApproval {
  if (typeof value !== "object" || value === null) return false;
  const { scope, config } = value as Partial<StoredApproval>;
  return typeof scope === "string" && typeof config === "string";
}
