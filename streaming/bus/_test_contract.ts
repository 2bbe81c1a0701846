/**
 * What every bus keeps, whether it is in this process or behind a broker: one suite for all. Nothing
 * here depends on how fast a bus is; each test has topics of its own.
 */
import { type BusTraits, contractBench } from "./_test_contract_bench.ts";
import { groupContract } from "./_test_contract_groups.ts";
import { readingContract } from "./_test_contract_reading.ts";
import type { EventStream } from "./types.ts";

export type { BusTraits } from "./_test_contract_bench.ts";

/**
 * Registers the tests of a bus.
 *
 * @param name stands before the name of each test.
 * @param open opens a bus; each test closes what it opened.
 */
export function busContract(
  name: string,
  open: () => EventStream | Promise<EventStream>,
  traits: BusTraits = {},
): void {
  const bench = contractBench(name, open, traits);
  readingContract(bench);
  groupContract(bench);
}
