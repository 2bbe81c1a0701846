import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { parseFilter } from "./filter.ts";

const RECORD = {
  ts: 100,
  service: "shop",
  event: { name: "patch.apply", ok: true, files: ["a.ts", "b.ts"], none: null, n: 5 },
};

function matches(query: string, record: unknown = RECORD): boolean {
  return parseFilter(new URLSearchParams(query)).matches(record);
}

Deno.test("parseFilter() without conditions lets all pass, whole", () => {
  const { matches, project } = parseFilter(new URLSearchParams("limit=5&q="));
  for (const record of [RECORD, null, 5, "x", []]) {
    assert.equal(matches(record), true);
    assert.equal(project(record), record);
  }
});

Deno.test("parseFilter() searches q in the record's JSON", () => {
  assert.equal(matches("q=patch\\.app"), true);
  assert.equal(matches("q=" + encodeURIComponent('"ok":\\s*true')), true);
  assert.equal(matches("q=^nothing"), false);
  assert.equal(matches("q=null", null), true);
});

Deno.test("parseFilter() pairs keys and values by position", () => {
  const cases: [string, boolean][] = [
    ["key=service&value=shop", true],
    ["key=service&value=sho", false],
    ["key=event.ok&value=true", true],
    ["key=event.n&value=5", true],
    ["key=event.files.1&value=b.ts", true],
    ["key=event.files.2", false],
    ["key=event.none", true],
    ["key=event.none&value=null", true],
    ["key=event.missing", false],
    ["key=event.name&value=" + encodeURIComponent("~/^patch\\./"), true],
    ["key=event.name&value=" + encodeURIComponent("~/^apply/"), false],
    ["key=event.files&value=" + encodeURIComponent('["a.ts","b.ts"]'), true],
    ["key=service&value=shop&key=event.ok&value=false", false],
    ["key=service&value=shop&key=event.ok", true],
    ["key=constructor", false],
    ["key=event.name.length", false],
    ["key=__proto__", false],
  ];
  for (const [query, expected] of cases) assert.equal(matches(query), expected, query);
});

Deno.test("parseFilter() compares seconds inclusively, and lets records without them pass", () => {
  assert.deepEqual(
    ["since=100", "since=100.1", "until=100", "until=99.9", "since=1&until=200"]
      .map((query) => matches(query)),
    [true, false, true, false, true],
  );
  assert.equal(matches("since=100", { timestamp: 99 }), false);
  assert.equal(matches("since=100", { event: {} }), true);
  assert.equal(matches("since=100", "text"), true);
});

Deno.test("parseFilter() gives fields by path, null for what is missing", () => {
  const { project } = parseFilter(
    new URLSearchParams("field=event.name&field=x.y&field=event.none"),
  );
  assert.deepEqual(project(RECORD), {
    "event.name": "patch.apply",
    "x.y": null,
    "event.none": null,
  });
});

Deno.test("parseFilter() refuses expressions that are invalid or run away, and what is no number", () => {
  const bad = ["q=(", "q=(a%2B)%2B$", "q=(a|b)*c", "q=(.)%5C1", `q=${"a".repeat(257)}`];
  const others = ["since=soon", "until=NaN", "key=a&value=~/(/", "q=a*a*a*a*a*b"];
  for (const query of [...bad, ...others]) {
    assert.throws(() => parseFilter(new URLSearchParams(query)), UserError, query);
  }
});

Deno.test("matches() ends in time on hostile records, whatever the expression", () => {
  const record = { text: "a".repeat(200_000) };
  for (const q of ["a*b", "a*a*b", "a*a*a*b", "\\w*\\w*\\w*\\w*:x", "[^b]*b", ".*.*x"]) {
    const started = performance.now();
    try {
      matches(`q=${encodeURIComponent(q)}`, record);
    } catch (error) {
      assert.ok(error instanceof UserError && /too long/.test(error.message));
    }
    assert.ok(performance.now() - started < 2000, `${q}: ${performance.now() - started} ms`);
  }
  assert.equal(matches("q=a%2B.*a", record), true);
});
