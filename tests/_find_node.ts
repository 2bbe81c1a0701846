import { tmpdir } from "node:os";
import { join } from "node:path";

/** From this version on Node strips types by itself. */
const LEAST = [22, 18] as const;

/** The machine's own Node that strips types, or one from npm, kept in the temporary folder. */
export async function findNode(): Promise<string | undefined> {
  if (await isNew("node")) return "node";
  const folder = join(tmpdir(), "dspy-code-node-24");
  const path = join(folder, "node_modules", ".bin", "node");
  if (await isNew(path)) return path;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "package.json"), "{}");
  const install = Promise.try(() =>
    new Deno.Command("npm", { args: ["install", "--silent", "node@24"], cwd: folder }).output()
  );
  await install.catch(() => {});
  return await isNew(path) ? path : undefined;
}

async function isNew(program: string): Promise<boolean> {
  const run = Promise.try(() => new Deno.Command(program, { args: ["--version"] }).output());
  const said = await run.then(({ stdout }) => new TextDecoder().decode(stdout), () => "");
  const [major = 0, minor = 0] = said.replace("v", "").split(".").map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}
