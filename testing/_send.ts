import type { Fault } from "./scenario.ts";

/** How an answer ended: all was sent, the scenario cut it, or the client left. */
export type Ending = "sent" | "cut" | "gone";

/** How a body is sent. */
export interface SendOptions {
  readonly fault: Fault;
  /** Bytes per packet. */
  readonly packet?: number | undefined;
  /** Told once, when the last byte is out, the connection torn or the client gone. */
  readonly ended: (how: Ending) => void;
}

/** Sends chunks one by one, with the delays and cuts of a fault. */
export function send(
  chunks: readonly string[],
  { fault, packet, ended }: SendOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { cut, clean = false, delayMs = 0, pauseMs = 0 } = fault;
  const kept = chunks.slice(0, cut);
  const packets = packet === undefined
    ? kept.map((chunk) => new TextEncoder().encode(chunk))
    : packetsOf(new TextEncoder().encode(kept.join("")), packet);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake = (): void => {};
  let next = 0;
  let gone = false;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const ms = next === 0 ? delayMs : next < packets.length ? pauseMs : 0;
      if (ms > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, ms);
        });
      }
      if (gone) return;
      if (next < packets.length) return controller.enqueue(packets[next++]!);
      if (cut === undefined || clean) {
        ended(cut === undefined ? "sent" : "cut");
        return controller.close();
      }
      ended("cut");
      controller.error(new Error("the scenario cuts the stream here"));
    },
    cancel() {
      gone = true;
      clearTimeout(timer);
      wake();
      ended("gone");
    },
  }, { highWaterMark: 0 });
}

function packetsOf(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>[] {
  return Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, index) => bytes.subarray(index * size, (index + 1) * size),
  );
}
