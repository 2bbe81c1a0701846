// deno-lint-ignore-file no-console -- a script for the command line
/**
 * What the agent itself costs, against a scripted model that answers at once: one prompt, one call,
 * the final word, beside pi and codex in the same run; then 50 turns of ours, whose memory and time
 * per turn must stay flat.
 *
 * `deno run -A bench/agent.ts [--save] [--alone]`; `--alone` leaves the peers out.
 */
import { join } from "node:path";
import { readScenario, serveScripted } from "../testing/mod.ts";
import { built } from "./_built.ts";
import { peaks, resident } from "./_peak_mb.ts";
import { installPeer, type Peer, peerCommand } from "./_peers.ts";
import { check, type Figure, median } from "./_report.ts";

const RIGHTS = ["--allow-read", "--allow-write", "--allow-env", "--allow-run"];
const ONE_CALL = new URL("../tests/scenarios/one_call.yaml", import.meta.url);
const ROUNDS = 9;
const TURNS = 50;

type Agent = "ours" | Peer;

interface Run {
  /** Wall time, milliseconds. */
  readonly wall: number;
  /** Peak of the largest process, MB. */
  readonly peak: number;
  /** From the end of one answer to the arrival of the next request, milliseconds. */
  readonly trip: number;
  /** Bytes of the first request's body. */
  readonly bytes: number;
}

await using program = await built();
const figures: Record<string, Figure> = {};
const agents: Agent[] = Deno.args.includes("--alone") ? ["ours"] : ["ours", "pi", "codex"];
const runs = new Map<Agent, Run[]>(agents.map((agent) => [agent, []]));
for (const agent of agents) await oneCall(agent);
for (let round = 0; round < ROUNDS; round++) {
  for (const agent of agents) {
    const run = await oneCall(agent);
    // In a run of its own: looking takes a tenth of a core from who is looked at.
    const { peak } = await oneCall(agent, true);
    runs.get(agent)!.push({ ...run, peak });
  }
}
const of = (agent: Agent, key: keyof Run) => median(runs.get(agent)!.map((run) => run[key]));
console.log("agent   wall ms  peak MB  round trip ms  first request bytes");
for (const agent of agents) {
  const row = [of(agent, "wall"), of(agent, "peak"), of(agent, "trip"), of(agent, "bytes")];
  console.log(`${agent.padEnd(7)} ${row.map((n) => String(Math.round(n)).padStart(7)).join("  ")}`);
}
figures["agent.one_call_ms"] = { value: of("ours", "wall"), limit: 220, better: "lower" };
figures["agent.round_trip_ms"] = { value: of("ours", "trip"), limit: 15, better: "lower" };
figures["agent.peak_mb"] = { value: of("ours", "peak"), limit: 100, better: "lower" };
figures["agent.first_request_bytes"] = { value: of("ours", "bytes"), limit: 4096, better: "lower" };
if (agents.length > 1) {
  const ratio = (peer: Peer, key: keyof Run) => of("ours", key) / of(peer, key);
  figures["agent.wall_vs_pi"] = { value: ratio("pi", "wall"), limit: 0.6, better: "lower" };
  // 15 ms where pi takes 26: a machine's speed changes by the hour.
  figures["agent.trip_vs_pi"] = { value: ratio("pi", "trip"), limit: 15 / 26, better: "lower" };
  figures["agent.peak_vs_pi"] = { value: ratio("pi", "peak"), limit: 0.8, better: "lower" };
  figures["agent.wall_vs_codex"] = { value: ratio("codex", "wall"), limit: 1, better: "lower" };
  figures["agent.peak_vs_codex"] = { value: ratio("codex", "peak"), limit: 1, better: "lower" };
}
await longRun();
await check(figures);

/**
 * Plays the scenario once, in folders of its own.
 *
 * @param looks whether its memory is looked at meanwhile. Default false.
 */
async function oneCall(agent: Agent, looks = false): Promise<Run> {
  await using at = await place();
  await Deno.writeTextFile(join(at.workspace, "note.txt"), "the tea is ready\n");
  const scenario = await readScenario(ONE_CALL);
  await using model = await serveScripted(scenario, { dialect: agent });
  const { argv, env } = await command(agent, scenario.prompt!, model.url, at);
  const started = performance.now();
  const child = start(at, argv, env);
  let peak = 0;
  const look = () => peak = Math.max(peak, ...peaks(child.pid).values());
  const timer = looks ? setInterval(look, 10) : undefined;
  const { code } = await child.status;
  const wall = performance.now() - started;
  clearInterval(timer);
  const asked = model.requests.filter(({ turn }) => turn !== undefined);
  if (code !== 0 || !model.done || model.problems.length > 0) {
    throw new Error(`${agent} ended with ${code}: ${model.problems.join("; ")}`);
  }
  const trip = asked[1]!.at - asked[0]!.endedAt!;
  return { wall, peak, trip, bytes: asked[0]!.bytes };
}

