import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import { streamTopics } from "../kafka/stream_topics.ts";
import { defaultStreamConfig } from "./default_stream_config.ts";
import { formatStreamConfig } from "./format_stream_config.ts";
import { parseStreamConfig } from "./parse_stream_config.ts";

const NAME = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
const UNKNOWN = fc.dictionary(fc.string().map((key) => `x_${key}`), fc.jsonValue(), { maxKeys: 3 });

/** A record of some of the fields, with others that nobody knows. */
function some<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }, needed: (keyof T)[] = []) {
  return fc.tuple(fc.record(fields, { requiredKeys: needed as never }), UNKNOWN)
    .map(([known, unknown]) => ({ ...unknown, ...known }));
}

function named<T>(item: fc.Arbitrary<T>, key: keyof T) {
  return fc.uniqueArray(item, { maxLength: 4, selector: (one) => one[key] });
}

const VERIFIER = some({
  name: NAME,
  module: NAME,
  weight: fc.double({ min: 0, max: 9, noNaN: true }),
}, [
  "name",
  "module",
]);
const CONFIG = some({
  kafka: some({
    bootstrap_servers: NAME,
    zookeeper: NAME,
    group_id: NAME,
    acks: fc.constantFrom("all", "0", "1"),
    vector_topic: NAME,
    vector_topics: fc.array(NAME),
    topics: fc.array(
      some({
        name: NAME,
        partitions: fc.integer({ min: 1, max: 9 }),
        replication_factor: fc.constant(2),
      }, ["name"]),
    ),
  }),
  spark: some({ app_name: NAME, master: NAME, checkpoint_dir: NAME }),
  k8s: some({ namespace: NAME, image: NAME, replicas: fc.nat(9), resources: UNKNOWN }),
  containers: named(
    some({ container: NAME, services: fc.array(NAME) }, ["container"]),
    "container",
  ),
  signature_streams: named(
    some({
      name: NAME,
      sources: fc.array(NAME.map((name) => `in.${name}`), { minLength: 1 }),
      sink: NAME.map((name) => `out.${name}`),
      verifiers: named(VERIFIER, "name"),
    }, ["name", "sources"]),
    "name",
  ),
});

/** Everything of `inner` stands in `outer`, too, lists item by item. */
function assertHolds(outer: unknown, inner: unknown, at: string): void {
  if (typeof inner !== "object" || inner === null) return assert.equal(outer, inner, at);
  assert.equal(Array.isArray(outer), Array.isArray(inner), at);
  if (Array.isArray(inner)) assert.equal((outer as unknown[]).length, inner.length, at);
  for (const [key, value] of Object.entries(inner)) {
    assertHolds((outer as Record<string, unknown>)[key], value, `${at}.${key}`);
  }
}

Deno.test("parseStreamConfig() loses nothing of any file, and reads again what it wrote", () => {
  fc.assert(
    fc.property(CONFIG, (given) => {
      const text = JSON.stringify(given);
      const config = parseStreamConfig(text);
      assertHolds(config, JSON.parse(text), "");
      const written = formatStreamConfig(config);
      assert.deepEqual(parseStreamConfig(written), config);
      assert.equal(formatStreamConfig(parseStreamConfig(written)), written);
    }),
    { numRuns: 300 },
  );
});

Deno.test("parseStreamConfig() keeps __proto__ and lists that are empty", () => {
  const text = '{"z":1,"kafka":{"topics":[],"b":2,"acks":"1"},"__proto__":{"a":1},"containers":[]}';
  const config = parseStreamConfig(text);
  assert.deepEqual(config.kafka.topics, []);
  assert.deepEqual(config.containers, []);
  assert.deepEqual(config.kafka.vector_topics, []);
  assert.ok(Object.hasOwn(config, "__proto__"));
  assert.match(formatStreamConfig(config), /"__proto__": \{\n {4}"a": 1/);
});

Deno.test("parseStreamConfig() of nothing is the default, which follows the containers named", () => {
  assert.deepEqual(parseStreamConfig("\ufeff{}"), defaultStreamConfig());
  const config = parseStreamConfig(JSON.stringify({
    containers: [{ container: "shop", services: ["web"] }],
    signature_streams: [{ name: "sum", sources: ["agent.results.shop"] }],
    kafka: { topics: [{ name: "own" }] },
  }));
  assert.deepEqual(config.kafka.topics, [{ name: "own", partitions: 3, replication_factor: 1 }]);
  assert.deepEqual(config.signature_streams, [
    { name: "sum", sources: ["agent.results.shop"], sink: "signatures.sum", verifiers: [] },
  ]);
  const { topics } = defaultStreamConfig(["shop"], { signatures: config.signature_streams }).kafka;
  assert.deepEqual(topics.map(({ name }) => name), streamTopics(["shop"], { signatures: ["sum"] }));
  assert.ok(topics.some(({ name }) => name === "signatures.sum"));
  assert.deepEqual(config.k8s.resources, { limits: { cpu: "500m", memory: "512Mi" } });
});

Deno.test("parseStreamConfig() says where, what, and what was expected", () => {
  const bad: [string, RegExp][] = [
    ["", /no JSON/],
    ["[]", /^the configuration is \[\]: expected an object$/],
    ['{"kafka": []}', /^kafka is \[\]: expected an object$/],
    ['{"kafka": {"acks": 1}}', /^kafka\.acks is 1: expected "all", "1" or "0"$/],
    [
      '{"kafka": {"topics": [{"name": "a"}, {"name": "b c"}]}}',
      /^kafka\.topics\[1\]\.name is "b c"/,
    ],
    ['{"kafka": {"topics": [{"partitions": 3}]}}', /^kafka\.topics\[0\]\.name is missing/],
    [
      '{"kafka": {"topics": [{"name": "a", "partitions": 0}]}}',
      /partitions is 0: expected a whole/,
    ],
    ['{"kafka": {"vector_topics": "a"}}', /^kafka\.vector_topics is "a": expected a list$/],
    ['{"kafka": {"bootstrap_servers": " "}}', /^kafka\.bootstrap_servers is " "/],
    ['{"k8s": {"replicas": 1.5}}', /^k8s\.replicas is 1\.5/],
    ['{"containers": [{"container": "a.b"}]}', /^containers\[0\]\.container is "a\.b"/],
    [
      '{"containers": [{"container": "a"}, {"container": "a"}]}',
      /^containers\[1\]\.container is "a": expected one of its own$/,
    ],
    ['{"signature_streams": [{"name": "s"}]}', /^signature_streams\[0\]\.sources is missing/],
    [
      '{"signature_streams": [{"name": "s", "sources": []}]}',
      /sources is \[\]: expected one topic/,
    ],
    ['{"signature_streams": [{"name": "s", "sources": ["a"], "sink": "a"}]}', /sink is "a"/],
    [
      '{"signature_streams": [{"name": "s", "sources": ["a"], "verifiers": [{"name": "v", "module": "m", "weight": -1}]}]}',
      /verifiers\[0\]\.weight is -1/,
    ],
  ];
  for (const [text, message] of bad) {
    assert.throws(() => parseStreamConfig(text), (error) => {
      assert.ok(error instanceof UserError, text);
      assert.match(error.line, message);
      return true;
    });
  }
});
