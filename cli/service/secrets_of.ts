import { plainTokens } from "../../server/access/parse_tokens.ts";
import type { ServiceInit } from "./types.ts";

/** What a service was told that nobody else may read. */
export function secretsOf(
  { model, kafka, status }: Pick<ServiceInit, "model" | "kafka" | "status">,
): string[] {
  const { sasl, tls } = kafka ?? {};
  const given = [model?.key, status?.adminKey, sasl?.password, sasl?.token];
  if (typeof tls === "object") given.push(tls.key);
  return [...given, ...plainTokens(status?.tokens ?? "")].filter((value) => value !== undefined);
}
