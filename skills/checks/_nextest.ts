import { z } from "zod";
import type { Files } from "../../core/workspace/files.ts";
import { type Check, checkCommand, type Choice, join, readOptional } from "./_check.ts";
import type { ReadOutcome, ReadSite } from "./_check.ts";
import { type JunitCase, parseJunit } from "./_junit.ts";
import { headline, locate } from "./_locate.ts";

/** File times are no finer than this. Milliseconds. */
const CLOCK_SLACK_MS = 2_000;

const profileName = z.string().regex(/^\w[\w-]{0,60}$/);

/** cargo-nextest, read from the JUnit report that the project's settings have it write. */
export const nextest: Check = {
  id: "nextest",
  kind: "test",
  get: "cargo install cargo-nextest",
  command: checkCommand("Runs cargo nextest run", ({ filter, profile = "default" }) => ({
    program: "cargo",
    args: [
      "nextest",
      "run",
      "--no-fail-fast",
      "--workspace",
      `--profile=${profile}`,
      ...(filter ? ["--", filter] : []),
    ],
    env: { CARGO_TERM_COLOR: "never", RUST_BACKTRACE: "0" },
  }), { profile: profileName.optional().describe("profile of .config/nextest.toml") }),
  absent: ({ code, stderr }) => code !== 0 && /no such command: `nextest`/.test(stderr),
  async read({ ms, argv }, site) {
    const profile = argv.find((arg) => arg.startsWith("--profile="))?.slice("--profile=".length);
    const found = (await junitProfiles(site.files, site.dir)).find(({ name }) => name === profile);
    const path = join(site.dir, `target/nextest/${profile}/${found?.path}`);
    const info = await site.files.info(path).catch(() => undefined);
    // One of an earlier run lies in the same place.
    const fresh = info !== undefined && info.mtime >= Date.now() - ms - CLOCK_SLACK_MS;
    const report = fresh ? await parseJunit(await site.files.readText(path)) : undefined;
    if (!report) return { complete: false };
    return {
      tests: report.cases.map((one) => outcome(one, site)),
      planned: report.planned,
      notes: ["nextest runs no doc tests"],
    };
  },
};

/** nextest, where a project has it write a report. */
export async function nextestChoice(files: Files, dir: string): Promise<Choice[]> {
  const profiles = await junitProfiles(files, dir);
  const chosen = profiles.find(({ name }) => name === "default") ?? profiles[0];
  return chosen ? [{ check: nextest, fields: { profile: chosen.name } }] : [];
}

async function junitProfiles(
  files: Files,
  dir: string,
): Promise<{ name: string; path: string }[]> {
  const text = await readOptional(files, dir, ".config/nextest.toml") ?? "";
  const form = /^\[profile\.([\w-]+)\.junit\]\s*$[^[]*?^\s*path\s*=\s*"([\w.-]+)"/gm;
  return [...text.matchAll(form)].map(([, name, path]) => ({ name: name!, path: path! }));
}

function outcome(
  { name, classname, status, type, ...one }: JunitCase,
  site: ReadSite,
): ReadOutcome {
  const bad = status === "fail" || status === "error";
  const place = bad ? locate(one.detail, site) : undefined;
  return {
    id: `${classname}::${name}`,
    name,
    ...place,
    status: bad && /timeout/.test(type) ? "timeout" : status,
    ...(one.ms === undefined ? {} : { ms: one.ms }),
    ...(bad ? { message: headline(one.detail || one.summary) } : {}),
  };
}
