// deno-lint-ignore-file no-console -- a script for the command line
/** Emitters of npm, installed into a temporary folder, never into the repository. */
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An emitter to compare with. */
export interface Peer {
  readonly name: string;
  open(readers: number, seen: () => void): { publish(n: number): void };
}

/** The versions that the figures in the documents are of. */
const PACKAGES = ["eventemitter3@5.0.1", "mitt@3.0.1", "rxjs@7.8.2"] as const;

/**
 * Loads them, with npm if they are not there yet.
 *
 * @param cache default `DSPY_PEERS` of the environment, else a folder in the temporary one.
 * @returns none, said aloud, when npm is missing or the registry out of reach.
 */
export async function loadEmitters(
  cache: string = Deno.env.get("DSPY_PEERS") ?? join(tmpdir(), "dspy-code-peers"),
): Promise<Peer[]> {
  const folder = join(cache, "emitters");
  try {
    await install(folder);
  } catch (error) {
    console.log(`SKIP eventemitter3, mitt and rxjs: ${error}`);
    return [];
  }
  const load = createRequire(join(folder, "package.json"));
  const { EventEmitter } = load("eventemitter3");
  const mitt = load("mitt");
  const { Subject } = load("rxjs");
  return [
    {
      name: "eventemitter3",
      open(readers, seen) {
        const emitter = new EventEmitter();
        for (let i = 0; i < readers; i++) emitter.on("bench.topic", () => seen());
        let seq = 0;
        return { publish: (value) => void emitter.emit("bench.topic", { seq: ++seq, value }) };
      },
    },
    {
      name: "mitt",
      open(readers, seen) {
        const emitter = mitt();
        for (let i = 0; i < readers; i++) emitter.on("bench.topic", () => seen());
        let seq = 0;
        return { publish: (value) => void emitter.emit("bench.topic", { seq: ++seq, value }) };
      },
    },
    {
      name: "rxjs",
      open(readers, seen) {
        const subject = new Subject();
        for (let i = 0; i < readers; i++) subject.subscribe(() => seen());
        let seq = 0;
        return { publish: (value) => void subject.next({ seq: ++seq, value }) };
      },
    },
  ];
}

async function install(folder: string): Promise<void> {
  const done = join(folder, ".installed");
  const wanted = PACKAGES.join(" ");
  if (await Deno.readTextFile(done).catch(() => "") === wanted) return;
  await Deno.mkdir(folder, { recursive: true });
  const { code, stderr } = await new Deno.Command("npm", {
    args: ["install", "--prefix", folder, "--no-audit", "--no-fund", ...PACKAGES],
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr).split("\n", 1)[0]);
  await Deno.writeTextFile(done, wanted);
}
