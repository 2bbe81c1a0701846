// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Writes `core/zod.js`: zod as one file and with English messages only. Loading the package itself
 * takes some ninety modules, sixty of them languages, which is a fifth of a one-shot command's whole
 * time. Nothing else of it is changed; its types stay those of the package.
 *
 * `deno task zod`, after the version in `deno.json` was changed and `deno install` was run.
 */
import { join } from "node:path";

const ROOT = new URL("..", import.meta.url);
const ESBUILD = "0.28.2";
const ONLY_ENGLISH = `
const { build } = require("esbuild");
build({
  stdin: { contents: 'export { z } from "zod";', resolveDir: __dirname },
  bundle: true, format: "esm", minify: true, charset: "utf8", legalComments: "none",
  outfile: "zod.js",
  plugins: [{
    name: "only-english",
    setup: ({ onLoad }) => onLoad({ filter: /v4.locales.index\\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: require("node:path").join(__dirname, "node_modules/zod/v4/locales"),
    })),
  }],
});
`;

const { npm } = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
const version = Object.keys(npm).map((name) => /^zod@([\d.]+)$/.exec(name)?.[1]).find(Boolean);
if (version === undefined) throw new Error("deno.lock names no version of zod: run deno install");
const folder = await Deno.makeTempDir();
try {
  await Deno.writeTextFile(join(folder, "package.json"), "{}");
  await Deno.writeTextFile(join(folder, "build.cjs"), ONLY_ENGLISH);
  await run("npm", ["install", "--silent", `zod@${version}`, `esbuild@${ESBUILD}`]);
  await run("node", ["build.cjs"]);
  const license = (await Deno.readTextFile(join(folder, "node_modules/zod/LICENSE"))).trim();
  const code = await Deno.readTextFile(join(folder, "zod.js"));
  const head = `// zod ${version}, written by \`deno task zod\`: do not edit.\n`;
  const text = `// @ts-self-types="./zod.d.ts"\n${head}/*\n${license}\n*/\n${code}`;
  await Deno.writeTextFile(new URL("core/zod.js", ROOT), text);
  console.log(`core/zod.js: zod ${version}, ${text.length} characters`);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function run(program: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, cwd: folder }).spawn().status;
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
}
