import type { XmlElement } from "@rgrove/parse-xml";

/** One test case of a JUnit report, as written. */
export interface JunitCase {
  readonly name: string;
  /** Names of the suites around it, outermost first. */
  readonly suites: readonly string[];
  readonly classname: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly ms: number | undefined;
  readonly status: "pass" | "fail" | "error" | "skip";
  /** The type attribute of the element that gives the status. */
  readonly type: string;
  /** Its message attribute, in which newlines are often lost. */
  readonly summary: string;
  /** Its text. */
  readonly detail: string;
}

/** A JUnit report. */
export interface JunitReport {
  /** In the report's order. */
  readonly cases: readonly JunitCase[];
  /** How many its `tests` attributes announce; undefined where they do not cover all. */
  readonly planned: number | undefined;
}

/**
 * Reads a JUnit XML report.
 *
 * @returns undefined when it is no well-formed report.
 */
export async function parseJunit(xml: string): Promise<JunitReport | undefined> {
  const { parseXml, XmlElement } = await import("@rgrove/parse-xml");
  let root: XmlElement | null;
  try {
    root = parseXml(legal(xml)).root;
  } catch {
    return undefined;
  }
  if (root?.name !== "testsuites" && root?.name !== "testsuite") return undefined;
  const cases: JunitCase[] = [];
  // Not recursive: a report may be nested as deep as its writer likes.
  const open: { element: XmlElement; suites: string[] }[] = [{ element: root, suites: [] }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { element, suites } = at;
    if (element.name === "testcase") {
      cases.push(readCase(element, suites, elements(element)));
      continue;
    }
    const inner = element.name === "testsuite"
      ? [...suites, element.attributes.name ?? ""]
      : suites;
    open.push(...elements(element).reverse().map((child) => ({ element: child, suites: inner })));
  }
  const planned = plannedIn(root) ?? sum(elements(root).map(plannedIn));
  return { cases, planned };

  function elements(parent: XmlElement): XmlElement[] {
    return parent.children.filter((child) => child instanceof XmlElement);
  }
}

function plannedIn({ name, attributes }: XmlElement): number | undefined {
  const told = name === "testcase" ? undefined : attributes.tests;
  return told !== undefined && /^\d+$/.test(told) ? Number(told) : undefined;
}

function sum(counts: readonly (number | undefined)[]): number | undefined {
  if (counts.length === 0 || counts.includes(undefined)) return undefined;
  return counts.reduce<number>((all, one) => all + one!, 0);
}

function readCase(
  { attributes }: XmlElement,
  suites: readonly string[],
  children: readonly XmlElement[],
): JunitCase {
  const bad = children.find(({ name }) => name === "failure" || name === "error");
  const skipped = children.find(({ name }) => name === "skipped");
  const cause = skipped ?? bad;
  const number = (text: string | undefined) => {
    const value = Number(text?.replaceAll(",", ""));
    return text === undefined || !Number.isFinite(value) ? undefined : value;
  };
  const seconds = number(attributes.time);
  return {
    name: attributes.name ?? "",
    suites,
    classname: attributes.classname ?? "",
    file: attributes.file,
    line: number(attributes.line),
    ms: seconds === undefined ? undefined : Math.round(seconds * 1_000),
    status: skipped ? "skip" : bad?.name === "failure" ? "fail" : bad ? "error" : "pass",
    type: cause?.attributes.type ?? "",
    summary: cause?.attributes.message?.trim() ?? "",
    detail: cause?.text.trim() ?? "",
  };
}

/** Test output ends up in reports, with characters that no XML may hold. */
function legal(xml: string): string {
  return xml
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/&#(?:x([0-9a-f]{1,8})|(\d{1,8}));/gi, (reference, hex, decimal) => {
      const code = hex ? parseInt(hex, 16) : Number(decimal);
      const fine = code === 9 || code === 10 || code === 13 || (code >= 0x20 && code < 0xd800) ||
        (code >= 0xe000 && code < 0xfffe) || (code >= 0x10000 && code <= 0x10ffff);
      return fine ? reference : "\uFFFD";
    });
}
