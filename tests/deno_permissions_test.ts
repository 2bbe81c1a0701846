// What the jail is built on: each line of section 1 of the safety design, as this Deno does it. A
// test that turns red after an upgrade names the assumption that no longer holds.
import assert from "node:assert/strict";

const decoder = new TextDecoder();
const base = await Deno.realPath(await Deno.makeTempDir());
globalThis.addEventListener("unload", () => Deno.removeSync(base, { recursive: true }));
const which = await new Deno.Command("which", { args: ["git"] }).output();
const git = decoder.decode(which.stdout).trim();
const place = { base, ws: `${base}/ws`, outside: `${base}/outside`, deno: Deno.execPath(), git };
type Place = typeof place & { readonly ports: readonly number[] };

await Deno.mkdir(`${place.ws}/folder`, { recursive: true });
await Deno.mkdir(place.outside);
await Deno.writeTextFile(`${place.outside}/secret`, "secret");
await Deno.writeTextFile(`${place.ws}/a.txt`, "a");
await Deno.writeTextFile(`${place.ws}/.env`, "env");
await Deno.symlink(`${place.outside}/secret`, `${place.ws}/link`);
await Deno.symlink(place.outside, `${place.ws}/linked`);
await Deno.symlink(".env", `${place.ws}/innocent`);
await Deno.link(`${place.ws}/.env`, `${place.ws}/hard`);

type Probes = Readonly<Record<string, (at: Place) => unknown>>;

/** How a child ended: its exit code, output, and what each probe gave or threw, by name. */
interface Outcome {
  readonly code: number;
  readonly stderr: string;
  readonly results: Readonly<Record<string, unknown>>;
}

let scripts = 0;

/** Runs probes, one after the other, in one child with these flags. */
async function probe(
  flags: readonly string[],
  probes: Probes,
  { env = {}, ports = [], clearEnv = false }: {
    readonly env?: Record<string, string>;
    readonly ports?: readonly number[];
    readonly clearEnv?: boolean;
  } = {},
): Promise<Outcome> {
  const bodies = Object.entries(probes).map(([name, body]) => `${JSON.stringify(name)}: ${body}`);
  const script = `${base}/probe${scripts++}.js`;
  await Deno.writeTextFile(
    script,
    `const at = ${JSON.stringify({ ...place, ports })}, results = {};
    for (const [name, body] of Object.entries({ ${bodies.join(",\n")} })) {
      try { results[name] = (await body(at)) ?? "ok"; }
      catch (error) { results[name] = error.name; }
    }
    console.log("\\n" + JSON.stringify(results));`,
  );
  const { code, stdout, stderr } = await new Deno.Command(place.deno, {
    args: ["run", "--no-config", "--no-prompt", ...flags, script],
    cwd: base,
    env: { NO_COLOR: "1", ...env },
    clearEnv,
    stdin: "null",
  }).output();
  const line = decoder.decode(stdout).trimEnd().split("\n").at(-1) ?? "";
  const results = line.startsWith("{") ? JSON.parse(line) : {};
  return { code, stderr: decoder.decode(stderr), results };
}

const READ = `--allow-read=${place.ws}`;
const WRITE = `--allow-write=${place.ws}`;

Deno.test("flags: a scoped read and write stop at the folder, but not at links in it", async () => {
  const { results } = await probe([READ, WRITE], {
    parent: ({ ws }) => Deno.readTextFileSync(`${ws}/../outside/secret`),
    environ: () => Deno.readTextFileSync("/proc/self/environ"),
    chdir: () => Deno.chdir("/"),
    rename: ({ ws, outside }) => Deno.renameSync(`${outside}/secret`, `${ws}/x`),
    copy: ({ ws, outside }) => Deno.copyFileSync(`${outside}/secret`, `${ws}/x`),
    hardlink: ({ ws, outside }) => Deno.linkSync(`${outside}/secret`, `${ws}/x`),
    readLink: ({ ws }) => Deno.readTextFileSync(`${ws}/link`),
    readLinked: ({ ws }) => Deno.readTextFileSync(`${ws}/linked/secret`),
    writeLink: ({ ws }) => Deno.writeTextFileSync(`${ws}/link`, "secret"),
    nodeLink: async ({ ws }) => (await import("node:fs")).readFileSync(`${ws}/link`, "utf8"),
    symlink: ({ ws }) => Deno.symlinkSync("a.txt", `${ws}/new`),
    realPath: ({ ws }) => Deno.realPathSync(`${ws}/link`).endsWith("/outside/secret"),
    nlink: ({ ws }) => Deno.lstatSync(`${ws}/hard`).nlink,
    execPath: () => typeof Deno.execPath(),
    cwd: () => typeof Deno.cwd(),
    spawn: () => new Deno.Command("git").outputSync(),
    env: () => Deno.env.get("HOME"),
  });
  assert.deepEqual(results, {
    parent: "NotCapable",
    environ: "NotCapable",
    chdir: "NotCapable",
    rename: "NotCapable",
    copy: "NotCapable",
    hardlink: "NotCapable",
    readLink: "secret",
    readLinked: "secret",
    writeLink: "ok",
    nodeLink: "secret",
    symlink: "NotCapable",
    realPath: true,
    nlink: 2,
    execPath: "string",
    cwd: "string",
    spawn: "NotCapable",
    env: "NotCapable",
  });
});

