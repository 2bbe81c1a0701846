import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { accessRules } from "./access_rules.ts";
import { hostCheck } from "./host_check.ts";

Deno.test("accessRules() reads settings, and none are the strictest", () => {
  assert.deepEqual(accessRules(), { tokens: [], adminKeys: [], hosts: [], origins: [] });
  const rules = accessRules({
    adminKey: "k",
    hosts: "Status.Example.org, [fd00::1]",
    origins: "https://a.example,http://b.example:3000/",
  });
  assert.deepEqual(rules.hosts, ["status.example.org", "[fd00::1]"]);
  assert.deepEqual(rules.origins, ["https://a.example", "http://b.example:3000"]);
  assert.deepEqual(rules.adminKeys.map(({ role }) => role), ["admin"]);
});

Deno.test("accessRules() refuses what is no host or origin", () => {
  const wrong = [
    ...[
      "*",
      "https://*.example",
      "a.example",
      "https://a.example/path",
      "null",
      "file:///",
      "https://a@b",
    ]
      .map((origins) => ({ origins })),
    ...["a b", "a:80", "http://a", "a/b"].map((hosts) => ({ hosts })),
  ];
  for (const settings of wrong) {
    assert.throws(() => accessRules(settings), UserError, JSON.stringify(settings));
  }
});

Deno.test("hostCheck() lets local, bound and listed names through, and nothing that looks like one", () => {
  const check = hostCheck(["status.example.org"], true);
  const cases: [bind: string | undefined, host: string, ours: boolean][] = [
    ...[
      "localhost",
      "LOCALHOST:8765",
      "127.0.0.1:1",
      "127.8.9.1",
      "[::1]:8765",
      "status.example.org:80",
    ]
      .flatMap((
        host,
      ): [string, string, boolean][] => [["127.0.0.1", host, true], ["0.0.0.0", host, true]]),
    ...[
      ...["", "localhost.evil", "localhost.evil:8765", "evil", "127.0.0.1.evil", "localhost@evil"],
      ...[
        "evil#localhost",
        "localhost:8765:80",
        "localhost:",
        "[::1",
        "::1",
        "localhost.",
      ],
      ...[
        "192.168.1.5:8765",
        "0.0.0.0:8765",
        "[::]:8765",
        "2130706433",
        "local host",
        "xlocalhost",
      ],
    ].map((host): [string, string, boolean] => ["127.0.0.1", host, false]),
    [undefined, "localhost", true],
    [undefined, "192.168.1.5", false],
    // Bound to every address, an address is as good: no name server has a say.
    ["0.0.0.0", "192.168.1.5:8765", true],
    ["::", "[fd00::1]:8765", true],
    ["0.0.0.0", "0.0.0.0:8765", false],
    ["0.0.0.0", "nas.local:8765", false],
    ["192.168.1.5", "192.168.1.5:8765", true],
    ["192.168.1.5", "192.168.1.6:8765", false],
    ["fd00::1", "[fd00::1]:8765", true],
    ["nas.local", "NAS.local", true],
  ];
  for (const [bind, host, ours] of cases) {
    for (const url of [`http://${host}/auto`, `https://${host}/?x`, `http://${host}/`]) {
      assert.equal(check(url, bind), ours, `${url} at ${bind}`);
    }
  }
  assert.equal(hostCheck(["*"], true)("https://my.deno.dev/x", undefined), true);
  assert.equal(hostCheck(["*"], true)("https://my@deno.dev/", undefined), false);
  assert.equal(hostCheck(["*"], false)("https://my.deno.dev/", "127.0.0.1"), false);
});

Deno.test("hostCheck() stays small however many hosts are tried", () => {
  const check = hostCheck([], false);
  for (let i = 0; i < 1000; i++) assert.equal(check(`http://evil${i}/`, "127.0.0.1"), false);
  assert.equal(check("http://localhost/", "127.0.0.1"), true);
  assert.equal(check("http://localhost.evil/", "127.0.0.1"), false);
  assert.equal(check("evil:80", "127.0.0.1"), false);
});
