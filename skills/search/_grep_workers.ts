import laneText from "./_grep_lane.ts" with { type: "text" };
import scanText from "./_grep_scan.ts" with { type: "text" };
import textText from "./_grep_text.ts" with { type: "text" };

/** An idle worker is kept this long for the next search. Milliseconds. */
const IDLE_MS = 3_000;

let address: string | undefined;
let idle: Worker[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * A worker that runs `serveLane()`, an idle one if there is one. Starting one takes 25 ms.
 *
 * Its source is joined from texts that are part of the module graph: a worker that is loaded by its
 * address would need the permission to read our own files, and be missing from bundles.
 */
export function takeWorker(): Worker {
  const worker = idle.pop();
  if (worker !== undefined) return worker;
  address ??= URL.createObjectURL(
    new Blob([[textText, scanText, laneText].map(withoutImports).join("\n"), "\nserveLane();"], {
      type: "application/typescript",
    }),
  );
  return new Worker(address, { type: "module" });
}

/** How many workers are idle. */
export function idleWorkers(): number {
  return idle.length;
}

/**
 * Keeps a worker for the next search. A worker keeps its process alive, so idle ones end after a few
 * seconds, and when the signal of the search that used them fires later, as at a session's end.
 */
export function keepWorker(worker: Worker, signal: AbortSignal): void {
  worker.onmessage = null;
  worker.onerror = null;
  idle.push(worker);
  clearTimeout(timer);
  timer = setTimeout(endWorkers, IDLE_MS);
  if (signal.aborted) endWorkers();
  else signal.addEventListener("abort", endWorkers, { once: true });
}

/** Ends the idle workers. */
export function endWorkers(): void {
  clearTimeout(timer);
  for (const worker of idle) worker.terminate();
  idle = [];
}

function withoutImports(module: string): string {
  return module.replace(/^import [^;]+;$/gm, "");
}