Deno.test("flags: symlinks may be made only with unscoped read and write", async () => {
  const { results } = await probe(["--allow-read", "--allow-write"], {
    symlink: ({ base }) => Deno.symlinkSync("x", `${base}/made`),
  });
  assert.deepEqual(results, { symlink: "ok" });
});

Deno.test("flags: a denied file is readable under the name of a link to it", async () => {
  const { results } = await probe([READ, `--deny-read=${place.ws}/.env`], {
    itself: ({ ws }) => Deno.readTextFileSync(`${ws}/.env`),
    symlink: ({ ws }) => Deno.readTextFileSync(`${ws}/innocent`),
    hardlink: ({ ws }) => Deno.readTextFileSync(`${ws}/hard`),
  });
  assert.deepEqual(results, { itself: "NotCapable", symlink: "env", hardlink: "env" });
});

Deno.test("flags: --ignore-read, --ignore-env and wildcards of --allow-env", async () => {
  const flags = [`--ignore-read=${place.outside}`, "--ignore-env=HOME", "--allow-env=DSPY_*"];
  const { results } = await probe(flags, {
    read: ({ outside }) => Deno.readTextFileSync(`${outside}/secret`),
    ignored: () => String(Deno.env.get("HOME")),
    wildcard: () => Deno.env.get("DSPY_X"),
    other: () => Deno.env.get("OTHER"),
  }, { env: { DSPY_X: "x" } });
  assert.deepEqual(results, {
    read: "NotFound",
    ignored: "undefined",
    wildcard: "x",
    other: "NotCapable",
  });
});

Deno.test("flags: hosts of --allow-net, and redirects to others", async () => {
  const other = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("b"),
  );
  const first = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => Response.redirect(`http://127.0.0.1:${other.addr.port}/`),
  );
  const ports = [first.addr.port, other.addr.port];
  const allowed = `10.0.0.0/8,*.example.com,deno.land:443,127.0.0.1:${ports[0]}`;
  const state = `host => Deno.permissions.querySync({ name: "net", host }).state`;
  const { results } = await probe([`--allow-net=${allowed}`], {
    hosts: new Function(
      `return ["10.1.2.3", "11.1.2.3", "example.com", "a.example.com", "deno.land:443",
        "deno.land:80"].map(${state}).join()`,
    ) as () => string,
    redirect: ({ ports }) => fetch(`http://127.0.0.1:${ports[0]}/`).then((r) => r.text()),
    localhost: ({ ports }) => fetch(`http://localhost:${ports[0]}/`).then((r) => r.text()),
    listen: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
    dns: () => Deno.resolveDns("a.example.com", "A", { nameServer: { ipAddr: "192.0.2.1" } }),
  }, { ports });
  await Promise.all([first.shutdown(), other.shutdown()]);
  assert.deepEqual(results, {
    hosts: "granted,prompt,granted,granted,granted,prompt",
    redirect: "NotCapable",
    localhost: "NotCapable",
    listen: "NotCapable",
    dns: "NotCapable",
  });
});

