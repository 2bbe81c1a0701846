import { sha256 } from "../../core/sha256.ts";
import type { Credential, Role } from "./credential.ts";

/**
 * What the bearer of a token may do; undefined for one that is not known. Hashes are compared, and
 * each wholly, so that the time says nothing about any of them.
 */
export function roleOf(credentials: readonly Credential[], token: string): Role | undefined {
  const given = sha256(token);
  let role: Role | undefined;
  for (const known of credentials) {
    if (isSame(known.sha256, given) && role !== "admin") role = known.role;
  }
  return role;
}

/** Compares two hashes of 64 digits in a time that does not depend on what is in them. */
function isSame(one: string, other: string): boolean {
  let different = one.length ^ other.length;
  for (let i = 0; i < 64; i++) different |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return different === 0;
}
