import { UserError } from "../../core/errors.ts";

/** Longest name of a topic, in characters: that of Kafka. */
const MAX_LENGTH = 249;

/**
 * Refuses what is no name of a topic.
 *
 * @throws {UserError} `usage` for an empty name or segment, a wildcard, or more than 249 characters.
 */
export function checkTopic(topic: string): void {
  if (topic.split(".").some((part) => part === "*" || part === ">")) {
    throw new UserError("usage", `topic "${topic}" has a wildcard`, {
      hint: "wildcards are for subscriptions; publish to one topic",
    });
  }
  checkPattern(topic);
}

/**
 * Refuses what is no topic to subscribe to.
 *
 * @throws {UserError} `usage` for an empty name or segment, or a `>` that is not the last.
 */
export function checkPattern(pattern: string): void {
  const parts = typeof pattern === "string" ? pattern.split(".") : [];
  const late = parts.indexOf(">");
  const bad = typeof pattern !== "string" || pattern.length > MAX_LENGTH || parts.includes("") ||
    (late >= 0 && late < parts.length - 1);
  if (!bad) return;
  throw new UserError("usage", `no topic: "${String(pattern).slice(0, 80)}"`, {
    hint: `write dotted words, as logs.raw.app, at most ${MAX_LENGTH} characters; ` +
      "in a subscription * stands for one of them and a last > for all that follow",
  });
}

/**
 * Refuses a replay that cannot be.
 *
 * @param kept whether the log keeps the topic; undefined when there is no log.
 * @throws {UserError} `usage` for a wildcard, a topic that is not kept, or what is no position.
 */
export function checkReplay(topic: string, after: number, kept: boolean | undefined): void {
  if (isWild(topic)) {
    throw new UserError("usage", `"${topic}" has no positions: it stands for several topics`, {
      hint: "replay one topic, or use a group, which goes on where it was in each",
    });
  }
  if (kept !== true) {
    throw new UserError("usage", `messages of "${topic}" are not kept`, {
      hint: "open the bus with a log that has this topic",
    });
  }
  if (Number.isSafeInteger(after) && after >= 0) return;
  throw new UserError("usage", `no position: ${after}`, { hint: "0 is the start of a topic" });
}

/** Whether a subscription may meet several topics. */
export function isWild(pattern: string): boolean {
  return pattern.split(".").some((part) => part === "*" || part === ">");
}

/** Whether a topic is one that a subscription is for. */
export function fits(pattern: string, topic: string): boolean {
  if (pattern === ">" || pattern === topic) return true;
  const wanted = pattern.split(".");
  const parts = topic.split(".");
  const open = wanted.at(-1) === ">";
  if (open ? parts.length < wanted.length : parts.length !== wanted.length) return false;
  return wanted.every((want, i) =>
    want === "*" || want === parts[i] || (open && i === wanted.length - 1)
  );
}