Deno.test("flags: --allow-run names a program, but is no sandbox for what it does", async () => {
  await Deno.mkdir(`${base}/bin`, { recursive: true });
  await Deno.copyFile(git, `${base}/bin/git`);
  await new Deno.Command(git, { args: ["init", "-q", `${base}/repo`] }).output();
  const { results } = await probe(["--allow-run=git"], {
    copy: ({ base }) => new Deno.Command(`${base}/bin/git`).outputSync(),
    path: ({ base }) => new Deno.Command("git", { env: { PATH: `${base}/bin` } }).outputSync(),
    preload: () => new Deno.Command("git", { env: { LD_PRELOAD: "/x.so" } }).outputSync(),
    alias: ({ base }) => {
      const args = ["-C", `${base}/repo`, "-c", `alias.x=!cat ${base}/outside/secret`, "x"];
      return new TextDecoder().decode(new Deno.Command("git", { args }).outputSync().stdout);
    },
    noIndex: ({ base }) => {
      const args = ["diff", "--no-index", "/dev/null", `${base}/outside/secret`];
      const { stdout } = new Deno.Command("git", { args }).outputSync();
      return new TextDecoder().decode(stdout).includes("+secret");
    },
    environment: ({ base }) => {
      const args = ["-C", `${base}/repo`, "-c", "alias.x=!echo $CANARY", "x"];
      return new TextDecoder().decode(new Deno.Command("git", { args }).outputSync().stdout).trim();
    },
    other: () => new Deno.Command("sh").outputSync(),
  }, { env: { CANARY: "seen" } });
  assert.deepEqual(results, {
    copy: "NotCapable",
    path: "NotCapable",
    preload: "NotCapable",
    alias: "secret",
    noIndex: true,
    environment: "seen",
    other: "NotCapable",
  });
});

Deno.test("flags: arguments cannot be part of --allow-run", async () => {
  const { results, stderr } = await probe(["--allow-run=git status"], {
    git: () => new Deno.Command("git", { args: ["status"] }).outputSync(),
  });
  assert.match(stderr, /cannot find binary path/);
  assert.equal(results.git, "NotCapable");
});

Deno.test("flags: a child deno may have every right", async () => {
  const { results } = await probe(["--allow-run=deno"], {
    escape: ({ outside }) => {
      const code = `console.log(Deno.readTextFileSync(${JSON.stringify(`${outside}/secret`)}))`;
      const { stdout } = new Deno.Command("deno", { args: ["eval", code] }).outputSync();
      return new TextDecoder().decode(stdout).trim();
    },
  }, { env: { PATH: `${place.deno.replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}` } });
  assert.deepEqual(results, { escape: "secret" });
});

Deno.test("flags: a built environment needs no --allow-env; node:child_process does", async () => {
  const { results } = await probe([`--allow-run=${git}`], {
    built: ({ base }) =>
      new Deno.Command("git", { args: ["--version"], clearEnv: true, env: { HOME: base } })
        .outputSync().success,
    loader: () => new Deno.Command("git", { clearEnv: true, env: { LD_X: "1" } }).outputSync(),
    // A changed PATH is not refused as such: it changes the lookup, and is passed on.
    path: ({ git }) =>
      new Deno.Command(git, { args: ["--version"], clearEnv: true, env: { PATH: "/x" } })
        .outputSync().success,
    found: () => new Deno.Command("git", { clearEnv: true, env: { PATH: "/x" } }).outputSync(),
    node: async () =>
      (await import("node:child_process")).execFileSync("git", ["--version"]).length,
  });
  assert.deepEqual(results, {
    built: true,
    loader: "NotCapable",
    path: true,
    found: "NotFound",
    node: "NotCapable",
  });
});

Deno.test("DENO_AUDIT_PERMISSIONS logs attempts without a verdict, and no programs", async () => {
  const log = `${base}/audit.jsonl`;
  await probe([READ, `--allow-run=${git}`], {
    allowed: ({ ws }) => Deno.readTextFileSync(`${ws}/a.txt`),
    denied: ({ outside }) => Deno.readTextFileSync(`${outside}/secret`),
    run: () => new Deno.Command("git", { args: ["--version"] }).outputSync(),
  }, { env: { DENO_AUDIT_PERMISSIONS: log } });
  const lines = (await Deno.readTextFile(log)).trim().split("\n").map((line) => JSON.parse(line));
  const values = lines.map(({ value }) => value);
  assert.ok(values.includes(`${place.ws}/a.txt`) && values.includes(`${place.outside}/secret`));
  assert.ok(lines.every((line) => line.v === 1 && !("result" in line) && !("verdict" in line)));
  assert.ok(!lines.some(({ permission }) => permission === "run"));
  const bad = await probe([], {}, { env: { DENO_AUDIT_PERMISSIONS: `${base}/no/such/folder/x` } });
  assert.equal(bad.code, 1);
});

const readOutside: Probes = { read: ({ ws }) => Deno.readTextFileSync(`${ws}/a.txt`) };
const runGit: Probes = {
  git: () => new Deno.Command("git", { args: ["--version"] }).outputSync().success,
  cat: () => new Deno.Command("true").outputSync().success,
};

