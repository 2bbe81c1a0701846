import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type DockerPosition, DockerTailer } from "./docker_tailer.ts";
import type { LineSink } from "./line_sink.ts";
import { runningContainers } from "./running_containers.ts";
import { spawnLines } from "./spawn_lines.ts";

/** A program named docker: what it prints depends on `--since`, and it ends after some lines. */
const DOCKER = `#!/bin/sh
if [ "$1" = ps ]; then echo web-1; echo api-1; exit 0; fi
since="$5"; name="$6"
[ "$name" = gone ] && { echo "Error: No such container: gone" >&2; exit 1; }
for n in 1 2 3 4 5 6; do
  stamp="2025-01-02T10:00:0$((n / 2)).5Z"
  [ "$stamp" \\< "$since" ] || echo "$stamp line $n"
  case "$since$n" in 2025-01-02T09*3) exit 0 ;; esac
done
echo "2025-01-02T10:00:04Z from stderr" >&2
exec sleep 60
`;

async function withDocker(test: (spawn: ReturnType<typeof spawnLines>) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  try {
    await writeFile(join(folder, "docker"), DOCKER);
    await chmod(join(folder, "docker"), 0o755);
    await test(spawnLines({ env: { PATH: `${folder}${delimiter}${process.env.PATH}` } }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function collect(start?: DockerPosition) {
  const lines: string[] = [];
  let position = start;
  const sink: LineSink<DockerPosition> = {
    durable: true,
    load: () => Promise.resolve(start),
    deliver(batch, next) {
      lines.push(...batch.lines);
      position = next;
      return Promise.resolve(true);
    },
  };
  return { lines, sink, position: () => position };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 800 && !condition(); i++) await new Promise((done) => setTimeout(done, 10));
  assert.ok(condition(), "nothing came in eight seconds");
}

const CLOCK = {
  now: () => Date.parse("2025-01-02T09:59:59Z"),
  elapsed: () => performance.now(),
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((done) => {
      const timer = setTimeout(done, 20);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        done();
      });
    }),
};

Deno.test("DockerTailer gives each line once over an end of docker logs, also those of one time", async () => {
  await withDocker(async (spawn) => {
    const { lines, sink, position } = collect();
    const tailer = new DockerTailer("api-1", sink, { spawn, clock: CLOCK });
    await until(() => lines.includes("from stderr"));
    await tailer.stop();
    assert.deepEqual(lines, [1, 2, 3, 4, 5, 6].map((n) => `line ${n}`).concat("from stderr"));
    assert.deepEqual(position(), { since: "2025-01-02T10:00:04Z", at: 1 });
  });
});

Deno.test("DockerTailer goes on from its position", async () => {
  await withDocker(async (spawn) => {
    const { lines, sink } = collect({ since: "2025-01-02T10:00:01.5Z", at: 1 });
    const tailer = new DockerTailer("api-1", sink, { spawn, clock: CLOCK });
    await until(() => lines.includes("from stderr"));
    await tailer.stop();
    assert.deepEqual(lines, ["line 3", "line 4", "line 5", "line 6", "from stderr"]);
  });
});

Deno.test("DockerTailer tells once of a container that there is not, and waits for it", async () => {
  await withDocker(async (spawn) => {
    const notices: string[] = [];
    const { sink } = collect();
    const tailer = new DockerTailer("gone", sink, {
      spawn,
      clock: CLOCK,
      onNotice: ({ text }) => void notices.push(text),
    });
    await until(() => notices.length > 0);
    await new Promise((done) => setTimeout(done, 100));
    await tailer.stop();
    assert.equal(notices.length, 1);
    assert.match(notices[0]!, /No such container/);
  });
});

Deno.test("DockerTailer refuses what is no name, so that none is an option", () => {
  const { sink } = collect();
  for (const name of ["--tail", "", "a b", "a;b"]) {
    assert.throws(() => new DockerTailer(name, sink, { spawn: spawnLines() }), /no name/);
  }
});

Deno.test("runningContainers() gives names, and none without Docker", async () => {
  await withDocker(async (spawn) => {
    assert.deepEqual(await runningContainers(spawn), ["web-1", "api-1"]);
  });
  const missing = (): AsyncIterable<readonly string[]> => {
    throw new Error("no docker");
  };
  assert.deepEqual(await runningContainers(missing), []);
});

Deno.test("DockerTailer gives a line the same id however lines come in batches", async () => {
  const lines = ["01.5Z a", "01.5Z b", "02.5Z c", "02.5Z d"].map((l) => `2025-01-02T10:00:${l}`);
  const idsOf = async (size: number) => {
    const ids: string[] = [];
    const sink: LineSink<DockerPosition> = {
      ...collect().sink,
      deliver: (batch) => Promise.resolve(ids.push(...batch.ids()) > 0),
    };
    const spawn = async function* (_: readonly string[], signal: AbortSignal) {
      for (let i = 0; i < lines.length; i += size) yield lines.slice(i, i + size);
      await new Promise((done) => signal.addEventListener("abort", done));
    };
    const tailer = new DockerTailer("api-1", sink, { spawn, clock: CLOCK });
    await until(() => ids.length === lines.length);
    await tailer.stop();
    return ids;
  };
  const ids = await idsOf(4);
  assert.equal(new Set(ids).size, 4);
  assert.deepEqual(await idsOf(1), ids);
  assert.deepEqual(await idsOf(3), ids);
});
