// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Training of one small network, 64 inputs, two hidden layers of 64 with tanh, 16 outputs, batches
 * of 256, single precision, one thread: forward, backward, clipping by the global norm and Adam.
 * Our kernels in WebAssembly and in TypeScript stand beside npm's `@tensorflow/tfjs` with its wasm
 * backend (vectors, one thread) and, for once, its cpu backend. All sides start from the same
 * weights, and it is proved that a step gives the same loss and the same weights. Rounds alternate,
 * so all meet the same noise: judge by the ratios. Time is processor time. The peer is installed by
 * npm into a temporary folder, at the first run.
 *
 * `deno run -A bench/rl/nn_speed.ts`
 */
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuUsage } from "node:process";
import { clipGlobalNorm } from "../../rl/nn/clip_global_norm.ts";
import { createAdam } from "../../rl/nn/adam.ts";
import { createMlp } from "../../rl/nn/mlp.ts";
import { createWasmKernels } from "../../rl/nn/wasm_kernels.ts";
import { kernelsF32 } from "../../rl/nn/kernels_f32.ts";
import type { Kernels } from "../../rl/nn/types.ts";
import { createRng } from "../../rl/rng.ts";
import { check, type Figure, median } from "../_report.ts";
import type { MakeSection } from "./_section.ts";

const TFJS = "4.22.0";
const SIZES = [64, 64, 64, 16] as const;
const BATCH = 256;
const [LR, CLIP, SEED] = [1e-3, 0.5, 7];
/** Multiplications and additions of a sample: forward once, backward twice. */
const FLOPS = 6 * (64 * 64 + 64 * 64 + 64 * 16);

/** One way to train the network. */
interface Side {
  /** Takes a step, and gives the loss before it. */
  step(): number;
  /** All weights, in our order. */
  weights(): ArrayLike<number>;
}