const PRECEDENCE: readonly [flags: readonly string[], probes: Probes, expected: unknown][] = [
  [[READ, "--deny-read"], readOutside, { read: "a" }],
  [["--allow-read", "--deny-read"], readOutside, { read: "NotCapable" }],
  [[READ, `--deny-read=${place.ws}`], readOutside, { read: "NotCapable" }],
  [["-A", "--deny-read"], readOutside, { read: "NotCapable" }],
  [["--allow-run=git", "--deny-run=git"], runGit, { git: true, cat: "NotCapable" }],
  [["--allow-run=git,true", `--deny-run=${git}`], runGit, { git: "NotCapable", cat: true }],
  [["--allow-run", "--deny-run=git"], runGit, { git: "NotCapable", cat: true }],
];

Deno.test("a denial shrinks only what it names; a bare one does not beat a scoped grant", async () => {
  for (const [flags, probes, expected] of PRECEDENCE) {
    assert.deepEqual((await probe(flags, probes)).results, expected, flags.join(" "));
  }
});

Deno.test("permission sets: a flag replaces its whole category; mistakes are errors", async () => {
  const config = `${base}/sets.json`;
  const read = { allow: ["ws"] };
  await Deno.writeTextFile(
    config,
    JSON.stringify({ permissions: { agent: { read, net: ["example.com:443"] } } }),
  );
  const probes: Probes = {
    read: ({ ws }) => Deno.readTextFileSync(`${ws}/a.txt`),
    net: () => Deno.permissions.querySync({ name: "net", host: "example.com:443" }).state,
  };
  const run = async (...flags: string[]) => {
    const script = `${base}/set${scripts++}.js`;
    const bodies = Object.entries(probes).map(([name, body]) => `${name}: ${body}`).join(",");
    await Deno.writeTextFile(
      script,
      `const at = ${JSON.stringify(place)}, out = {};
      for (const [name, body] of Object.entries({ ${bodies} })) {
        try { out[name] = body(at); } catch (error) { out[name] = error.name; }
      }
      console.log(JSON.stringify(out));`,
    );
    const args = ["run", "--no-prompt", `--config=${config}`, ...flags, script];
    const { code, stdout } = await new Deno.Command(place.deno, { args, cwd: base }).output();
    return code === 0 ? JSON.parse(decoder.decode(stdout)) : code;
  };
  assert.deepEqual(await run("-P=agent"), { read: "a", net: "granted" });
  assert.deepEqual(await run("-P=agent", "--allow-net=x.example"), { read: "a", net: "prompt" });
  assert.equal(await run("-P=nobody"), 1);
  await Deno.writeTextFile(config, JSON.stringify({ permissions: { agent: { reed: true } } }));
  assert.equal(await run("-P=agent"), 1);
  await Deno.writeTextFile(config, JSON.stringify({ test: { permissions: { read } } }));
  await Deno.writeTextFile(`${base}/x_test.js`, 'Deno.test("x", () => {});');
  const test = (...flags: string[]) =>
    new Deno.Command(place.deno, {
      args: ["test", `--config=${config}`, ...flags, `${base}/x_test.js`],
      stdout: "null",
      stderr: "null",
    }).output();
  assert.equal((await test()).code, 1);
  assert.equal((await test("-P")).code, 0);
});

Deno.test("query, request and revoke: no hang, one way down, and partial grants show", async () => {
  const { results } = await probe([READ, `--deny-read=${place.ws}/.env`, "--allow-run=git,true"], {
    granted: ({ ws }) => Deno.permissions.querySync({ name: "read", path: `${ws}/a.txt` }).state,
    partial: ({ ws }) => Deno.permissions.querySync({ name: "read", path: ws }).partial,
    request: () => Deno.permissions.requestSync({ name: "net", host: "example.com" }).state,
    revokeRun: () => {
      Deno.permissions.revokeSync({ name: "run" });
      return Deno.permissions.querySync({ name: "run", command: "git" }).state;
    },
    revokeRead: ({ ws }) => {
      Deno.permissions.revokeSync({ name: "read", path: ws });
      return Deno.readTextFileSync(`${ws}/a.txt`);
    },
  });
  assert.deepEqual(results, {
    granted: "granted",
    partial: true,
    request: "denied",
    revokeRun: "prompt",
    revokeRead: "NotCapable",
  });
});

