import { RequestError } from "@agentclientprotocol/sdk";
import { describeError, UserError } from "../../core/errors.ts";

/** Codes of JSON-RPC. */
const INVALID_PARAMS = -32602;
const INTERNAL = -32603;

/** An error as the editor is told of it: our one sentence, and the way out beside it as data. */
export function rpcError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  const code = error instanceof UserError && error.kind === "usage" ? INVALID_PARAMS : INTERNAL;
  const { rule } = error instanceof UserError ? error : {};
  return new RequestError(code, describeError(error), rule === undefined ? undefined : { rule });
}
