import assert from "node:assert/strict";
import type { LineBatch, LineSink } from "./line_sink.ts";
import type { TailPosition } from "./file_position.ts";

/** A temporary folder with a log in it. */
export interface TestLog extends AsyncDisposable {
  readonly folder: string;
  /** Path of the log. */
  readonly path: string;
  append(text: string | Uint8Array, path?: string): Promise<void>;
}

/** Makes a folder; the log itself is not there yet unless text is given. */
export async function testLog(text?: string): Promise<TestLog> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const path = `${folder}/app.log`;
  const append = (text: string | Uint8Array, to = path) =>
    Deno.writeFile(to, typeof text === "string" ? new TextEncoder().encode(text) : text, {
      append: true,
    });
  if (text !== undefined) await append(text);
  return {
    folder,
    path,
    append,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** A sink that keeps all in memory. */
export interface MemorySink extends LineSink<TailPosition> {
  /** Lines with their flags: `+` in front goes on, `~` behind is partial. */
  readonly lines: string[];
  readonly ids: string[];
  position: TailPosition | undefined;
  /** Called before a batch is taken. */
  before: (batch: LineBatch) => void | Promise<void>;
}

/** Makes a sink in memory. */
export function memorySink(durable = false): MemorySink {
  const sink: MemorySink = {
    durable,
    lines: [],
    ids: [],
    position: undefined,
    before: () => {},
    load: () => Promise.resolve(durable ? sink.position : undefined),
    async deliver(batch, position) {
      const ids = batch.ids();
      await sink.before(batch);
      const marked = [...batch.lines];
      if (batch.continues) marked[0] = `+${marked[0]}`;
      if (batch.partial) marked[marked.length - 1] += "~";
      sink.lines.push(...marked);
      sink.ids.push(...ids);
      sink.position = structuredClone(position);
      return true;
    },
  };
  return sink;
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, what = "it"): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await holds()) return;
    await new Promise((wake) => setTimeout(wake, 5));
  }
  assert.fail(`${what} did not come about`);
}