Deno.test("workers: permissions are unstable, and static imports load with the parent's", async () => {
  await Deno.writeTextFile(`${place.outside}/mod.js`, "export default 'outside';");
  await Deno.writeTextFile(
    `${base}/worker.js`,
    `const at = ${JSON.stringify(place)};
    import outside from ${JSON.stringify(`${place.outside}/mod.js`)};
    const out = { outside };
    for (const [name, body] of Object.entries({
      read: () => Deno.readTextFileSync(at.ws + "/a.txt"),
      run: () => new Deno.Command("git").outputSync(),
      env: () => Deno.env.get("HOME"),
      request: () => Deno.permissions.requestSync({ name: "read" }).state,
    })) try { out[name] = body(); } catch (error) { out[name] = error.name; }
    postMessage(out);`,
  );
  const start: Probes = {
    worker: ({ base }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(`file://${base}/worker.js`, {
          type: "module",
          // @ts-ignore: an unstable option of Deno
          deno: { permissions: "none" },
        });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          resolve(data);
        };
        worker.onerror = reject;
      }),
  };
  const stable = await probe(["--allow-read"], start);
  assert.notEqual(stable.code, 0);
  assert.match(stable.stderr, /unstable-worker-options/);
  const { results } = await probe(["--allow-read", "--unstable-worker-options"], start);
  assert.deepEqual(results.worker, {
    outside: "outside",
    read: "NotCapable",
    run: "NotCapable",
    env: "NotCapable",
    request: "denied",
  });
});

Deno.test("workers: one that runs out of memory takes the whole process with it", async () => {
  await Deno.writeTextFile(
    `${base}/hog.js`,
    "const a = []; for (;;) a.push(new Array(1e4).fill(a));",
  );
  const { code, results } = await probe(["--allow-read", "--v8-flags=--max-old-space-size=48"], {
    hog: ({ base }) =>
      new Promise((_, reject) =>
        new Worker(`file://${base}/hog.js`, { type: "module" }).onerror = reject
      ),
  });
  assert.deepEqual(results, {});
  assert.ok(code === 133 || code === 134, `exit code ${code}`);
});

Deno.test("jail: a child with stable flags has no environment, its own heap, and can be killed", async () => {
  const flags = ["--cached-only", "--no-remote", "--no-npm", "--v8-flags=--max-old-space-size=64"];
  const outcome = await probe([...flags, READ], {
    read: ({ ws }) => Deno.readTextFileSync(`${ws}/a.txt`),
    npm: () => import("npm:left-pad@1.3.0" as string),
    remote: () => import("https://example.com/x.ts" as string),
    heap: async () => (await import("node:v8")).getHeapStatistics().heap_size_limit < 200e6,
  }, { clearEnv: true, env: { HOME: base } });
  assert.deepEqual(outcome.results, {
    read: "a",
    npm: "TypeError",
    remote: "TypeError",
    heap: true,
  });
});

Deno.test("broker: without one listening nothing starts; with one it replaces every flag", async () => {
  const path = `${base}/broker.sock`;
  const probes: Probes = {
    allowed: ({ ws }) => Deno.readTextFileSync(`${ws}/a.txt`),
    denied: ({ outside }) => {
      try {
        return Deno.readTextFileSync(`${outside}/secret`);
      } catch (error) {
        return (error as Error).message.includes("because of a test") ? "reason" : String(error);
      }
    },
  };
  const env = { DENO_PERMISSION_BROKER_PATH: path };
  assert.equal((await probe(["-A"], probes, { env })).code, 87);
  const seen: string[] = [];
  const listener = Deno.listen({ transport: "unix", path });
  const serving = answer(listener, ({ permission, value }) => {
    seen.push(permission);
    return !String(value).includes("/outside/");
  });
  const { results } = await probe(["--allow-read=/nowhere"], probes, { env });
  listener.close();
  await serving;
  assert.deepEqual(results, { allowed: "a", denied: "reason" });
  assert.ok(seen.includes("read"));
});

/** Serves one connection of the broker's protocol. */
async function answer(
  listener: Deno.UnixListener,
  allows: (request: { readonly permission: string; readonly value: unknown }) => boolean,
): Promise<void> {
  using connection = await listener.accept();
  const buffer = new Uint8Array(65_536);
  let held = "";
  for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
    held += decoder.decode(buffer.subarray(0, n));
    const lines = held.split("\n");
    held = lines.pop() ?? "";
    for (const line of lines) {
      const request = JSON.parse(line);
      const result = allows(request) ? "allow" : "deny";
      const reply = JSON.stringify({ id: request.id, result, reason: "because of a test" });
      await connection.write(new TextEncoder().encode(reply + "\n"));
    }
  }
}
