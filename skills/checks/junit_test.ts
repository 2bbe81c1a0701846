import assert from "node:assert/strict";
import fc from "fast-check";
import { type JunitReport, parseJunit } from "./_junit.ts";

async function read(xml: string): Promise<JunitReport> {
  const report = await parseJunit(xml);
  assert.ok(report);
  return report;
}

Deno.test("parseJunit() reads names, suites, places, times and outcomes", async () => {
  const { cases } = await read(`<?xml version="1.0"?>
    <testsuites name="all"><testsuite name="outer"><testsuite name="in &lt;1&gt;">
      <testcase name="a" classname="c" file="a.ts" line="3" time="1,002.5"/>
      <testcase name="b"><failure message="m &quot;q&quot;" type="T">line 1\nline 2</failure></testcase>
    </testsuite></testsuite>
    <testcase name="s"><skipped type="todo"/><failure/></testcase>
    <testcase name="e"><error><![CDATA[x < y]]></error></testcase></testsuites>`);
  assert.deepEqual(cases.map(({ name, suites, status }) => [name, suites.join("/"), status]), [
    ["a", "outer/in <1>", "pass"],
    ["b", "outer/in <1>", "fail"],
    ["s", "", "skip"],
    ["e", "", "error"],
  ]);
  assert.deepEqual([cases![0]!.file, cases![0]!.line, cases![0]!.ms], ["a.ts", 3, 1_002_500]);
  assert.deepEqual([cases![1]!.summary, cases![1]!.detail], ['m "q"', "line 1\nline 2"]);
  assert.equal(cases![2]!.type, "todo");
  assert.equal(cases![3]!.detail, "x < y");
});

Deno.test("parseJunit() survives what no XML may hold, as tests print it", async () => {
  const { cases } = await read(
    '<testsuite><testcase name="\u0007&#x1B;[31m\uffff"><failure>\u0000&#0;</failure></testcase></testsuite>',
  );
  assert.equal(cases.length, 1);
  assert.equal(cases![0]!.name, "\ufffd\ufffd[31m\ufffd");
});

Deno.test("parseJunit() refuses what is no report: other XML, cut text, own entities", async () => {
  for (
    const text of [
      "",
      "12 passed",
      "<html/>",
      "<testsuite><testcase name='a'>",
      "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><testsuite name='&x;'/>",
    ]
  ) {
    assert.equal(await parseJunit(text), undefined, text);
  }
});

Deno.test("parseJunit() gives cases or undefined for any text, and does not throw", async () => {
  const part = fc.constantFrom(
    "<testsuite>",
    "</testsuite>",
    "<testcase name='",
    "'/>",
    "<failure>",
    "&lt;",
    "]]>",
    "<!--",
  );
  const text = fc.array(fc.oneof(part, fc.string()), { maxLength: 30 }).map((all) => all.join(""));
  await fc.assert(fc.asyncProperty(text, async (one) => {
    const report = await parseJunit(`<testsuites>${one}</testsuites>`);
    assert.ok(report === undefined || Array.isArray(report.cases));
  }));
});

Deno.test("parseJunit() gives back any name that was escaped", async () => {
  const escape = (text: string) => text.replace(/[&<>"'\n\t\r]/g, (c) => `&#${c.charCodeAt(0)};`);
  const name = fc.string({ unit: "grapheme", maxLength: 30 });
  await fc.assert(fc.asyncProperty(fc.array(name), async (names) => {
    const xml = names.map((one) => `<testcase name="${escape(one)}"/>`).join("");
    const { cases } = await read(`<testsuite name="s">${xml}</testsuite>`);
    assert.deepEqual(cases.map((one) => one.name), names);
  }));
});

Deno.test("parseJunit() says how many tests were announced, where the report covers all", async () => {
  const planned = async (xml: string) => (await read(xml)).planned;
  assert.equal(await planned('<testsuites tests="3"><testsuite tests="9"/></testsuites>'), 3);
  const two = '<testsuite tests="2"/><testsuite tests="4"/>';
  assert.equal(await planned(`<testsuites>${two}</testsuites>`), 6);
  assert.equal(await planned('<testsuite tests="2"><testcase name="a"/></testsuite>'), 2);
  for (const more of ['<testcase name="a" tests="1"/>', "<testsuite/>", '<testsuite tests="x"/>']) {
    assert.equal(await planned(`<testsuites>${two}${more}</testsuites>`), undefined, more);
  }
});
