// deno-lint-ignore-file no-console -- says what is skipped
import { type Broker, type BrokerOptions, startCluster } from "../tasks/_kafka_broker.ts";
import { Missing } from "../tasks/_maven_jars.ts";

/** A broker for the tests of one file, which are skipped aloud where there is none. */
export interface TestBroker {
  /** Registers a test that gets the broker, or says why it is skipped. */
  test(name: string, work: (broker: Broker, all: readonly Broker[]) => Promise<void>): void;
  /** The broker, started at the first call; undefined where there can be none. */
  broker(): Promise<Broker | undefined>;
}

/**
 * One broker (or several nodes) shared by the tests of a file and ended after them. With
 * `DSPY_REQUIRE_KAFKA=1` a missing Java or Maven is a failure.
 */
export function testBroker(
  file: string,
  nodes = 1,
  options: Partial<BrokerOptions> = {},
): TestBroker {
  let starting: Promise<Broker[] | undefined> | undefined;
  let dir: string | undefined;
  const start = () =>
    starting ??= (async () => {
      dir = await Deno.makeTempDir({ prefix: "dspy-kafka-" });
      try {
        return await startCluster(nodes, { dir, ...options });
      } catch (error) {
        if (!(error instanceof Missing) || Deno.env.get("DSPY_REQUIRE_KAFKA") === "1") throw error;
        console.log(`SKIP ${file}: ${error.message}`);
        return undefined;
      }
    })();
  Deno.test.afterAll(async () => {
    for (const broker of await starting ?? []) await broker.kill9();
    if (dir !== undefined) await Deno.remove(dir, { recursive: true });
  });
  return {
    broker: async () => (await start())?.[0],
    test(name, work) {
      // The broker is of the file, not of the test that happens to be first.
      const own = { name, sanitizeOps: false, sanitizeResources: false };
      Deno.test(own, async () => {
        const brokers = await start();
        if (brokers !== undefined) await work(brokers[0]!, brokers);
      });
    },
  };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !holds();) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
