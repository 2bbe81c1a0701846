// Sends the mails of a small shop, with retries: deno run -A worker.ts
// Writes logs/worker.log and keeps three old ones: worker.log.1 to worker.log.3.
const LOG = "logs/worker.log";
let log = open();

for (let job = 1;; job++) {
  for (let attempt = 1;; attempt++) {
    try {
      await send(job, attempt);
      write("info", `job=${job} mail sent attempt=${attempt}`);
      break;
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : `${error}`;
      write(attempt < 3 ? "warn" : "error", `job=${job} attempt=${attempt} failed: ${text}`);
      if (attempt === 3) break;
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 60));
}

/** Every ninth mail goes through the second time, every twentieth never. */
async function send(job: number, attempt: number): Promise<void> {
  if (job % 20 === 0 || (job % 9 === 0 && attempt === 1)) {
    await new Promise((_, reject) => {
      const signal = AbortSignal.timeout(20);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  }
}

function write(level: string, text: string): void {
  const line = JSON.stringify({ ts: new Date().toISOString(), level, msg: text });
  log.writeSync(new TextEncoder().encode(`${line}\n`));
  if (log.statSync().size < 6_000) return;
  log.close();
  for (const n of [2, 1, 0]) {
    try {
      Deno.renameSync(n === 0 ? LOG : `${LOG}.${n}`, `${LOG}.${n + 1}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  log = open();
}

function open(): Deno.FsFile {
  return Deno.openSync(LOG, { create: true, append: true });
}
