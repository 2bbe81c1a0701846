// deno-lint-ignore-file no-console -- a script for the command line
/**
 * How often the untaught rules choose a right tool first, on the requests of `requests/`: what a
 * learner has to beat. Nothing is run for the requests; so no limit needs slack.
 *
 * `deno run -A bench/rl/rules.ts`, with `--wrong` for each request that goes wrong
 */
import type { Choice } from "../../core/agent/chooser.ts";
import { rulesChooser } from "../../core/agent/rules_chooser.ts";
import { check } from "../_report.ts";
import {
  firstContext,
  isRight,
  type LabelledRequest,
  loadRequests,
  missingNames,
  type Offer,
  openOffers,
  REPOSITORIES,
} from "./_requests.ts";
import type { MakeSection } from "./_section.ts";

/** What the rules make of a request. */
interface Verdict {
  readonly request: LabelledRequest;
  readonly offers: readonly Offer[];
  readonly choice: Choice | undefined;
  readonly right: boolean;
  /** Whether any right tool offers itself: no chooser can be right without. */
  readonly reachable: boolean;
}

/** The rules on all requests. With `quick` nothing is downloaded, so names are not looked up. */
export const section: MakeSection = async ({ quick = false } = {}) => {
  const requests = await loadRequests();
  const missing = quick ? [] : await missingNames(requests);
  if (missing.length > 0) throw new Error(`not in the repositories: ${missing.join("; ")}`);
  const verdicts = await judge(requests);
  const test = verdicts.filter(({ request }) => request.split === "test");
  const wordings = `${requests.length} requests over ${REPOSITORIES.join(", ")}`;
  return {
    title: "Does it help? What the fixed rules do",
    text: [
      `${wordings}, labelled before any chooser saw them (\`requests/README.md\`). The tool with ` +
      "the highest weight is chosen; ± is one standard error. *Reachable*: a right tool offers " +
      "itself at all, so it is what the best chooser could have.",
      "",
      "| repository | split | requests | right first | reachable | outweighed | not offered |",
      "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
      ...[...REPOSITORIES, "all"].flatMap((name) =>
        ["train", "test", "both"].map((split) => row(name, split, verdicts))
      ),
      "",
      "| kind of work | requests | right first | reachable |",
      "| --- | ---: | ---: | ---: |",
      ...kindRows(verdicts),
    ].join("\n"),
    figures: {
      "rl.helps.requests": { value: requests.length, limit: 150, better: "higher" },
      "rl.helps.rules": { value: share(verdicts, right), limit: 0.708, better: "higher" },
      "rl.helps.rules_test": { value: share(test, right), limit: 0.66, better: "higher" },
      "rl.helps.reachable": { value: share(verdicts, reachable), limit: 0.992, better: "higher" },
      "rl.helps.reachable_test": { value: share(test, reachable), limit: 0.986, better: "higher" },
    },
  };
};

async function judge(requests: readonly LabelledRequest[]): Promise<Verdict[]> {
  const offersFor = await openOffers();
  const rules = rulesChooser();
  return requests.map((request) => {
    const offers = offersFor(request.request);
    const choice = rules.choose(firstContext(request), offers);
    return {
      request,
      offers,
      choice,
      right: isRight(request, choice),
      reachable: offers.some(({ tool }) => request.tools.includes(tool)),
    };
  });
}

function row(name: string, split: string, all: readonly Verdict[]): string {
  const some = all.filter(({ request }) =>
    (name === "all" || request.repository === name) &&
    (split === "both" || request.split === split)
  );
  const outweighed = some.filter((verdict) => !verdict.right && verdict.reachable).length;
  const unoffered = some.filter((verdict) => !verdict.reachable).length;
  return `| ${name} | ${split} | ${some.length} | ${percent(some, right)} | ` +
    `${percent(some, reachable)} | ${outweighed} | ${unoffered} |`;
}

function kindRows(all: readonly Verdict[]): string[] {
  return Object.entries(Object.groupBy(all, ({ request }) => request.kind))
    .map(([kind, some = []]): [string, readonly Verdict[]] => [kind, some])
    .sort(([a, { length: n }], [b, { length: m }]) => m - n || (a < b ? -1 : 1))
    .map(([kind, some]) =>
      `| ${kind} | ${some.length} | ${percent(some, right)} | ${percent(some, reachable)} |`
    );
}

const right = (verdict: Verdict): boolean => verdict.right;
const reachable = (verdict: Verdict): boolean => verdict.reachable;

function share(some: readonly Verdict[], is: (verdict: Verdict) => boolean): number {
  return some.filter(is).length / some.length;
}

/** With the standard error of a share, √(p(1 − p)/n). */
function percent(some: readonly Verdict[], is: (verdict: Verdict) => boolean): string {
  const p = share(some, is);
  const error = Math.sqrt(p * (1 - p) / some.length);
  return `${(100 * p).toFixed(1)} % ± ${(100 * error).toFixed(1)}`;
}

/** The requests that go wrong, by cause. */
function wrongOnes(all: readonly Verdict[]): string {
  const line = ({ request, choice, offers }: Verdict) =>
    `- ${request.repository}, ${request.kind}: ${request.request}\n` +
    `    right ${request.tools.join(" or ")}; chosen ${choice?.tool ?? "none"}; offered ` +
    (offers.map(({ tool, weight }) => `${tool} ${weight}`).join(", ") || "nothing");
  return [
    "Outweighed:",
    ...all.filter((verdict) => !verdict.right && verdict.reachable).map(line),
    "",
    "No right tool offered itself:",
    ...all.filter((verdict) => !verdict.reachable).map(line),
  ].join("\n");
}

if (import.meta.main) {
  const { text, figures } = await section();
  console.log(`${text}\n`);
  if (Deno.args.includes("--wrong")) {
    console.log(`${wrongOnes(await judge(await loadRequests()))}\n`);
  }
  await check(figures);
}
