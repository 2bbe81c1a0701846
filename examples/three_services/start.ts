// deno-lint-ignore-file no-console -- a script for the command line
// Runs the three services for a while: deno run -A start.ts [SECONDS] [FOLDER]
const [seconds = "30", folder = import.meta.dirname!] = Deno.args;
const port = freePort();
Deno.mkdirSync(`${folder}/logs`, { recursive: true });

const services = Object.entries({ backend: [port], frontend: [port], worker: [] }).map(
  ([name, args]) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--no-config",
        "--allow-net=127.0.0.1",
        "--allow-read=logs",
        "--allow-write=logs",
        `${import.meta.dirname}/${name}.ts`,
        ...args,
      ],
      cwd: folder,
      env: { NO_PROXY: "127.0.0.1" },
      stdin: "null",
    }).spawn(),
);
console.log(`backend, frontend and worker write to ${folder}/logs for ${seconds} s`);

const { promise: over, resolve: stop } = Promise.withResolvers<number>();
setTimeout(() => stop(0), Number(seconds) * 1000);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop(130));
}
const code = await Promise.race([over, ...services.map((service) => service.status.then(() => 1))]);
for (const service of services) {
  try {
    service.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}
await Promise.all(services.map((service) => service.status));
Deno.exit(code);

function freePort(): string {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return String((listener.addr as Deno.NetAddr).port);
}
