/** What somebody may do: a viewer may look, an admin may also change. */
export type Role = "viewer" | "admin";

/** A token that is known by its hash only. */
export interface Credential {
  /** SHA-256 of the token, as 64 lower-case hex digits. */
  readonly sha256: string;
  /** What its bearer may do. */
  readonly role: Role;
  /**
   * How many characters the token has; absent when only its hash was given. For the outside it must
   * have 32 at least.
   */
  readonly length?: number;
}
