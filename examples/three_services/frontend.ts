// Visitors of a small shop: deno run -A frontend.ts BACKEND_PORT
// Writes logs/frontend.log and rotates it by renaming, as most loggers do.
const LOG = "logs/frontend.log";
let log = open();

for (let visit = 0;; visit++) {
  const started = performance.now();
  const path = `/orders/${visit}`;
  const status = await fetch(`http://127.0.0.1:${Deno.args[0]}/api${path}`)
    .then(async (answer) => (await answer.body?.cancel(), answer.ok ? 200 : 502), () => 503);
  const took = Math.round(performance.now() - started);
  const level = status !== 200 ? "ERROR" : took > 30 ? "WARN" : "INFO";
  const why = status === 502 ? " upstream failed" : status === 503 ? " no upstream" : "";
  write(
    `${new Date().toISOString()} ${level} visitor ${
      visit % 7
    } GET ${path} ${status}${why} ${took}ms`,
  );
  await new Promise((resolve) => setTimeout(resolve, 40));
}

function write(line: string): void {
  log.writeSync(new TextEncoder().encode(`${line}\n`));
  if (log.statSync().size < 6_000) return;
  log.close();
  Deno.renameSync(LOG, `${LOG}.1`);
  log = open();
}

function open(): Deno.FsFile {
  return Deno.openSync(LOG, { create: true, append: true });
}
