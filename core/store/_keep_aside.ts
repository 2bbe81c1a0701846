/**
 * Renames an unreadable file to `<path>.corrupt-<milliseconds>`, so that a new one can take its
 * place and nothing is lost.
 *
 * @returns the new path.
 */
export async function keepAside(path: string): Promise<string> {
  let ts = Date.now();
  // Two files within one millisecond must not overwrite each other.
  while (await Deno.lstat(`${path}.corrupt-${ts}`).then(() => true, () => false)) ts++;
  const aside = `${path}.corrupt-${ts}`;
  await Deno.rename(path, aside);
  return aside;
}
