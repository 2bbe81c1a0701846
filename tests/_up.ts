/** What the tests of `up` have in common. */
import { openSqliteStore } from "../core/store/sqlite.ts";
import { pause } from "../core/pause.ts";
import type { Sandbox } from "./_cli.ts";

/** With short windows, and no page. */
export const UP = ["up", "--window-sec", "1", "--no-status"];

/** Made up; they have the forms of keys. */
export const KEYS: readonly [string, string] = [
  `sk-${"a1B2c3D4".repeat(5)}`,
  "AKIA" + "ABCDEFGHIJKLMNOP",
];

/** A message in the store. */
export interface Kept {
  readonly id: string;
  readonly ts: number;
  readonly value: unknown;
}

/** What a topic holds in the store of a workspace. */
export async function stored(box: Sandbox, topic: string): Promise<Kept[]> {
  const store = await openSqliteStore(`${box.ws}/.dspy/store.db`);
  try {
    return (await store.read<Kept>(`bus:${topic}`, { limit: 10_000 })).map(({ value }) => value);
  } finally {
    await store.close();
  }
}

/** Adds to a log. */
export async function append({ ws }: Sandbox, path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${ws}/${path}`, text, { append: true });
}

/** The process that a launcher started: the one of its children that runs a service. */
export async function childOf(pid: number): Promise<number> {
  return await until(async () => {
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
      if (Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]) === pid) return Number(name);
    }
    return undefined;
  }, 1_000);
}

/** Looks until there is something to see. */
export async function until<T>(look: () => Promise<T | undefined>, ms = 20_000): Promise<T> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await pause(100);
  }
  throw new Error("it did not come about");
}
