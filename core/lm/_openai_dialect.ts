import { isStrictSchema } from "./_is_strict_schema.ts";
import type { LMError } from "./lm_error.ts";
import { modelFamily } from "./_model_families.ts";
import { refusesTools } from "./_refuses_tools.ts";
import type { LMRequest } from "./types.ts";

/** What a server behind OpenAI's protocol is known to take. */
export interface Dialect {
  /** How it is asked for JSON. */
  readonly format: "json_schema" | "json_object" | "none";
  /** Whether a schema that allows it is sent as strict. */
  readonly strict: boolean;
  /** Whether a stream may be asked to end with counts. */
  readonly usageInStream: boolean;
  /** What the limit of the reply is called. */
  readonly limit: "max_tokens" | "max_completion_tokens";
  /** Whether temperature and texts that end the reply may be sent. */
  readonly sampling: boolean;
  /** Whether it is worth asking with tools: only who asks can do without them. */
  readonly tools: boolean;
}

/** What is assumed of a model before its server has said anything. */
export function firstDialect(model: string): Dialect {
  const { maxCompletionTokens, fixedSampling } = modelFamily(model);
  return {
    format: "json_schema",
    strict: true,
    usageInStream: true,
    limit: maxCompletionTokens ? "max_completion_tokens" : "max_tokens",
    sampling: !fixedSampling,
    tools: true,
  };
}

const FORMAT = /response_format|json_schema|json_object|guided|grammar|structured output|schema/i;

/**
 * What to try after a refusal: the same without the part that the server named.
 *
 * @returns what to do otherwise, and whether that holds for all later requests or only for those
 * with this schema; undefined when the refusal has another reason. Each step gives something up, so
 * the steps end. `tools: false` is the last one: sending the same without tools would be another
 * question, so it is for the caller to ask it.
 */
export function nextDialect(
  dialect: Dialect,
  error: LMError,
  request: LMRequest,
): { change: Partial<Dialect>; keep: boolean } | undefined {
  if (!(error.lmKind === "refused" || error.lmKind === "server")) return undefined;
  if (error.status === undefined || error.status < 400) return undefined;
  const said = error.message;
  const keep = (change: Partial<Dialect>) => ({ change, keep: true });
  const noTools = (request.tools?.length ?? 0) > 0 && refusesTools(said);
  // Nothing there: OpenRouter says so of tools, otherwise it is the model or the address.
  if (error.status === 404) return noTools ? keep({ tools: false }) : undefined;
  if (request.onDelta && dialect.usageInStream && /stream_options|include_usage/i.test(said)) {
    return keep({ usageInStream: false });
  }
  if (request.schema && dialect.format !== "none" && FORMAT.test(said)) {
    if (dialect.format === "json_object") {
      // OpenAI wants the word in the messages: that is a matter of this request.
      return { change: { format: "none" }, keep: !/the word .{0,3}json/i.test(said) };
    }
    if (!/invalid schema/i.test(said)) return keep({ format: "json_object" });
    // A schema that is refused says nothing about others.
    const loose = dialect.strict && isStrictSchema(request.schema);
    return { change: loose ? { strict: false } : { format: "json_object" }, keep: false };
  }
  if (dialect.limit === "max_tokens" && /max_completion_tokens/.test(said)) {
    return keep({ limit: "max_completion_tokens" });
  }
  if (
    dialect.sampling &&
    /(unsupported|not support).*(temperature|stop)|(temperature|stop).*not support/i.test(said)
  ) {
    return keep({ sampling: false });
  }
  return noTools ? keep({ tools: false }) : undefined;
}
