// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Does it help on wordings that nobody tuned on? `requests/blind.yaml` was written and labelled by
 * somebody who knew the help texts and three other repositories, and neither the rules, the prior,
 * the other requests nor what the program does. It was measured once, then frozen; nothing was
 * changed for it.
 *
 * Half of the requests, by a seeded hash of their text, are a person's work, the other half is what
 * is measured; the person's words are all that is learned from: no tool is run.
 *
 * `deno run -A bench/rl/blind.ts`
 */
import { load } from "js-yaml";
import { z } from "zod";
import { rulesChooser } from "../../core/agent/rules_chooser.ts";
import { toolPrior } from "../../rl/chooser/tool_prior.ts";
import { check } from "../_report.ts";
import { firstContext, type LabelledRequest, splitOf } from "./_requests.ts";
import type { MakeSection } from "./_section.ts";
import { byRules, type Case, mean, openCases, percent, run, type Shares } from "./_work.ts";

const ROWS = z.array(z.strictObject({
  /** Repository that it was written for. */
  repo: z.string().min(1),
  request: z.string().min(1),
  /** Right first tools, the best one first. */
  tools: z.array(z.string().min(1)).min(1),
  /** Why these. */
  why: z.string().min(1),
}));

const POINTS: readonly number[] = [0, 50, 200, 1000];
const RUNS = 10;

/** The experiment; `quick` is one run of 50 decisions. */
export const section: MakeSection = async ({ quick = false } = {}) => {
  const points = quick ? [0, 50] : POINTS;
  const runs = quick ? 1 : RUNS;
  const cases = await openCases(await loadBlind());
  const test = cases.filter(({ row }) => row.split === "test");
  const own = cases.filter(({ row }) => row.split === "train");
  const prior = toolPrior();
  const results: Shares[][] = [];
  for (let seed = 1; seed <= runs; seed++) {
    results.push(await run({ own, test, prior, seed, points, outcomes: undefined }));
  }
  const at = (side: keyof Shares, point: number) =>
    results.map((shares) => shares[points.indexOf(point)]![side]);
  const [rules, ownRules] = [mean(test.map(byRules)), mean(own.map(byRules))];
  const cold = points.map((point) => mean(at("test", point)) - rules);
  const all = [...test, ...own];
  const coldAll = (mean(at("test", 0)) * test.length + mean(at("own", 0)) * own.length) /
    all.length;
  return {
    title: "Does it help on wordings that nobody tuned on?",
    text: [
      `${all.length} requests over three repositories that are in no other experiment ` +
      "(`requests/README.md`), written blind. All of them: fixed rules " +
      `${percent([mean(all.map(byRules))])}, with the prior ${percent([coldAll])}; a right tool ` +
      `offers itself for ${percent([mean(all.map(reachable))])}; who always said grep would be ` +
      `right for ${percent([mean(all.map(({ row }) => row.tools.includes("grep") ? 1 : 0))])}. ` +
      `The best tool itself: rules ${percent([mean(all.map(bestByRules))])}. ${runs} runs; half ` +
      "is a person's work and learned from, half is new.",
      "",
      `| decisions | new wordings (${test.length}) | come again (${own.length}) |`,
      "| ---: | ---: | ---: |",
      `| fixed rules | ${percent([rules])} | ${percent([ownRules])} |`,
      ...points.map((point) =>
        `| ${point} | ${percent(at("test", point))} | ${percent(at("own", point))} |`
      ),
    ].join("\n"),
    figures: {
      "rl.blind.requests": { value: all.length, limit: 150, better: "higher" },
      "rl.blind.gain_cold": { value: 100 * cold[0]!, limit: 10, better: "higher" },
      "rl.blind.gain_after": { value: 100 * cold[quick ? 1 : 2]!, limit: 10, better: "higher" },
      "rl.blind.lowest_gain": {
        value: 100 * Math.min(...results.flat().map((shares) => shares.test - rules)),
        limit: -2,
        better: "higher",
      },
    },
  };
};

/** SHA-256 of the file: what was written blind stays as it was written. */
const FROZEN = "cac9a6109c3f637c4247af4e853c4d1992a00d9837e120bee3aba346962e1376";

async function loadBlind(): Promise<LabelledRequest[]> {
  const file = new URL("requests/blind.yaml", import.meta.url);
  const bytes = await Deno.readFile(file);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (digest !== FROZEN) throw new Error(`blind.yaml was changed: ${digest}`);
  return ROWS.parse(load(new TextDecoder().decode(bytes))).map(({ repo, request, tools }) => ({
    request,
    tools,
    about: [],
    kind: "blind",
    split: splitOf(request, []),
    // Nothing is run there: the name is for the tables alone.
    repository: repo as LabelledRequest["repository"],
  }));
}

function reachable({ row, candidates }: Case): number {
  return candidates.some(({ tool }) => row.tools.includes(tool)) ? 1 : 0;
}

function bestByRules({ row, candidates }: Case): number {
  return rulesChooser().choose(firstContext(row), candidates)?.tool === row.tools[0] ? 1 : 0;
}

if (import.meta.main) {
  const { title, text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(`# ${title}\n\n${text}\n`);
  await check(figures);
}
