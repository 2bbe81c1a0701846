const LIBRARY =
  /(^|\/)(site-packages|dist-packages|node_modules|\.cargo|rustlib|\.venv|venv|vendor)\/|^\/usr\/(lib|local\/(lib|go))\/|^\/(nix|opt)\/|^<|^node:|^(java|jdk|sun|org\/junit|kotlin)\//;

/** Whether a file of a trace belongs to a library or the runtime, by its path. */
export function isLibraryFile(file: string): boolean {
  return LIBRARY.test(file);
}
