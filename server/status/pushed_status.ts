import { isRecord } from "../../core/is_record.ts";
import type { LmCircuit } from "./lm_circuit.ts";
import { PUSHED_NAMES, type Snapshot } from "./snapshot.ts";
import type { Answer, StatusName, StatusSource } from "./status_source.ts";

/**
 * Answers from the newest snapshot that was pushed; each answer says of when it is (`as_of`).
 *
 * @param read gives it; undefined while there is none.
 * @param now milliseconds since the epoch. Default `Date.now`.
 */
export function pushedStatus(
  read: () => Promise<Snapshot | undefined>,
  now: () => number = Date.now,
): StatusSource {
  const pushed = PUSHED_NAMES.map((name) => [name, () => answer(name)] as const);
  return {
    ...Object.fromEntries(pushed) as Record<typeof PUSHED_NAMES[number], () => Promise<Answer>>,
    async health() {
      const snapshot = await read();
      const metrics = snapshot?.answers.metrics?.body;
      const lm_circuit = isRecord(metrics) ? metrics.lm_circuit : undefined;
      return {
        status: 200,
        body: {
          ok: true,
          status: "ok",
          lm_circuit: circuit(lm_circuit),
          snapshot: snapshot === undefined
            ? null
            : { ts: snapshot.ts, age_sec: Math.max(0, now() / 1000 - snapshot.ts) },
        },
      };
    },
    async ready() {
      const ok = await read() !== undefined;
      const snapshot = ok ? { ok } : { ok, reason: NOTHING };
      return { status: ok ? 200 : 503, body: { ok, checks: { snapshot } } };
    },
  };

  async function answer(name: StatusName): Promise<Answer> {
    const snapshot = await read();
    const found = snapshot?.answers[name];
    if (snapshot === undefined || found === undefined) {
      return UNKNOWN[name] ?? { status: 501, body: { error: NOTHING } };
    }
    return { ...found, body: { ...found.body as object, as_of: snapshot.ts } };
  }
}

const NOTHING = "nothing was pushed yet";

/** What stands for answers that have a shape for knowing nothing. */
const UNKNOWN: { readonly [name in StatusName]?: Answer } = {
  deploy: { status: 200, body: { status: "unknown", reason: NOTHING } },
  code: { status: 200, body: { status: "no-storage", reason: NOTHING } },
  auto: { status: 200, body: { status: "offline", reason: NOTHING } },
};

/** Health is open to anybody, so it says only what it is meant to. */
function circuit(value: unknown): LmCircuit {
  const { open, next_retry_sec: next } = isRecord(value) ? value : {};
  return {
    open: typeof open === "boolean" ? open : null,
    next_retry_sec: typeof next === "number" ? next : null,
    ...typeof open !== "boolean" && { reason: value === undefined ? NOTHING : "not known" },
  };
}
