import type { Role } from "../access/credential.ts";

/** What is kept of a call that changes something, and of one that was not let in. */
export interface AuditLine {
  /** Seconds since the epoch. */
  readonly ts: number;
  /** Address of who asked; null when it is not known. */
  readonly peer: string | null;
  /** What who asked may do; null for nobody we know. */
  readonly role: Role | null;
  /** As asked. */
  readonly method: string;
  /** Without the query; secrets in it are masked. */
  readonly path: string;
  /** Of the answer. */
  readonly status: number;
  /** Why the line is here. */
  readonly detail: string;
}
