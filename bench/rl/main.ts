// deno-lint-ignore-file no-console -- a script for the command line
/**
 * All experiments of learning, one after another, as one report: `docs/rl_report.md`. Fails over a
 * limit, as every benchmark does.
 *
 * `deno task bench:rl [--quick] [--save] [NAME ...]`; names choose some of the experiments, and no
 * report is written then.
 */
import { check, type Figure } from "../_report.ts";
import type { MakeSection } from "./_section.ts";

const REPORT = new URL("../../docs/rl_report.md", import.meta.url);

/** In the order of the report. */
const SECTIONS: Readonly<Record<string, () => Promise<{ section: MakeSection }>>> = {
  rules: () => import("./rules.ts"),
  helps: () => import("./helps.ts"),
  blind: () => import("./blind.ts"),
  testbed: () => import("./testbed.ts"),
  regret: () => import("./regret.ts"),
  switching: () => import("./switching.ts"),
  classification: () => import("./classification.ts"),
  ope: () => import("./ope.ts"),
  promotion: () => import("./promotion.ts"),
  ppo: () => import("./ppo.ts"),
  bandit_speed: () => import("./bandit_speed.ts"),
  env_speed: () => import("./env_speed.ts"),
  nn_speed: () => import("./nn_speed.ts"),
};

const named = Deno.args.filter((word) => !word.startsWith("--"));
const unknown = named.find((name) => !Object.hasOwn(SECTIONS, name));
if (unknown !== undefined) {
  console.error(`no experiment "${unknown}": ${Object.keys(SECTIONS).join(", ")}`);
  Deno.exit(2);
}
const quick = Deno.args.includes("--quick");
const parts: string[] = [];
const figures: Record<string, Figure> = {};
for (const [name, load] of Object.entries(SECTIONS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const started = performance.now();
  const { title, text, figures: own } = await (await load()).section({ quick });
  const seconds = (performance.now() - started) / 1000;
  console.log(`\n# ${title} (${seconds.toFixed(0)} s)\n\n${text}\n`);
  parts.push(`## ${title}\n\n${text}\n\n${table(own)}`);
  Object.assign(figures, own);
}
await check(figures);
if (!quick && named.length === 0) {
  await Deno.writeTextFile(REPORT, report(parts));
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["fmt", REPORT.pathname] })
    .output();
  console.log(success ? "docs/rl_report.md written" : "docs/rl_report.md is not formatted");
}

function table(own: Readonly<Record<string, Figure>>): string {
  const rows = Object.entries(own).map(([name, { value, limit, better }]) => {
    const kept = better === "lower" ? value <= limit : value >= limit;
    const sign = better === "lower" ? "<=" : ">=";
    return `| \`${name}\` | ${rounded(value)} | ${sign} ${rounded(limit)} | ${
      kept ? "yes" : "**no**"
    } |`;
  });
  return ["| figure | measured | limit | kept |", "| --- | ---: | ---: | --- |", ...rows].join(
    "\n",
  );
}

function rounded(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(4);
}

function report(parts: readonly string[]): string {
  const { os, arch } = Deno.build;
  return [
    "# Learning: the experiments",
    "",
    `Written by \`deno task bench:rl\` on ${new Date().toISOString().slice(0, 10)}, with Deno ` +
    `${Deno.version.deno} on ${os} ${arch}, ${navigator.hardwareConcurrency} cores. Everything is ` +
    "seeded; speeds are ratios measured side by side in one run.",
    "",
    ...parts,
    "",
  ].join("\n\n");
}
