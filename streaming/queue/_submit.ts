import { UserError } from "../../core/errors.ts";
import type { Write } from "../../core/store/types.ts";
import { add, checkSize, type Ground, putReady } from "./_ground.ts";
import { JOB_CLASSES } from "./job_classes.ts";
import { checkJobId } from "./job_id.ts";
import { dueKey, placeOf } from "./_layout.ts";
import { readStatus } from "./_status.ts";
import type { Job, JobSpec } from "./types.ts";

/** How old the number of waiting jobs may be that `maxPending` is held against, in milliseconds. */
const COUNT_MS = 200;

/** Takes jobs in. */
export class Intake {
  readonly #ground: Ground;
  readonly #newId: () => string;
  /** Order does not go back when the clock does. */
  #last = 0;
  #counter = 0;
  #pending = 0;
  /** Being stored, so that no count has them. */
  #underWay = 0;
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;

  constructor(ground: Ground, newId: (() => string) | undefined) {
    this.#ground = ground;
    // Ids that sort by time keep what is written together close together.
    this.#newId = newId ?? (() => `${this.#order()}-${crypto.randomUUID().slice(0, 8)}`);
  }

  async submit(spec: JobSpec): Promise<Job> {
    const job = this.#jobOf(spec);
    const { keys, commits, maxPending, name } = this.#ground;
    if (this.#countIsOld()) await (this.#counting ??= this.#count());
    // Before it refuses, it counts anew.
    if (this.#pending >= maxPending) await (this.#counting ??= this.#count());
    if (this.#pending >= maxPending) {
      throw new UserError("refused", `queue "${name}" is full: ${maxPending} jobs wait`, {
        rule: "queue.full",
        hint: "submit again later, or start more workers",
      });
    }
    this.#pending++;
    const writes: Write[] = [
      { op: "expect", key: keys.job + job.id, absent: true },
      { op: "put", key: keys.job + job.id, value: job },
      job.not_before === undefined ? putReady(this.#ground, job) : {
        op: "put",
        key: keys.waiting + dueKey(job.not_before, job.id),
        value: { place: placeOf(job), attempts: 0, from: job.submitted_at },
      },
      add(this.#ground, "submitted"),
    ];
    this.#underWay++;
    if (await commits.commit(writes).finally(() => this.#underWay--)) return job;
    throw new UserError("refused", `job "${job.id}" is known already`, {
      rule: "queue.conflict",
      hint: "leave the id out, or take another",
    });
  }

  #jobOf(spec: JobSpec): Job {
    const { maxAttempts } = this.#ground;
    const { class: kind = "cpu_short", payload, priority = 0, delayMs = 0, timeoutMs } = spec;
    if (!JOB_CLASSES.includes(kind)) {
      throw bad("class", kind, JOB_CLASSES.join(", "));
    }
    whole("priority", priority, -100, 100);
    whole("delayMs", delayMs, 0);
    const max_attempts = spec.maxAttempts ?? maxAttempts;
    whole("maxAttempts", max_attempts, 1);
    if (timeoutMs !== undefined) whole("timeoutMs", timeoutMs, 1);
    checkSize(this.#ground, "payload", payload);
    const id = checkJobId(spec.id ?? this.#newId());
    const submitted_at = this.#ground.now();
    return {
      id,
      class: kind,
      payload,
      priority,
      order: this.#order(),
      submitted_at,
      ...delayMs > 0 && { not_before: submitted_at + delayMs },
      max_attempts,
      ...timeoutMs !== undefined && { timeout_ms: timeoutMs },
      attempts: 0,
    };
  }

  #order(): string {
    const now = Math.max(0, Math.floor(this.#ground.now()));
    if (now > this.#last) [this.#last, this.#counter] = [now, 0];
    return `${this.#last.toString(36).padStart(9, "0")}${
      (this.#counter++).toString(36).padStart(4, "0")
    }`;
  }

  #countIsOld(): boolean {
    const age = this.#ground.now() - this.#countedAt;
    return this.#ground.maxPending < Infinity && !(age >= 0 && age < COUNT_MS);
  }

  async #count(): Promise<void> {
    try {
      const underWay = this.#underWay;
      this.#pending = (await readStatus(this.#ground)).pending + underWay;
      this.#countedAt = this.#ground.now();
    } finally {
      this.#counting = undefined;
    }
  }
}

/** @throws {UserError} `usage` for what is no whole number of that range. */
function whole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw bad(
    name,
    value,
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${least}`
      : `a whole number from ${least} to ${most}`,
  );
}

function bad(name: string, value: unknown, expected: string): UserError {
  const shown = JSON.stringify(value) ?? String(value);
  return new UserError("usage", `${name} of a job: ${shown.slice(0, 80)}`, {
    hint: `expected ${expected}`,
  });
}
