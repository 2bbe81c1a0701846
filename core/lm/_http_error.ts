import { createRedactor } from "../safety/redact.ts";
import { retryAfterMs } from "./_retry_after.ts";
import type { Server } from "./_server.ts";
import { LMError, type LMErrorKind } from "./lm_error.ts";

/** How much of an error's body is read, in bytes, and how much of its text is shown. */
const MOST_BODY = 16 * 1024;
const MOST_TEXT = 300;

/** How servers word that the prompt does not fit: no status or code is common to them. */
const TOO_LONG =
  /context[ _-]?(length|window|size)|maximum context|prompt (is )?too long|input (is |length )?(too long|exceeds)|too many (input )?tokens|reduce the length of the messages|\bn_ctx\b/i;
const NO_CREDIT = /insufficient_quota|exceeded your current quota|billing|insufficient credits/i;
const FILTERED = /content_filter|content_policy|content management policy|safety system/i;
const NO_MODEL = /model.{0,80}(not found|does not exist|not exist|unknown)|unknown model/is;

/** The error that a response stands for; its body is read and cut. */
export async function httpError(response: Response, server: Server): Promise<LMError> {
  const body = await readStart(response);
  return statusError(response.status, textOf(body), server, retryAfterMs(response.headers));
}

/**
 * The error of a status and of what the server said with it.
 *
 * @param status HTTP status, or 0 when the error came inside a reply.
 */
export function statusError(
  status: number,
  said: string,
  server: Server,
  retryAfter?: number,
): LMError {
  const kind = kindOf(status, said);
  const text = oneLine(said, server);
  const hint = hintOf(kind, status, said, server);
  const start = `${server.name} at ${server.origin} ${status === 0 ? "failed" : `said ${status}`}`;
  return new LMError(kind, text === "" ? start : `${start}: ${text}`, {
    ...status !== 0 && { status },
    ...retryAfter !== undefined && { retryAfterMs: retryAfter },
    ...hint !== undefined && { hint },
  });
}

/** A text of a server for a message: no secrets, no control characters, cut. */
export function oneLine(text: string, { secrets }: Server): string {
  const clean = createRedactor(secrets).text(text)
    // deno-lint-ignore no-control-regex -- they are what is taken out
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, " ").trim();
  return clean.length > MOST_TEXT ? `${clean.slice(0, MOST_TEXT)} …` : clean;
}

function kindOf(status: number, said: string): LMErrorKind {
  if (FILTERED.test(said)) return "refused";
  if (status === 401 || status === 402 || status === 403 || NO_CREDIT.test(said)) return "auth";
  if (status === 429) return "rate";
  if (status === 413 || TOO_LONG.test(said)) return "context";
  if (status === 408 || status === 504 || status === 524) return "timeout";
  if (status === 0 || status === 409 || (status >= 500 && status !== 501)) return "server";
  return "refused";
}

function hintOf(
  kind: LMErrorKind,
  status: number,
  said: string,
  server: Server,
): string | undefined {
  if (kind === "auth") return NO_CREDIT.test(said) ? "look at the account" : "look at the API key";
  if (kind === "context") return "send less, or serve a larger window";
  if (kind === "refused" && NO_MODEL.test(said)) return server.unknownModel;
  if (kind === "refused" && status === 404) return "look at the server's address and the model";
  return undefined;
}

/** What a server says in the body of an error: it has many forms. */
export function textOf(body: string): string {
  try {
    return errorText(JSON.parse(body)) || body;
  } catch {
    return /^\s*<(!doctype|html)/i.test(body) ? "an HTML page" : body;
  }
}

/** The text inside an error as JSON, with its code or type where they say more. */
export function errorText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  const { error, message, detail, code, type } = value as Readonly<Record<string, unknown>>;
  if (error !== undefined && error !== null) return errorText(error);
  const text = [message, detail].find((part) => typeof part === "string") ??
    (detail === undefined ? "" : JSON.stringify(detail));
  const label = [code, type].find((part) => typeof part === "string" && part !== "");
  return label === undefined || String(text).includes(String(label))
    ? `${text}`
    : `${text} (${label})`;
}

async function readStart(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  try {
    while (text.length < MOST_BODY) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // What has come is enough: the status says the most.
  }
  await reader.cancel().catch(() => {});
  return text.slice(0, MOST_BODY);
}