/** Fifty turns with a call each, in one run of ours. */
async function longRun(): Promise<void> {
  await using at = await place();
  const turns = Array.from({ length: TURNS }, (_, i) => ({
    calls: [{ tool: "cat", args: { file: `f${i}.txt` } }],
  }));
  for (let i = 0; i < TURNS; i++) {
    const text = `file ${i}\n${"a line of text\n".repeat(60)}`;
    await Deno.writeTextFile(join(at.workspace, `f${i}.txt`), text);
  }
  await using model = await serveScripted({ turns: [...turns, { say: "done" }], window: 200_000 });
  const { argv, env } = await command("ours", "read them all", model.url, at);
  const child = start(at, argv, env);
  const samples: { readonly turn: number; readonly mb: number }[] = [];
  const timer = setInterval(() => {
    const mb = Math.max(0, ...resident(child.pid).values());
    // Once it is gone there is nothing to measure.
    if (model.requests.length > 0 && mb > 0) samples.push({ turn: model.requests.length, mb });
  }, 5);
  const { code } = await child.status;
  clearInterval(timer);
  if (code !== 0) throw new Error(`the long run ended with ${code}`);
  const asked = model.requests.filter(({ turn }) => turn !== undefined);
  const trips = asked.slice(1).map((request, i) => request.at - asked[i]!.endedAt!);
  const [early, late] = [median(trips.slice(4, 14)), median(trips.slice(-10))];
  // The first turns load what the later ones use.
  const settled = samples.filter(({ turn }) => turn > 10);
  console.log(
    `50 turns: ${early.toFixed(1)} ms per turn early, ${late.toFixed(1)} late, ` +
      `${Math.round(settled.at(0)?.mb ?? 0)} to ${Math.round(settled.at(-1)?.mb ?? 0)} MB`,
  );
  figures["agent.mb_per_turn"] = { value: slope(settled), limit: 0.5, better: "lower" };
  // The trip of `round_trip_ms` is the first of a process, which also loads its tool.
  figures["agent.turn_ms"] = { value: median(trips.slice(4)), limit: 15, better: "lower" };
  figures["agent.late_vs_early_turn"] = { value: late / early, limit: 1.5, better: "lower" };
}

/** Least squares: MB per turn. */
function slope(samples: readonly { turn: number; mb: number }[]): number {
  const n = samples.length;
  const meanX = samples.reduce((sum, { turn }) => sum + turn, 0) / n;
  const meanY = samples.reduce((sum, { mb }) => sum + mb, 0) / n;
  const above = samples.reduce((sum, { turn, mb }) => sum + (turn - meanX) * (mb - meanY), 0);
  return above / samples.reduce((sum, { turn }) => sum + (turn - meanX) ** 2, 0);
}

function start(
  { workspace: cwd }: Place,
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return new Deno.Command(program, { args, cwd, env, clearEnv: true, ...quiet }).spawn();
}

interface Place extends AsyncDisposable {
  readonly workspace: string;
  readonly home: string;
}

async function place(): Promise<Place> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const [workspace, home] = [join(folder, "ws"), join(folder, "home")];
  await Deno.mkdir(workspace);
  await Deno.mkdir(home);
  return {
    workspace,
    home,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function command(agent: Agent, prompt: string, url: string, at: Place) {
  const { workspace, home } = at;
  if (agent !== "ours") {
    const peer = await installPeer(agent);
    return await peerCommand(peer, { prompt, workspace, home, url, model: "scripted" });
  }
  const kept = ["PATH", "DENO_DIR", "HOME", "NPM_CONFIG_REGISTRY"];
  const env = Object.fromEntries(
    kept.flatMap((name): [string, string][] => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    argv: [
      Deno.execPath(),
      ...["run", "--quiet", "--no-prompt", ...RIGHTS, program.main],
      ...["--model", "scripted", "run", prompt],
    ],
    env: {
      ...env,
      XDG_STATE_HOME: home,
      XDG_CONFIG_HOME: home,
      OPENAI_BASE_URL: url,
      NO_COLOR: "1",
    },
  };
}
