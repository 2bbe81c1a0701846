import { UserError } from "../../core/errors.ts";

/** Topics of one request. */
const MAX_TOPICS = 32;

const TOPIC = /^[\w-]+(?:\.[\w-]+)*$/;

/**
 * Topics that are asked for: `topic=…`, or `topics=…` with commas.
 *
 * @throws {UserError} `usage` for names that are none, and too many.
 */
export function readTopics(query: URLSearchParams): string[] {
  const named = [
    ...query.getAll("topic"),
    ...query.getAll("topics").flatMap((one) => one.split(",")),
  ];
  const topics = [...new Set(named.map((name) => name.trim()).filter((name) => name !== ""))];
  for (const topic of topics) {
    if (topic.length <= 128 && TOPIC.test(topic)) continue;
    throw new UserError("usage", `${JSON.stringify(topic.slice(0, 128))} is no topic`, {
      hint: "letters, digits, _ and -, with dots between",
    });
  }
  if (topics.length > MAX_TOPICS) {
    throw new UserError("usage", `${topics.length} topics: at most ${MAX_TOPICS} at once`);
  }
  return topics;
}

/**
 * How many records are asked for, from 1 to 1,000; what is beyond is as good as the end.
 *
 * @throws {UserError} `usage` for what is no whole number.
 */
export function readLimit(query: URLSearchParams, otherwise: number): number {
  const given = query.get("limit") ?? "";
  if (given === "") return otherwise;
  if (!/^[+-]?\d{1,15}$/.test(given)) {
    throw new UserError("usage", `limit is ${JSON.stringify(given.slice(0, 40))}`, {
      hint: "a whole number from 1 to 1000",
    });
  }
  return Math.min(1000, Math.max(1, Number(given)));
}

/** Whether a parameter is switched on. */
export function readFlag(query: URLSearchParams, name: string): boolean {
  return /^(?:1|true|yes|on)$/i.test(query.get(name) ?? "");
}
