/** Patches beyond this are not looked into beforehand; applying them checks every path anyway. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads a patch for the gate, which decides on the paths in it and cannot wait.
 *
 * @returns "" for what is no readable file inside the workspace: running the tool will say why.
 */
export function readPatchSync(root: string, file: string): string {
  try {
    const real = Deno.realPathSync(file.startsWith("/") ? file : `${root}/${file}`);
    const info = Deno.statSync(real);
    const inside = real.startsWith(`${root}/`);
    if (!inside || !info.isFile || info.size > MAX_BYTES) return "";
    return Deno.readTextFileSync(real);
  } catch {
    return "";
  }
}
