import assert from "node:assert/strict";
import { nextSteps } from "./next_steps.ts";

Deno.test("nextSteps() opens the place an error was thrown from, not those of libraries", () => {
  const log = [
    "TypeError: Cannot read properties of undefined (reading 'amount')",
    "    at next (/app/node_modules/express/lib/router.js:10:3)",
    "    at total (/app/src/orders.ts:42:7)",
    "    at handler (/app/src/api.ts:9:3)",
  ].join("\n");
  const [first] = nextSteps([log, log].join("\n"));
  assert.equal(
    first,
    "Open /app/src/orders.ts at line 42: TypeError: Cannot read properties of undefined " +
      "(reading 'amount') (2 times); called from /app/src/api.ts:9",
  );
  const located = [{ error: "E", path: "src/orders.ts", line: 42, count: 1, callers: [] }];
  assert.equal(nextSteps(log, { located })[0], "Open src/orders.ts at line 42: E");
});

const SAYS: Record<string, RegExp> = {
  "ModuleNotFoundError: No module named 'yaml.loader'": /`pip install yaml`/,
  "Error: Cannot find module '@scope/pkg'": /`npm install @scope\/pkg`/,
  "Error: Cannot find module './dist/main.js'": /`ls \.\/dist\/main\.js`/,
  "Error: listen EADDRINUSE: address already in use :::3000": /`ss -ltnp 'sport = :3000'`/,
  "OSError: [Errno 98] Address already in use": /`ss -ltnp`/,
  "Error: connect ECONNREFUSED 10.0.0.5:5432": /`nc -vz 10\.0\.0\.5 5432`/,
  "ERROR dial tcp 127.0.0.1:6379: connect: connection refused": /`nc -vz 127\.0\.0\.1 6379`/,
  "ERROR Connection refused (os error 111)": /does not listen/,
  "Error: getaddrinfo ENOTFOUND db.internal": /`getent hosts db\.internal`/,
  "OSError: [Errno 28] No space left on device": /`df -h`/,
  "accept: Too many open files error": /`ulimit -n`/,
  "FATAL ERROR: JavaScript heap out of memory": /`free -m`/,
  "sqlite3.OperationalError: no such table: users": /table users is missing/,
  'ERROR: relation "orders" does not exist': /table orders is missing/,
  'ERROR: password authentication failed for user "app"': /credentials of app/,
  "PermissionError: [Errno 13] Permission denied: '/var/log/app.log'":
    /`ls -ld \/var\/log\/app\.log`/,
  "FileNotFoundError: [Errno 2] No such file or directory: 'conf/app.yaml'": /`ls -l conf\/`/,
  "Error: certificate has expired": /openssl s_client/,
  "ERROR query timed out after 30 s": /what it waits for/,
  "KeyError: 'DATABASE_URL'": /Set DATABASE_URL in the environment/,
};

for (const [line, expected] of Object.entries(SAYS)) {
  Deno.test(`nextSteps() knows what to do about "${line.slice(0, 60)}"`, () => {
    const steps = nextSteps(line);
    assert.ok(steps.some((step) => expected.test(step)), steps.join("\n"));
  });
}

Deno.test("nextSteps() puts nothing of a log into a command that could be more than a name", () => {
  const hostile = [
    "Error: Cannot find module 'x; rm -rf ~'",
    "ModuleNotFoundError: No module named 'a$(id)'",
    "Error: getaddrinfo ENOTFOUND $(curl evil)",
    "PermissionError: Permission denied: '/tmp/`id`'",
    "Error: connect ECONNREFUSED --help:80",
    'ERROR `id`; $(rm -rf ~) && "quoted" words that are long enough to search for',
  ];
  for (const line of hostile) {
    for (const step of nextSteps(line)) {
      for (const [, command] of step.matchAll(/`([^`]*)`/g)) {
        assert.doesNotMatch(command!, /[;$&|<>\\]|\brm\b|evil|\s--help/, `${line} => ${step}`);
      }
    }
  }
});

Deno.test("nextSteps() says where to search when nothing is known, and nothing without errors", () => {
  assert.deepEqual(nextSteps("ERROR order 17 could not be priced"), [
    'Find where it is written: `dspy-code grep "could not be priced"`',
  ]);
  assert.deepEqual(nextSteps("INFO all is well\n"), []);
});

Deno.test("nextSteps() has nobody look for what the runtime says", () => {
  const steps = nextSteps(
    "ERROR job=4 failed: TimeoutError: The operation was aborted due to timeout\n",
  );
  assert.ok(steps.every((step) => !step.includes("grep")), steps.join("\n"));
  const [step] = nextSteps("ERROR order 7 could not be sent: TypeError: x is not a function\n")
    .filter((step) => step.includes("grep"));
  assert.equal(step, 'Find where it is written: `dspy-code grep "could not be sent"`');
});
