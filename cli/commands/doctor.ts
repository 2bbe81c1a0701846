import type { Io } from "../shell.ts";

/** How a thing is: usable, usable with a lack, or absent. */
export type ProbeStatus = "ok" | "warn" | "missing";

/** What a probe found. */
export interface ProbeResult {
  readonly status: ProbeStatus;
  /** What is there or what is not, without a final full stop. */
  readonly detail: string;
  /** How to get what is missing. */
  readonly get?: string;
}

/** A look at one thing that dspy-code uses. */
export interface Probe {
  readonly name: string;
  /** Whether nothing works without it. Default false. */
  readonly essential?: boolean;
  /** @param signal ends the look when it takes too long. */
  run(signal: AbortSignal): Promise<ProbeResult>;
}

/** Options of {@linkcode doctor}. */
export interface DoctorOptions {
  /** One JSON object instead of lines. Default false. */
  readonly json?: boolean;
  /** Limit for each probe, in milliseconds. Default 5,000. */
  readonly limitMs?: number;
}

/**
 * Looks at everything dspy-code uses, all at once, and says what works, what is missing and how to
 * get it: one line `ok|warn|missing name: detail; how to get it` each, in the order of the probes.
 *
 * @param probes what to look at.
 * @returns the exit code: 0 when all that is essential works.
 */
export async function doctor(
  probes: readonly Probe[],
  io: Io,
  { json = false, limitMs = 5_000 }: DoctorOptions = {},
): Promise<number> {
  const results = await Promise.all(probes.map(async (probe) => ({
    name: probe.name,
    essential: probe.essential ?? false,
    ...await runProbe(probe, limitMs),
  })));
  const works = results.every(({ essential, status }) => !essential || status !== "missing");
  if (json) {
    io.out(JSON.stringify({ ok: works, probes: results }));
    return works ? 0 : 1;
  }
  for (const { status, name, detail, get } of results) {
    io.out(`${status.padEnd(7)} ${name}: ${[detail, get].filter(Boolean).join("; ")}`);
  }
  io.out(works ? "The essentials work." : "Something essential is missing.");
  return works ? 0 : 1;
}

async function runProbe(probe: Probe, limitMs: number): Promise<ProbeResult> {
  const limit = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<ProbeResult>((resolve) => {
    timer = setTimeout(() => {
      limit.abort();
      resolve({ status: "missing", detail: `no answer within ${limitMs / 1000} s` });
    }, limitMs);
  });
  const found = Promise.try(() => probe.run(limit.signal)).catch((error): ProbeResult => ({
    status: "missing",
    detail: error instanceof Error ? error.message : String(error),
  }));
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}
