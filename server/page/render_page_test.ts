import assert from "node:assert/strict";
import fc from "fast-check";
import { parseXml, type XmlElement, type XmlNode } from "@rgrove/parse-xml";
import type { Answer } from "../status/status_source.ts";
import { INLINE, type PageData, renderPage, renderSignIn } from "./render_page.ts";

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</pre></main><svg onload=alert(1)>",
  "' onmouseover='alert(1)",
  "javascript:alert(1)",
  "&lt;b&gt; &#x3c;script&#x3e;",
  "</style><script>alert(1)</script>",
  "${alert(1)}{{7*7}}",
  "]]><!--",
  "a\u202eb\u0000c\x1b[31md\u2066e",
];

/** Elements that the page is made of, between `<main>` and `</main>`. */
const ELEMENTS = new Set(
  "main section h2 h3 p dl div dt dd table caption thead tbody tr th td article bdi time details summary pre"
    .split(" "),
);
const ATTRIBUTES = new Set(
  "id class aria-labelledby aria-label tabindex scope datetime open data-topics".split(" "),
);

const ok = (body: unknown): Answer => ({ status: 200, body });

function data(text: string, body: unknown = undefined): PageData {
  const named = (value: unknown) => ({ [text]: value });
  return {
    workspace: text,
    ts: 1_700_000_000_000,
    answers: {
      containers: ok(
        body ?? {
          containers: named({
            summary: text,
            key_points: [text],
            plan: { text },
            ts: 1_700_000_000_000,
          }),
        },
      ),
      deploy: ok(body ?? { status: text, image: text, ts: text }),
      metrics: ok(
        body ?? {
          lm_circuit: { open: true, next_retry_sec: 3 },
          dlq: { total: 3, by_topic: named(1), by_reason: named(2), last_ts: 1_700_000_000 },
        },
      ),
      auto: ok(body ?? { status: text }),
      bus: ok(
        body ?? {
          ...{ published: 4, by_topic: named({ published: 1, dlq: 1 }), topics: named([1, 5]) },
          health: { available: false, reason: text },
        },
      ),
      rl: ok(
        body ?? {
          ...{
            policy: text,
            decisions: 5,
            why: text,
            tools: [{ tool: text, count: 1, reward: 0.5 }],
          },
        },
      ),
    },
    events: [{ topic: text, record: body ?? { ts: 1_700_000_000, event: { text } } }],
    topics: ["ui.action"],
  };
}

/** The page's own part, parsed strictly: whatever breaks out of its place makes it no XML. */
async function main(data: PageData): Promise<XmlElement> {
  const page = await renderPage(data);
  const text = page.slice(page.indexOf("<main"), page.lastIndexOf("</main>") + "</main>".length);
  const { root } = parseXml(text);
  for (const element of elements(root!)) {
    assert.ok(ELEMENTS.has(element.name), element.name);
    for (const name of Object.keys(element.attributes)) assert.ok(ATTRIBUTES.has(name), name);
  }
  return root!;
}

function elements(element: XmlElement): XmlElement[] {
  const inner = element.children.filter((child: XmlNode): child is XmlElement =>
    child.type === "element"
  );
  return [element, ...inner.flatMap(elements)];
}

Deno.test("renderPage() shows hostile text as text, wherever it stands", async () => {
  for (const text of HOSTILE) {
    const root = await main(data(text));
    const pres = elements(root).filter(({ name }) => name === "pre").map(({ text }) => text);
    assert.equal(pres[0], text === HOSTILE.at(-1) ? "abcde" : text);
    assert.equal(pres.length, 3);
  }
});

Deno.test("renderPage() is whole and safe whatever another server pushed", async () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("a", ...HOSTILE), json, async (text, body) => {
      await main(data(text, body ?? {}));
    }),
  );
});

Deno.test("renderPage() says why where nothing is known, and cuts what is long", async () => {
  const missing: Answer = { status: 501, body: { error: "no bus is configured" } };
  const { answers, ...rest } = data("x".repeat(100_000));
  const bus = await main({ ...rest, answers: { ...answers, bus: missing }, events: undefined });
  assert.match(bus.text, /no bus is configured/);
  assert.match(bus.text, /No event bus is configured/);
  assert.ok(bus.text.length < 30_000);
  // A cut that would split a letter in two takes the whole of it away.
  await main(data("😀".repeat(10_000)));
  await main(data(`a${"😀".repeat(10_000)}`));
  const empty = await main({ ...data("", {}), events: [] });
  assert.match(empty.text, /No container has said anything yet[^]*Nothing has happened yet/);
});

Deno.test("the pages load nothing from elsewhere and run nothing but their own script", async () => {
  const pages = [await renderPage(data("a")), await renderSignIn()];
  for (const page of pages) {
    assert.match(page, /^<!doctype html>\s*<html lang="en">/);
    assert.doesNotMatch(page, /\b(?:src|href)="(?!#)/);
    assert.doesNotMatch(page, /https?:\/\//);
    assert.doesNotMatch(page, /\son\w+=/);
    assert.doesNotMatch(page, /\sstyle=/);
    // What is between the tags is what the headers have the hashes of.
    const inline = page.matchAll(/<(script|style)[^>]*>([^]*?)<\/\1>/g);
    const { style, script } = INLINE;
    assert.deepEqual([...inline].map(([, , text]) => text), [style, script]);
    assert.match(page, /color-scheme: light dark/);
  }
  assert.doesNotMatch(pages[1]!, /<section/);
});
