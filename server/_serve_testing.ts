import assert from "node:assert/strict";

/** A `deno serve` of one of our files. */
export interface Served extends AsyncDisposable {
  readonly port: number;
  /** What it has printed on standard output. */
  readonly printed: string;
}

/**
 * Starts `deno serve` at a free port, and waits until it listens. Rejects with what it printed when
 * it ends instead.
 *
 * @param args flags, the file, and its own arguments.
 */
export async function denoServe(
  host: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["serve", "--no-prompt", "--cached-only", "--host", host, "--port", "0", ...args],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1", ...env },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
  const texts = { stdout: "", stderr: "" };
  const listening = Promise.withResolvers<number>();
  const read = async (name: "stdout" | "stderr") => {
    for await (const chunk of child[name].pipeThrough(new TextDecoderStream())) {
      texts[name] += chunk;
      const port = /http:\/\/[\d.]+:(\d+)/.exec(texts[name])?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    }
  };
  const ended = Promise.all([read("stdout"), read("stderr"), child.status]);
  const port = await Promise.race([listening.promise, ended.then(() => undefined)]);
  assert.ok(port, `${texts.stdout}${texts.stderr}`);
  return {
    port,
    get printed() {
      return texts.stdout;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
