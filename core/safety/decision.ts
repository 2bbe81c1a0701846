import type { Effect, Needs, Origin } from "../tool.ts";

/** What the gate says: run it, ask the human, or never. */
export type Verdict = "allow" | "ask" | "deny";

/** The gate's answer to one request. */
export interface Decision {
  /** What is to happen. */
  readonly verdict: Verdict;
  /** Id of the rule that decided: `path.outside`, `approval.unset.write`, `policy.deny_tools`. */
  readonly rule: string;
  /** The exact thing the verdict holds for: an argv, a path, a tool name; never a wider class. */
  readonly scope: string;
  /** One sentence for the human and the model. */
  readonly reason: string;
}

/** A tool that another program offers, an MCP server's: what it does, nobody here knows. */
export interface ForeignTool {
  /** SHA-256, in hex, of all that the server says of it: name, description, input schema. */
  readonly pin: string;
  /** Who configured the server: the user, or a file of the workspace that they trusted. */
  readonly from: "user" | "workspace";
  /** Whether it was something else when it was first allowed. */
  readonly changed: boolean;
}

/** One thing somebody wants to do. */
export interface GateRequest {
  /** Name of the tool. */
  readonly tool: string;
  /** Of the tool, or of the program about to be started. */
  readonly effect: Effect;
  /** Who wants it. */
  readonly origin: Origin;
  /** What the call wants to touch. */
  readonly needs: Needs;
  /** Program and arguments, for a program about to be started. */
  readonly argv?: readonly string[];
  /** Folder that program will run in, relative to the root; default the root. */
  readonly cwd?: string | undefined;
  /** Set for a call of a tool that another program offers, on the side that makes it. */
  readonly foreign?: ForeignTool;
  /**
   * Set for a hook about to be started: who configured it, the user, or a file of the workspace that
   * they trusted.
   */
  readonly hook?: "user" | "workspace";
  /** What the user asked for, for policy rules that depend on it. */
  readonly query?: string;
}

/** Decides every tool call, path and command: one module on both sides of the jail. */
export interface Gate {
  /** Never throws: what cannot be decided is denied. */
  decide(request: GateRequest): Promise<Decision>;
}
