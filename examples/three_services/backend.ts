// The API of a small shop, failing now and then as such things do: deno run -A backend.ts PORT
// Writes logs/backend.log and rotates it as logrotate's copytruncate does.
const LOG = "logs/backend.log";
const log = Deno.openSync(LOG, { create: true, append: true });

const prices = new Map(Array.from({ length: 20 }, (_, i) => [i, { amount: 5 + i }]));

Deno.serve(
  { hostname: "127.0.0.1", port: Number(Deno.args[0]), onListen() {} },
  async (request) => {
    const { pathname } = new URL(request.url);
    const started = performance.now();
    try {
      const body = await order(Number(pathname.split("/").at(-1)));
      const took = Math.round(performance.now() - started);
      write("INFO", `${request.method} ${pathname} 200 ${took}ms`);
      return Response.json(body);
    } catch (error) {
      write("ERROR", `${request.method} ${pathname} 500 unhandled exception`);
      write("ERROR", error instanceof Error ? error.stack ?? error.message : String(error));
      return Response.json({ error: "internal error" }, { status: 500 });
    }
  },
);

async function order(id: number): Promise<{ id: number; total: number }> {
  if (id % 11 === 10) await chargeCard();
  if (id % 13 === 12) await askStock(AbortSignal.timeout(40));
  if (id % 17 === 16) write("WARN", `order ${id}: cache miss rate is high, pool 19/20 in use`);
  return { id, total: totalOf(id % 21) };
}

/** Item 20 has no price: the bug to find. */
function totalOf(item: number): number {
  return prices.get(item)!.amount * 2;
}

/** Nobody listens there. */
async function chargeCard(): Promise<void> {
  (await Deno.connect({ hostname: "127.0.0.1", port: 9 })).close();
}

/** Never answers. */
function askStock(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function write(level: string, text: string): void {
  log.writeSync(new TextEncoder().encode(`${new Date().toISOString()} ${level} ${text}\n`));
  if (log.statSync().size < 6_000) return;
  Deno.copyFileSync(LOG, `${LOG}.1`);
  log.truncateSync(0);
}