/** Throughput of training. */
export const section: MakeSection = async ({ quick = false } = {}) => {
  const sides = new Map<string, Side>([
    ["ours, wasm", ours(createWasmKernels())],
    ["ours, TypeScript", ours(kernelsF32)],
  ]);
  if (!quick) {
    const peer = await importTfjs();
    sides.set("tfjs wasm", await theirs(peer, "wasm"));
    sides.set("tfjs cpu", await theirs(peer, "cpu"));
  }
  const apart = proveEqual(sides);
  const rates = await race(sides, quick ? 3 : 11, quick ? 40 : 250);
  const ratio = (side: string, peer: string) =>
    rates.get(side)!.map((rate, round) => rate / rates.get(peer)![round]!);
  const lines = [...rates].map(([side, all]) => {
    const middle = median(all);
    const beside = !rates.has("tfjs wasm")
      ? "-"
      : `${median(ratio(side, "tfjs wasm")).toFixed(2)} ± ${
        standardError(ratio(side, "tfjs wasm")).toFixed(2)
      }`;
    const cells = [
      side,
      Math.round(middle).toLocaleString("en"),
      Math.round(Math.max(...all)).toLocaleString("en"),
      (middle * FLOPS / 1e9).toFixed(1),
      beside,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const figures: Record<string, Figure> = {
    // Four fifths of what blocked loops in TypeScript reached on the machine of the specification.
    "rl.nn.train_samples_per_s": {
      value: Math.max(...rates.get("ours, wasm")!),
      limit: 66_400,
      better: "higher",
    },
  };
  if (!quick) {
    const least = (side: string, limit: number): Figure => ({
      value: median(ratio(side, "tfjs wasm")),
      limit,
      better: "higher",
    });
    figures["rl.nn.train_vs_tfjs_wasm"] = least("ours, wasm", 1.5);
    figures["rl.nn.train_typescript_vs_tfjs_wasm"] = least("ours, TypeScript", 1.5);
  }
  const text = [
    `Forward, backward, clipping to ${CLIP} and Adam; seed ${SEED}; ${
      rates.get("ours, wasm")!.length
    }` +
    ` alternating rounds; the middle one, and the standard error of the ratios. After a step the ` +
    `weights of all sides are within ${apart.toExponential(1)} of each other.`,
    "",
    "| side | samples/s | best round | GFLOP/s | beside tfjs wasm |",
    "| --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
  return { title: "Training throughput of a small network", text, figures };
};

/** What all sides learn: outputs of half the first inputs. */
function data(): { input: Float32Array; target: Float32Array } {
  const rng = createRng(SEED).fork(1);
  const input = Float32Array.from({ length: BATCH * SIZES[0] }, () => rng.float() * 2 - 1);
  const target = new Float32Array(BATCH * SIZES[3]).map((_, i) =>
    input[Math.floor(i / 16) * 64 + i % 16]! / 2
  );
  return { input, target };
}

function ours(kernels: Kernels): Side {
  const { input, target } = data();
  const net = createMlp({ sizes: SIZES, maxRows: BATCH, rng: createRng(SEED), kernels });
  const adam = createAdam(net.params.length, { lr: LR, kernels });
  return {
    weights: () => net.params,
    step() {
      net.input.set(input);
      net.forward(BATCH);
      let loss = 0;
      for (let i = 0; i < target.length; i++) {
        const error = net.output[i]! - target[i]!;
        loss += 0.5 * error * error / BATCH;
        net.outputGrad[i] = error / BATCH;
      }
      net.grads.fill(0);
      net.backward(BATCH);
      clipGlobalNorm(net.grads, CLIP);
      adam.step(net.params, net.grads);
      return loss;
    },
  };
}

// deno-lint-ignore no-explicit-any -- the peer is not among our dependencies, nor are its types
type Tfjs = any;

async function theirs(tf: Tfjs, backend: string): Promise<Side> {
  await tf.setBackend(backend);
  await tf.ready();
  const { input, target } = data();
  const start = createMlp({ sizes: SIZES, maxRows: 1, rng: createRng(SEED) }).params;
  let at = 0;
  const weights = SIZES.slice(1).flatMap((outs, i) => {
    const ins = SIZES[i]!;
    const w = tf.variable(tf.tensor2d(start.slice(at, at + ins * outs), [outs, ins]).transpose());
    at += ins * outs;
    const b = tf.variable(tf.tensor1d(start.slice(at, at + outs)));
    at += outs;
    return [w, b];
  });
  const [w1, b1, w2, b2, w3, b3] = weights;
  const x = tf.tensor2d(input, [BATCH, SIZES[0]]);
  const wanted = tf.tensor2d(target, [BATCH, SIZES[3]]);
  const optimizer = tf.train.adam(LR, 0.9, 0.999, 1e-8);
  // Its fused kernel is the slower way to train.
  const layer = (a: Tfjs, w: Tfjs, bias: Tfjs) => tf.add(tf.matMul(a, w), bias);
  const loss = () => {
    const hidden = tf.tanh(layer(tf.tanh(layer(x, w1, b1)), w2, b2));
    return tf.mul(0.5 / BATCH, tf.sum(tf.squaredDifference(layer(hidden, w3, b3), wanted)));
  };
  const step = () => {
    const { value, grads } = tf.variableGrads(loss, weights);
    const names = Object.keys(grads);
    const squares = names.map((name) => tf.sum(tf.square(grads[name])));
    const scale = tf.minimum(1, tf.div(CLIP, tf.add(tf.sqrt(tf.addN(squares)), 1e-6)));
    optimizer.applyGradients(
      Object.fromEntries(names.map((name) => [name, tf.mul(grads[name], scale)])),
    );
    return value.dataSync()[0];
  };
  const use = async () => {
    if (tf.getBackend() !== backend) await tf.setBackend(backend);
  };
  return Object.assign({
    step: () => tf.tidy(step),
    weights: () =>
      weights.flatMap((variable) =>
        tf.tidy(() => [
          ...(variable.shape.length === 2 ? variable.transpose() : variable).dataSync(),
        ])
      ),
  }, { use });
}

/** Takes a step everywhere; gives how far weights are apart at most. Throws when losses differ. */
function proveEqual(sides: ReadonlyMap<string, Side>): number {
  let [first, apart]: [ArrayLike<number> | undefined, number] = [undefined, 0];
  let wanted: number | undefined;
  for (const [name, side] of sides) {
    const loss = side.step();
    wanted ??= loss;
    first ??= Float32Array.from(side.weights());
    const weights = side.weights();
    for (let i = 0; i < first.length; i++) {
      apart = Math.max(apart, Math.abs(weights[i]! - first[i]!));
    }
    if (!(Math.abs(loss - wanted) < 1e-4 && apart < 1e-4)) {
      throw new Error(`${name} computes something else: loss ${loss} for ${wanted}, ${apart}`);
    }
  }
  return apart;
}

/** Samples per second of processor time, one number a round. */
async function race(
  sides: ReadonlyMap<string, Side>,
  rounds: number,
  ms: number,
): Promise<Map<string, number[]>> {
  const rates = new Map([...sides.keys()].map((name) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round++) {
    // Who goes first changes, as the second finds a warmer machine; round -1 warms up.
    const order = [...sides];
    if (round % 2 === 0) order.reverse();
    for (const [name, side] of order) {
      await (side as { use?: () => Promise<void> }).use?.();
      const before = cpuUsage();
      let [steps, spent] = [0, 0];
      while (spent < ms) {
        for (let i = 0; i < 4; i++) side.step();
        steps += 4;
        const { user, system } = cpuUsage(before);
        spent = (user + system) / 1000;
      }
      if (round >= 0) rates.get(name)!.push(steps * BATCH / spent * 1000);
    }
  }
  return rates;
}

function standardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

async function importTfjs(): Promise<Tfjs> {
  const folder = join(tmpdir(), `dspy-code-bench-tfjs-${TFJS}`);
  const done = join(folder, ".installed");
  if (!await Deno.stat(done).catch(() => undefined)) {
    await Deno.mkdir(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
    const { success, stderr } = await new Deno.Command("npm", {
      args: [...args, `@tensorflow/tfjs@${TFJS}`, `@tensorflow/tfjs-backend-wasm@${TFJS}`],
      cwd: folder,
    }).output();
    if (!success) throw new Error(`npm install failed: ${new TextDecoder().decode(stderr)}`);
    await Deno.writeTextFile(done, TFJS);
  }
  // Required, as Deno would look for the imports of an ES module in our own configuration.
  const require = createRequire(join(folder, "peer.cjs"));
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  const tf = require("@tensorflow/tfjs");
  wasm.setThreadsCount(1);
  const modules = join(folder, "node_modules", "@tensorflow");
  wasm.setWasmPaths(join(modules, "tfjs-backend-wasm", "dist") + "/");
  return tf;
}

if (import.meta.main) {
  const { title, text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(`${title}\n\n${text}`);
  await check(figures);
  // The peer leaves timers behind.
  Deno.exit();
}
