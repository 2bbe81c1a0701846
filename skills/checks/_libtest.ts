import type { ReadOutcome } from "./_check.ts";
import type { TestStatus } from "../../core/check_report.ts";

/** What the lines of Rust's test harness say. */
export interface Libtest {
  readonly tests: readonly (ReadOutcome & { readonly binary: number })[];
  /** How many tests all binaries together announced. */
  readonly planned: number;
  /** Whether every binary that announced tests reported each of them and its totals. */
  readonly complete: boolean;
}

const STATUS: Readonly<Record<string, TestStatus>> = {
  ok: "pass",
  FAILED: "fail",
  ignored: "skip",
};

/** One binary's block: `running 2 tests`, a line for each, failures, totals. */
interface Block {
  readonly announced: number;
  readonly tests: Map<string, ReadOutcome>;
  closed: boolean;
}

/**
 * Reads the standard output of `cargo test`, binary by binary. Only lines between a binary's
 * announcement and its last announced test count as results, so that what a test prints (shown later,
 * under `failures:`) is never one; the totals must agree.
 */
export function parseLibtest(stdout: string): Libtest {
  const blocks: Block[] = [];
  let block: Block | undefined;
  let detail: { name: string; lines: string[] } | undefined;
  for (const line of stdout.split(/\r?\n/)) {
    const start = /^running (\d+) tests?$/.exec(line);
    // Where failures are shown, it is a test's own print; elsewhere, the binary before has crashed.
    if (start && (!block || block.closed || !detail)) {
      block = { announced: Number(start[1]), tests: new Map(), closed: false };
      blocks.push(block);
      detail = undefined;
      continue;
    }
    if (!block || block.closed) continue;
    const result = block.tests.size < block.announced
      ? /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, (.*))?$/.exec(line)
      : null;
    const totals = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; /.exec(line);
    const heading = /^---- (.+) stdout ----$/.exec(line);
    if (result) {
      const [, name, word, reason] = result;
      block.tests.set(name!, {
        name: name!,
        status: STATUS[word!]!,
        ...(reason ? { message: reason } : {}),
      });
    } else if (totals && agrees(block, totals.slice(1, 4).map(Number))) {
      block.closed = true;
    } else if (heading && block.tests.get(heading[1]!)?.status === "fail") {
      detail = { name: heading[1]!, lines: [] };
    } else if (line === "failures:") {
      detail = undefined;
    } else if (detail) {
      detail.lines.push(line);
      const text = detail.lines.join("\n").trim();
      block.tests.set(detail.name, { ...block.tests.get(detail.name)!, message: text });
    }
  }
  return {
    planned: blocks.reduce((sum, one) => sum + one.announced, 0),
    tests: blocks.flatMap((one, binary) => [...one.tests.values()].map((t) => ({ ...t, binary }))),
    complete: blocks.every((one) => one.closed),
  };
}

function agrees({ tests, announced }: Block, [passed, failed, ignored]: number[]): boolean {
  const count = (status: TestStatus) =>
    [...tests.values()].filter((t) => t.status === status).length;
  return tests.size === announced && count("pass") === passed && count("fail") === failed &&
    count("skip") === ignored;
}
